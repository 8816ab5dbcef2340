"""Photographs a second that `facequery index --engine ray` adds, beside those of plain `index`, into a library on a
server; and how long either takes to begin, which is told apart.

    python benchmarks/cluster.py [--workers 1,2] [--photographs N] [--few N] [--rounds N] [--model NAME] [--address A]

The photographs are those of `data/samples`, each several times with another brightness; faces are looked for in them.
Each command runs with `few` and with all of them, in turn: what more of them take is the rate, and what is left of the
time the start. The fastest of the rounds counts. The server is one of this machine's, begun for it; with an address the
cluster there is joined, else one of this machine is begun by each command.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.indexing import _aligned
from tests import postgres

ROOT = Path(__file__).parent.parent


class Way(NamedTuple):
    """Who looks: Ray's workers or plain processes, and how many."""

    engine: str
    workers: str


def main() -> None:
    arguments = _arguments()
    postgres.begin_run()
    with tempfile.TemporaryDirectory(prefix="facequery-cluster-") as name:
        folders = [Path(name) / "few", Path(name) / "all"]
        for folder, number in zip(folders, (arguments.few, arguments.photographs), strict=True):
            folder.mkdir()
            _aligned(folder, number)
        ways = [Way(engine, number) for number in arguments.workers.split(",") for engine in ("local", "ray")]
        rounds = [{way: _seconds(way, folders, arguments) for way in ways} for _ in range(arguments.rounds)]
    best = {way: [min(each[way][k] for each in rounds) for k in range(2)] for way in ways}
    for way, (few, every) in best.items():
        rate = (arguments.photographs - arguments.few) / (every - few)
        start = few - arguments.few / rate
        print(
            f"{way.engine}, {way.workers} workers: {rate:.1f} photographs a second after a start of {start:.1f} s "
            f"({few:.1f} s for {arguments.few}, {every:.1f} s for {arguments.photographs})"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--photographs", type=int, default=600)
    parser.add_argument("--few", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--model", default="densenet121-112")
    parser.add_argument("--address")
    return parser.parse_args()


def _seconds(way: Way, folders: list[Path], arguments: argparse.Namespace) -> list[float]:
    """By the clock, of one command for each of the folders."""
    taken = []
    for folder in folders:
        with postgres.database(migrated=False) as library:
            begun = time.perf_counter()
            report = _indexed(folder, library, way, arguments)
            taken.append(time.perf_counter() - begun)
        print(f"{way.engine} {way.workers}: {report['photos']['added']} added, {report['seconds']}", file=sys.stderr)
        assert report["photos"]["added"] == len(list(folder.iterdir()))
    return taken


def _indexed(folder: Path, library: str, way: Way, arguments: argparse.Namespace) -> dict[str, dict[str, float]]:
    command = [sys.executable, "-c", "from ui.cli import main; main()", "index", str(folder), "--library", library]
    command += ["--json", "--no-progress", "--crop", "auto", "--device", "cpu", "--model", arguments.model]
    command += ["--workers", way.workers, "--engine", way.engine]
    if arguments.address and way.engine == "ray":
        command += ["--address", arguments.address]
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": cache}
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    report: dict[str, dict[str, float]] = json.loads(done.stdout)
    return report


if __name__ == "__main__":
    main()
