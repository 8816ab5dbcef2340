"""How fast a two-term query is answered: inside one process, from the shell, and by SQLite itself as the peer.

python benchmarks/find.py /tmp/celeba
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from retrieval.language.query import parse
from retrieval.library import Library
from retrieval.stores.sqlite.connections import reader
from retrieval.tables import schema

QUERY = "Big_Nose AND NOT Eyeglasses"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--repeat", type=int, default=50)
    arguments = parser.parse_args()
    with Library.open(arguments.library) as library:
        total = library.find(QUERY).total
        page = median_ms(lambda: library.find(QUERY), arguments.repeat)
        facets = median_ms(lambda: library.facets(QUERY), arguments.repeat)
        sql, counted = peer(library)
        count = median_ms(sql, arguments.repeat)
    assert counted == total, "the peer disagrees"
    command = [sys.executable, "-m", "ui.cli", "find", QUERY, "--library", str(arguments.library), "--json"]
    shell = median_ms(lambda: subprocess.run(command, check=True, capture_output=True), 10)
    print(f"{QUERY!r}: {total:,} faces")
    print(f"find, the first 60 with paths, boxes and probabilities  {page:8.2f} ms")
    print(f"facets, all 40 counts                                   {facets:8.2f} ms")
    print(f"SQLite, SELECT count(*) of the same query               {count:8.2f} ms   {count / page:.1f} times find")
    print(f"the whole command from the shell                        {shell:8.0f} ms")


def peer(library: Library) -> tuple[Callable[[], int], int]:
    """The query's count as SQL over the library's own table, and what it gives."""
    model = library.model
    assert model is not None
    statement = select(func.count()).select_from(schema.attribute).where(parse(QUERY).sql(model.thresholds))
    engine = reader(library.folder)

    def count() -> int:
        with engine.begin() as connection:
            return connection.execute(statement).scalar_one()

    return count, count()


def median_ms(work: Callable[[], object], repeat: int) -> float:
    """The median milliseconds of `work`, after one run that does not count."""
    work()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    main()
