"""Photographs a second that `facequery index --engine ray` adds, beside those of plain `index`, into a library on a
server; and how long either takes to begin, which is told apart.

    python -m benchmarks.cluster [--workers 1,2] [--photographs N] [--rounds N] [--model NAME] [--address A]

The photographs are those of `data/samples`, each several times with another brightness; faces are looked for in them.
The commands take turns, and of each figure the median over the rounds counts. The rate is that between the moment in
which the first photograph was begun (the first to be told of, with those that were told of together, less the seconds
that somebody worked on them) and the last one. Beside the clock it counts the processors' time that all processes of
the command took in between, Ray's among them: who shares a machine with others reads that. The server is one of this
machine's, begun for it, and counts in neither; with an address the cluster there is joined, whose processes are not
counted, else one of this machine is begun by each command.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import NamedTuple

import numpy as np

from benchmarks.indexing import _aligned
from tests import postgres

ROOT = Path(__file__).parent.parent
OFTEN = 0.25  # seconds between two looks at the processors' time
AT_ONCE = 0.05  # seconds within which photographs are told of together
LOOKING = ("read", "decode", "faces", "prepare", "tag", "store")
WATCHED = """
import json, os, time
from ui import indexing
from ui.cli import main
told, shown = [], indexing.on_progress

def on_progress(show):
    inner = shown(show)
    def progress(now):
        told.append((time.time(), now.done))
        inner(now)
    return progress

indexing.on_progress = on_progress
try:
    main()
finally:
    with open(os.environ["FACEQUERY_TOLD"], "w") as file:
        json.dump(told, file)
"""


class Way(NamedTuple):
    """Who looks: Ray's workers or plain processes, and how many."""

    engine: str
    workers: int


class Run(NamedTuple):
    """Photographs a second, milliseconds of the processors' time for each, and seconds: of the start, behind the last
    photograph, and of the whole command.
    """

    rate: float
    work: float
    start: float
    end: float
    whole: float


def main() -> None:
    arguments = _arguments()
    postgres.begin_run()
    ways = [Way(engine, int(number)) for number in arguments.workers.split(",") for engine in ("local", "ray")]
    with tempfile.TemporaryDirectory(prefix="facequery-cluster-") as name:
        folder = Path(name) / "photographs"
        folder.mkdir()
        _aligned(folder, arguments.photographs)
        rounds = [{way: _run(way, folder, Path(name), arguments) for way in ways} for _ in range(arguments.rounds)]
    print("| workers | engine | photographs/s | ms of processors | start, s | end, s | whole command, s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for way in ways:
        run = _median([each[way] for each in rounds])
        plain = _median([each[way._replace(engine="local")] for each in rounds])
        print(
            f"| {way.workers} | {way.engine} | {run.rate:.1f}{_more(plain.rate, run.rate, way)} | "
            f"{run.work:.1f}{_more(run.work, plain.work, way)} | {run.start:.1f} | {run.end:.1f} | {run.whole:.1f} |"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--photographs", type=int, default=1200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default="densenet121-112")
    parser.add_argument("--address")
    return parser.parse_args()


def _median(runs: list[Run]) -> Run:
    return Run(*(median(each) for each in zip(*runs, strict=True)))


def _more(longer: float, shorter: float, way: Way) -> str:
    """What Ray takes more for a photograph."""
    return f" (overhead {longer / shorter - 1:+.0%})" if way.engine == "ray" and shorter else ""


def _run(way: Way, folder: Path, besides: Path, arguments: argparse.Namespace) -> Run:
    told = besides / "told"
    with postgres.database(migrated=False) as library, tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": cache, "FACEQUERY_TOLD": str(told)}
        begun = time.time()
        command = _command(folder, library, way, arguments)
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        with running, _Work(f"FACEQUERY_TOLD={told}") as work:
            report = json.loads(running.communicate()[0])
        ended = time.time()
    assert report["photos"]["added"] == arguments.photographs, report
    here = way.workers if way.engine == "ray" and not arguments.address else 1  # who shared the first that were told of
    times = [(when, done) for when, done in json.loads(told.read_text()) if done]
    first, last = times[0][0], times[-1][0]
    together = sum(when < first + AT_ONCE for when, _ in times)
    each = sum(report["seconds"][stage] for stage in LOOKING) / arguments.photographs
    first -= each * together / here
    rate = arguments.photographs / (last - first)
    took = 1000 * work.between(first, last) / arguments.photographs if not arguments.address else 0.0
    run = Run(rate, took, first - begun, ended - last, ended - begun)
    print(way, run, file=sys.stderr)
    return run


def _command(folder: Path, library: str, way: Way, arguments: argparse.Namespace) -> list[str]:
    command = [sys.executable, "-c", WATCHED, "index", str(folder), "--library", library]
    command += ["--json", "--no-progress", "--crop", "auto", "--device", "cpu", "--model", arguments.model]
    command += ["--workers", str(way.workers), "--engine", way.engine]
    return command + (["--address", arguments.address] if arguments.address and way.engine == "ray" else [])


class _Work(Thread):
    """The processors' time of all processes that have such a word in their environment, looked at now and then."""

    def __init__(self, word: str) -> None:
        super().__init__(daemon=True)
        self._word, self._over = word.encode(), Event()
        self._seconds: dict[str, float] = {}
        self._series = [(time.time(), 0.0)]

    def __enter__(self) -> "_Work":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        while not self._over.wait(OFTEN):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    if self._word in (process / "environ").read_bytes():
                        ticks = (process / "stat").read_text().rpartition(")")[2].split()[11:13]
                        self._seconds[process.name] = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
                except OSError:  # it has ended
                    continue
            self._series.append((time.time(), sum(self._seconds.values())))

    def between(self, first: float, last: float) -> float:
        """Seconds."""
        return float(np.diff(np.interp([first, last], *zip(*self._series, strict=True)))[0])


if __name__ == "__main__":
    main()
