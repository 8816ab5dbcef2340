"""How fast the hits of a query are counted by month, folder, camera, place and threshold, as ratios in one run: the
columns against SQLite's GROUP BY over the same library.

    python benchmarks/synthetic.py /tmp/lib-1m 1_000_000 --no-embeddings
    python benchmarks/browsing.py /tmp/lib-200k /tmp/lib-1m --json browsing.json

Each peer must give the same numbers first.
"""

import argparse
import json
import sqlite3
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from retrieval.answers.places import View
from retrieval.columns.moves import moved
from retrieval.language.query import parse
from retrieval.library import Library
from retrieval.stores.sqlite.connections import FILE

QUERY = "NOT Eyeglasses"  # most faces match it, so it is the dear kind
NARROW = "Smiling AND NOT Eyeglasses AND Young"
FROM = "FROM face JOIN photo ON photo.id = face.photo JOIN attribute ON attribute.face = face.id WHERE missing = 0"
GROUPED = {  # what SQLite is asked for
    "months": "SELECT strftime('%Y-%m', taken, 'unixepoch'), count(*) {} AND taken IS NOT NULL GROUP BY 1 ORDER BY 1",
    "cameras": "SELECT camera, count(*) {} AND camera IS NOT NULL GROUP BY 1 ORDER BY 2 DESC",
    "folders": "SELECT substr(path, 1, 12), count(*) {} GROUP BY 1 ORDER BY 1",
    "places": "SELECT count(*) {} AND latitude IS NOT NULL GROUP BY floor(latitude / 0.3515625), "
    "floor(longitude / 0.703125) ORDER BY 1 DESC LIMIT 1000",
    "thresholds": "SELECT sum(Smiling > 0.25), sum(Smiling > 0.5), sum(Smiling > 0.75), sum(Smiling > 0.83) {}",
}
EUROPE = View(40, 0, 55, 25, 7)

Answer = Callable[[], Any]


class Row(NamedTuple):
    """Milliseconds: median and 95th percentile of ours, one run of the peer's, and how many times longer it is."""

    faces: int
    work: str
    query: str
    median: float
    p95: float
    sqlite: float
    ratio: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("libraries", type=Path, nargs="+")
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    rows = [row for folder in arguments.libraries for row in measured(folder, arguments.repeat)]
    if arguments.json:
        arguments.json.write_text(json.dumps([row._asdict() for row in rows], indent=2))


def measured(folder: Path, repeat: int) -> list[Row]:
    rows = []
    with Library.open(folder) as library, closing(sqlite3.connect(folder / FILE)) as lite:
        lite.create_function("moved", 3, moved, deterministic=True)  # as the library's own connections have it
        model = library.model
        thresholds = dict(model.thresholds) if model else {}
        faces = library.totals().faces
        for query in (QUERY, NARROW):
            where = str(parse(query).sql(thresholds).compile(compile_kwargs={"literal_binds": True}))
            for work, ours in works(library, query).items():
                sql = GROUPED[work].format(f"{FROM} AND ({where})")
                rows.append(compared(faces, work, query, ours, partial(plain, lite, sql), repeat))
                print("{0.faces:,} {0.work:10} {0.query:38} {0.median:7.1f} ms (p95 {0.p95:.1f}), SQLite "
                      "{0.sqlite:,.0f} ms: {0.ratio:,.0f} times".format(rows[-1]), flush=True)  # fmt: skip
    return rows


def works(library: Library, query: str) -> dict[str, Answer]:
    """What is asked, in the form in which SQLite answers it."""
    browse = library.browse

    def thresholds() -> list[int]:
        above = browse.distribution("Smiling", query).above
        return [int(above[step]) for step in (250, 500, 750, 830)]

    return {
        "months": lambda: [tuple(bar) for bar in browse.timeline(query, "month").bars],
        "cameras": lambda: [tuple(by) for by in browse.cameras(query).cameras],
        "folders": lambda: [(one.path[:-1], one.faces) for one in browse.folders(query, "/photos").folders],
        "places": lambda: [(place.faces,) for place in browse.places(query, EUROPE).places],
        "thresholds": lambda: [tuple(thresholds())],
    }


def plain(lite: sqlite3.Connection, sql: str) -> list[Any]:
    return lite.execute(sql).fetchall()


def compared(faces: int, work: str, query: str, ours: Answer, peer: Answer, repeat: int) -> Row:
    begin = time.perf_counter()
    theirs = peer()
    sqlite = (time.perf_counter() - begin) * 1000
    if ours() != theirs:
        raise SystemExit(f"{work} of {query} differ: {ours()[:5]} and {theirs[:5]}")
    seconds = [spent(ours) for _ in range(repeat)]
    median = statistics.median(seconds)
    return Row(faces, work, query, median, sorted(seconds)[int(repeat * 0.95) - 1], sqlite, sqlite / median)


def spent(work: Answer) -> float:
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    main()
