"""Photographs a second that `facequery index` adds, as a whole command, beside those of another checkout, in turn.

    python benchmarks/indexing.py [--against CHECKOUT] [--kinds 12mp,aligned] [--workers 1,2,4] [--cores 1,2,4]
                                  [--device cuda] [--model NAME] [--celeba FOLDER] [--fairface FOLDER]
                                  [--photographs N] [--rounds N]

Photographs of 12 megapixels are made of `data/samples` and of noise, with 1, 3, 10 and 40 faces, some of them turned by
EXIF; the aligned faces are the samples themselves, each several times with another brightness. With CELEBA and FAIRFACE
those folders' photographs are taken too. CHECKOUT runs with this Python unless --python names another. Memory is the
most that the command and its processes together had (PSS), in a run before the others that is not timed, after which
Python has compiled both checkouts, as an installation would have. The fastest of the rounds counts. SITE in the
environment names a folder of further packages. With --cores the command has so many cores for all that it does, and as
many workers.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

from ui.shipped import samples_folder

ROOT = Path(__file__).parent.parent
FACES = (1, 3, 10, 40)
TURNED = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270, 3: Image.Transpose.ROTATE_180}


@dataclass(frozen=True, slots=True)
class Run:
    """One command: seconds by the clock, MiB at most, and what it said."""

    seconds: float
    memory: float
    photographs: int
    faces: int
    stages: dict[str, float]

    @property
    def rate(self) -> float:
        return self.photographs / self.seconds


@dataclass(frozen=True, slots=True)
class Way:
    """A command that indexes: of that checkout, with those options, by that Python, on so many cores or on all."""

    name: str
    checkout: Path
    asked: tuple[str, ...]
    python: str
    cores: int | None = None

    def keep_to_its_cores(self) -> None:
        if self.cores is not None:
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: self.cores])


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="facequery-indexing-") as folder:
        for kind in arguments.kinds.split(","):
            photographs = made(kind, Path(folder) / kind, arguments)
            if photographs is not None:
                _measure(kind, photographs, arguments)
                shutil.rmtree(Path(folder) / kind, ignore_errors=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--kinds", default="12mp,aligned,celeba,fairface")
    parser.add_argument("--workers", default="")
    parser.add_argument("--cores", default="")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--model", default="densenet121")
    parser.add_argument("--celeba", type=Path)
    parser.add_argument("--fairface", type=Path)
    parser.add_argument("--photographs", type=int)
    parser.add_argument("--rounds", type=int, default=2)
    return parser.parse_args()


def _measure(kind: str, photographs: Path, arguments: argparse.Namespace) -> None:
    ways = list(_ways(kind, arguments))
    watched = [_indexed(photographs, way, watched=True) for way in ways]
    runs = [[_indexed(photographs, way) for way in ways] for _ in range(arguments.rounds)]
    best = [min((row[k] for row in runs), key=lambda run: run.seconds) for k in range(len(ways))]
    for way, run, memory in zip(ways, best, (run.memory for run in watched), strict=True):
        ratio = run.rate / best[-1 if arguments.against else 0].rate
        stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in run.stages.items() if stage != "total")
        print(
            f"{way.name}: {run.photographs} photographs, {run.faces} faces, {run.seconds:.1f} s, "
            f"{run.rate:.1f} a second, {ratio:.2f} x, {memory:.0f} MiB ({stages})",
            flush=True,
        )


def _ways(kind: str, arguments: argparse.Namespace) -> Iterator[Way]:
    crop = "auto" if kind in ("12mp", "fairface") else "aligned"
    asked = ("--crop", crop, "--model", arguments.model, "--device", arguments.device)
    for number in filter(None, arguments.cores.split(",")):
        yield Way(f"{kind}, cores {number}", ROOT, (*asked, "--workers", number), sys.executable, int(number))
    for number in filter(None, arguments.workers.split(",")):
        yield Way(f"{kind}, workers {number}", ROOT, (*asked, "--workers", number), sys.executable)
    if not (arguments.cores or arguments.workers):
        yield Way(kind, ROOT, asked, sys.executable)
    if arguments.against:
        yield Way(f"{kind}, {arguments.against}", arguments.against, asked, arguments.python)


def _indexed(photographs: Path, way: Way, *, watched: bool = False) -> Run:
    with tempfile.TemporaryDirectory(prefix="facequery-library-") as library:
        command = [way.python, "-c", "from ui.cli import main; main()", "index"]
        where = [str(way.checkout), *filter(None, [os.environ.get("SITE")])]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(where), "XDG_DATA_HOME": library}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        start = time.perf_counter()
        process = subprocess.Popen(
            [*command, str(photographs), "--library", f"{library}/library", "--json", "--no-progress", *way.asked],
            cwd=way.checkout, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            preexec_fn=way.keep_to_its_cores,
        )  # fmt: skip
        with _memory(process.pid) if watched else nullcontext([]) as most:
            said, _ = process.communicate()
        seconds = time.perf_counter() - start
    report = json.loads(said)
    return Run(
        seconds,
        max(most, default=0.0),
        sum(map(_number, report["photos"].values())),
        report["faces"],
        report["seconds"],
    )


def _number(count: int | list[object]) -> int:
    return count if isinstance(count, int) else len(count)


class _memory:
    """MiB of a process and all that it started, ten times a second."""

    def __init__(self, pid: int) -> None:
        self._pid, self._most, self._done = pid, list[float](), threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> list[float]:
        self._thread.start()
        return self._most

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.1):
            self._most.append(sum(map(_pss, _family(self._pid))) / 1024)


def _family(pid: int) -> Iterator[int]:
    """It and all that it started, by whichever of its threads."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text().split():
                yield from _family(int(child))


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def made(kind: str, folder: Path, arguments: argparse.Namespace) -> Path | None:
    """A folder of photographs of that kind; None where it needs one that was not given."""
    given = {"celeba": arguments.celeba and arguments.celeba / "img_align_celeba", "fairface": arguments.fairface}
    makers: dict[str, tuple[Callable[[Path, int], None], int]] = {"12mp": (_large, 60), "aligned": (_aligned, 3000)}
    folder.mkdir(parents=True)
    if kind in makers:
        maker, number = makers[kind]
        maker(folder, arguments.photographs or number)
    elif given.get(kind) is None:
        return None
    else:
        for path in sorted(given[kind].rglob("*.jpg"))[: arguments.photographs or (3000 if kind == "celeba" else 490)]:
            shutil.copyfile(path, folder / f"{path.parent.name}-{path.name}")
    return folder


def _aligned(folder: Path, number: int) -> None:
    samples = sorted(samples_folder().glob("*.jpg"))
    for k in range(number):
        with Image.open(samples[k % len(samples)]) as face:
            ImageEnhance.Brightness(face).enhance(
                0.7 + 0.6 * (k // len(samples)) / max(1, number // len(samples))
            ).save(folder / f"{k:05}.jpg", quality=90)


def _large(folder: Path, number: int) -> None:
    """4000 x 3000 pixels, faces of 90 to 700 pixels beside one another, as many as in FACES by turns."""
    samples, dice = sorted(samples_folder().glob("*.jpg")), np.random.default_rng(1)
    for k in range(number):
        ground = dice.integers(0, 256, (75, 100, 3), np.uint8)
        image = Image.fromarray(ground).resize((4000, 3000), Image.Resampling.BICUBIC)
        count = FACES[k % len(FACES)]
        columns = int(np.ceil(np.sqrt(count * 4 / 3)))
        cell = 4000 // columns
        for n in range(count):
            with Image.open(samples[(k * 41 + n) % len(samples)]) as face:
                width = int(cell * dice.uniform(0.45, 0.7))
                width = min(width, 900)
                left, top = cell * (n % columns) + (cell - width) // 2, cell * (n // columns)
                image.paste(face.resize((width, width * 218 // 178), Image.Resampling.LANCZOS), (left, top))
        grain = np.asarray(image, np.int16) + dice.integers(-6, 7, (3000, 4000, 1), np.int16)
        image = Image.fromarray(grain.clip(0, 255).astype(np.uint8))
        exif = Image.Exif()
        if turn := (1, 6, 8, 3)[k // len(FACES) % 4] - 1:
            image, exif[0x0112] = image.transpose(TURNED[turn + 1]), turn + 1
        image.save(folder / f"{k:03}.jpg", quality=92, exif=exif)


if __name__ == "__main__":
    main()
