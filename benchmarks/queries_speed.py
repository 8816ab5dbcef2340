"""How fast queries are answered, as ratios in one run: the packed columns against `SELECT count(*)` on SQLite's 40
columns and against DuckDB over the same table, for libraries of several sizes.

    python benchmarks/synthetic.py /tmp/lib-1m 1_000_000 --no-embeddings
    python benchmarks/queries_speed.py /tmp/lib-200k /tmp/lib-1m --json speed.json --plot growth.png

Every peer must give the same numbers first. DuckDB (`pip install duckdb`) is left out where it is not installed.
"""

import argparse
import json
import shutil
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from retrieval.attributes import ATTRIBUTES
from retrieval.columns import bits, cache
from retrieval.columns.paths import Paths
from retrieval.language.nodes import Columns
from retrieval.language.query import parse
from retrieval.library import Library
from retrieval.stores.sqlite.connections import FILE

QUERY = "Big_Nose AND NOT Eyeglasses"
OWN = "Smiling > 0.9 AND Male <= 0.25"
PATTERN = "*/2024/*"
PAGE = 60

Answer = Callable[[], Any]


class Work(NamedTuple):
    """One question and who answers it: `ours` first, then each peer by name."""

    name: str
    ours: Answer
    peers: dict[str, Answer]
    target: str = ""


class Row(NamedTuple):
    """Milliseconds; `ratios` say how many times longer a peer takes."""

    faces: int
    work: str
    median: float
    p95: float
    peers: dict[str, float]
    ratios: dict[str, float]
    target: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("libraries", type=Path, nargs="+")
    parser.add_argument("--repeat", type=int, default=100)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    rows = [row for folder in arguments.libraries for row in measured(folder, arguments.repeat)]
    if arguments.json:
        arguments.json.write_text(json.dumps([row._asdict() for row in rows], indent=2))
    if arguments.plot:
        plot(rows, arguments.plot)


def measured(folder: Path, repeat: int) -> list[Row]:
    rows = []
    with Library.open(folder) as library:
        found = opening(folder)
        with library._current.reading() as (_, now), closing(sqlite3.connect(folder / FILE)) as lite:
            duck = duckdb_table(now.columns)
            for work in works(library, now.columns, lite, duck):
                rows.append(compared(work, len(now), repeat))
                tell(rows[-1])
            for name, seconds, target in found:
                rows.append(Row(len(now), name, seconds * 1000, seconds * 1000, {}, {}, target))
                tell(rows[-1])
    return rows


def works(library: Library, columns: Columns, lite: sqlite3.Connection, duck: Any) -> list[Work]:
    node, own = parse(QUERY), parse(OWN)
    where, own_where = condition(QUERY, columns), condition(OWN, columns)
    sums = ", ".join(f'coalesce(sum("{name}" >= {columns.thresholds[name]!r}), 0)' for name in ATTRIBUTES)
    of_them = f"FROM attribute WHERE {where}"
    first = f'SELECT face {of_them} ORDER BY "Big_Nose" * (1 - "Eyeglasses") DESC, face LIMIT {PAGE}'
    asked: list[tuple[str, Answer, str, str]] = [
        ("count at thresholds", lambda: bits.count(node.bits(columns)), counting(where), "500 x SQLite, 20 x DuckDB"),
        ("count, through the library", lambda: library.count(QUERY), counting(where), "20 x DuckDB"),
        ("count at own thresholds", lambda: bits.count(own.bits(columns)), counting(own_where), "100 x SQLite"),
        ("40 facets", lambda: facets(node.bits(columns), columns), f"SELECT {sums} {of_them}", "3 ms"),
        ("first page", partial(first_page, library, QUERY), first, "p95 50 ms"),
    ]
    servers = {"SQLite": lite} | ({"DuckDB": duck} if duck else {})
    against = [{name: partial(told, server, sql) for name, server in servers.items()} for _, _, sql, _ in asked]
    octets = columns.photographs.paths.octets
    pages = [f'path:"{PATTERN}"', *[f"{word}(Smiling)" for word in ("any", "all", "none", "only")]]
    return [
        *[Work(name, ours, peers, goal) for (name, ours, _, goal), peers in zip(asked, against, strict=True)],
        Work(f"{PATTERN}, asked first", lambda: int(Paths(octets).matching(PATTERN).sum()), {}, "50 ms"),
        Work("one pass over all paths", lambda: int(np.count_nonzero(octets == 0)), {}, "how memory alone grows"),
        *[Work(f"first page of {query}", partial(first_page, library, query), {}, "p95 50 ms") for query in pages],
        Work("a correction, then a count", partial(corrected, library), {}, "200 ms"),
    ]


def first_page(library: Library, query: str) -> list[int]:
    return [hit.face for hit in library.find(query, limit=PAGE)]


def corrected(library: Library) -> int:
    """Says something of a face and takes it back; a question after each."""
    counts = []
    for change in (lambda: library.correct([1], {"Big_Nose": True, "Eyeglasses": False}), library.undo):
        change()
        counts.append(library.count(QUERY))
    return counts[-1]


def facets(matching: bits.Words, columns: Columns) -> list[int]:
    return [bits.count(matching & columns.at_threshold(name)) for name in ATTRIBUTES]


def condition(query: str, columns: Columns) -> str:
    """The query as SQL over plain numbers; both of ours are conjunctions."""
    from retrieval.language.nodes import And, Not, Term

    node = parse(query)
    assert isinstance(node, And)
    parts = []
    for part in node.children:
        term = part.child if isinstance(part, Not) else part
        assert isinstance(term, Term)
        compare, number = term.comparison(columns.thresholds)
        text = f'"{term.name}" {compare} CAST({number!r} AS DOUBLE)'
        parts.append(f"NOT ({text})" if isinstance(part, Not) else text)
    return " AND ".join(parts)


def counting(where: str) -> str:
    return f"SELECT count(*) FROM attribute WHERE {where}"


def told(connection: Any, sql: str) -> Any:
    """A number, a row of numbers, or a column of faces."""
    rows = connection.execute(sql).fetchall()
    if len(rows) == 1:
        return int(rows[0][0]) if len(rows[0]) == 1 else [int(value) for value in rows[0]]
    return [face for (face,) in rows]


def duckdb_table(columns: Columns) -> Any:
    """The same table in DuckDB's memory; None where it is not installed."""
    try:
        import duckdb
    except ImportError:
        return None
    import pandas as pd

    connection = duckdb.connect(config={"threads": 2})
    for start in range(0, len(columns), 1_000_000):
        block = columns.probabilities[:, start : start + 1_000_000].astype(np.float64)
        frame = pd.DataFrame(dict(zip(ATTRIBUTES, block, strict=True)))
        frame.insert(0, "face", np.arange(start + 1, start + 1 + len(frame)))
        connection.register("frame", frame)
        verb = "INSERT INTO attribute" if start else "CREATE TABLE attribute AS"
        connection.execute(f"{verb} SELECT * FROM frame")
        connection.unregister("frame")
    return connection


def opening(folder: Path) -> list[tuple[str, float, str]]:
    """Seconds from nothing to the first count: with fresh files beside the library, and without any."""
    seconds = {}
    shutil.rmtree(folder / cache.FOLDER, ignore_errors=True)
    for name in ("rebuild", "open"):
        started = time.perf_counter()
        with Library.open(folder) as library:
            library.count(QUERY)
        seconds[name] = time.perf_counter() - started
    return [
        ("open with a fresh cache", seconds["open"], "1 s at 200,000"),
        ("rebuild", seconds["rebuild"], "15 s at 200,000"),
    ]


def compared(work: Work, faces: int, repeat: int) -> Row:
    expected = work.ours()
    for name, answer in work.peers.items():
        assert agree(expected, answer()), f"{work.name}: {name} disagrees"
    median, p95 = timed(work.ours, repeat)
    peers = {name: timed(answer, max(3, repeat // 20))[0] for name, answer in work.peers.items()}
    return Row(faces, work.name, median, p95, peers, {name: took / median for name, took in peers.items()}, work.target)


def agree(ours: Any, theirs: Any) -> bool:
    """Pages are compared as sets: the peers multiply in double precision and may swap equals."""
    if isinstance(ours, list) and len(ours) == PAGE:
        return len(set(ours) ^ set(theirs)) <= 2
    return bool(ours == theirs)


def timed(work: Answer, repeat: int) -> tuple[float, float]:
    """Median and 95th percentile of milliseconds, after two runs that do not count."""
    work(), work()
    took = []
    for _ in range(repeat):
        started = time.perf_counter()
        work()
        took.append((time.perf_counter() - started) * 1000)
    return statistics.median(took), float(np.percentile(took, 95))


def tell(row: Row) -> None:
    peers = "   ".join(f"{name} {took:,.1f} ms ({row.ratios[name]:,.0f} x)" for name, took in row.peers.items())
    goal = f"   wanted: {row.target}" if row.target else ""
    print(f"{row.faces:>11,} faces  {row.work:28} {row.median:10.3f} ms, p95 {row.p95:10.3f}   {peers}{goal}")
    sys.stdout.flush()


def plot(rows: list[Row], path: Path) -> None:
    """How each grows with the number of faces, beside a line that grows as it does."""
    from matplotlib.figure import Figure

    axes = (figure := Figure(figsize=(12, 6), layout="constrained")).subplots()
    for number, work in enumerate(dict.fromkeys(row.work for row in rows)):
        points = sorted((row.faces, row.median) for row in rows if row.work == work)
        marker, color = "os"[number // 10 % 2], f"C{number % 10}"
        axes.plot(*zip(*points, strict=True), marker=marker, color=color, label=work)
        (size, took), last = points[0], points[-1][0]
        axes.plot([size, last], [took, took * last / size], color=color, linestyle=":", linewidth=0.8)
    axes.set(xscale="log", yscale="log", xlabel="faces", ylabel="milliseconds (dotted: linear)")
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
    figure.savefig(path, dpi=150)


if __name__ == "__main__":
    main()
