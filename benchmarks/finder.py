"""How many faces are found, how many things that are none, and what it costs, beside another checkout in turn.

    python benchmarks/finder.py [--against CHECKOUT] [--kinds crowd,large,panorama,usual,nothing,samples,FOLDER]
                                [--photographs N] [--finder mtcnn|yunet --finder-weights FILE] [--smallest PIXELS]

Photographs are made of `data/samples`, pasted over blurred ground with grain: crowds of 240 faces on 12 and on 24
megapixels, photographs of 12 megapixels with 1, 3, 10 and 40 faces, panoramas of 12,000 x 2,000, pictures of one
megapixel, and ground without a face. How large a face is, is said of the shorter side of its box, which is about half
of the width of an aligned picture. FOLDER's photographs have no known faces: it is counted in how many one is found.
Milliseconds are the processor's, for decoding and finding and for cutting faces out, on one core; the fastest of two
rounds counts. Memory is the most that the process had.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ui.shipped import samples_folder

ROOT = Path(__file__).parent.parent
BOX = (43, 68, 129, 180)  # of a face in an aligned picture of 178 x 218, the finder's median over the samples
SIZES = (20, 30, 40, 50, 60, 80, 120, 1000)  # pixels; faces are counted from each up to the next
SAME = 0.4  # of what two boxes cover, from which on they are the same face

LOOK = """
import json, sys, time, numpy as np
from classifiers.networks import processor
processor.use_one_core()
try:
    from indexer.eyes import finder_for
except ImportError:  # a checkout from before it had its place there
    from indexer.models import finder_for
from indexer.look import look
from indexer.seen import Eyes, Picture
class Nobody:
    def prepare(self, face): return np.zeros((1, 1, 3), np.uint8)
asked = json.loads(sys.argv[1])
settings = ()
if asked:  # a checkout from before there were any has none
    from retrieval.tables.sought import Sought
    settings = (Sought(**asked),)
eyes = Eyes(Nobody(), finder_for("auto", *settings), tags=False)
for path in sys.argv[2:]:
    picture, rounds = Picture(open(path, "rb").read()), []
    for _ in range(2):
        start = time.process_time()
        (seen,) = look([picture], eyes)
        rounds.append(time.process_time() - start)
    print(json.dumps([[list(face.box) for face in seen.found], min(rounds)]), flush=True)
status = open("/proc/self/status").read()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024)
"""


class Made(NamedTuple):
    """A photograph and the boxes of the faces in it, [N, 4]; None where nobody knows them."""

    path: Path
    boxes: NDArray[np.float64] | None


class Found(NamedTuple):
    """What was found in a photograph: boxes [N, 4], and the processor's seconds."""

    boxes: NDArray[np.float64]
    seconds: float


def main() -> None:
    arguments = _arguments()
    asked = {key: value for key in ("smallest", "finder", "weights") if (value := getattr(arguments, key))}
    ways = [("here", ROOT, asked)] + ([(str(arguments.against), arguments.against, {})] if arguments.against else [])
    with tempfile.TemporaryDirectory(prefix="facequery-finder-") as folder:
        for kind in arguments.kinds.split(","):
            photographs = _made(kind, Path(folder), arguments.photographs)
            for name, checkout, settings in ways:
                _say(f"{kind}, {name}", photographs, *_looked(photographs, checkout, settings))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--kinds", default="crowd,large,panorama,usual,nothing,samples")
    parser.add_argument("--photographs", type=int, default=4)
    parser.add_argument("--smallest", type=int)
    parser.add_argument("--finder")
    parser.add_argument("--finder-weights", dest="weights")
    return parser.parse_args()


def _looked(photographs: list[Made], checkout: Path, asked: dict[str, Any]) -> tuple[list[Found], int]:
    """What is found in each, and MiB at most."""
    command = [sys.executable, "-c", LOOK, json.dumps(asked), *(str(made.path) for made in photographs)]
    environment = os.environ | {"PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"}
    said = subprocess.run(command, cwd=checkout, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    *rows, memory = [json.loads(line) for line in said.splitlines()]
    return [Found(np.array(boxes, float).reshape(-1, 4), seconds) for boxes, seconds in rows], memory


def _say(name: str, photographs: list[Made], found: list[Found], memory: int) -> None:
    """One line: of the faces of each size how many were found, what else, and the milliseconds."""
    sizes, hits, false = list[float](), list[bool](), 0
    for made, each in zip(photographs, found, strict=True):
        if made.boxes is not None:
            same = shared(made.boxes, each.boxes) >= SAME
            sizes += (made.boxes[:, 2:] - made.boxes[:, :2]).min(axis=1).tolist()
            hits += same.any(axis=1).tolist()
            false += int((~same.any(axis=0)).sum()) + int((same.sum(axis=1) - 1).clip(0).sum())
    with_face = sum(len(each.boxes) > 0 for each in found)
    bins = np.digitize(sizes, SIZES)
    counts = [
        f"{SIZES[k - 1]}: {np.sum(np.array(hits)[bins == k])} of {np.sum(bins == k)}"
        for k in range(1, len(SIZES))
        if (bins == k).any()
    ]
    milliseconds = 1000 * np.mean([each.seconds for each in found])
    print(
        f"{name}: {len(found)} photographs, {with_face} with a face; from {', '.join(counts) or 'no size known'}; "
        f"{sum(hits)} of {len(hits)} faces, {false} that are none; {milliseconds:.0f} ms; {memory} MiB",
        flush=True,
    )


def shared(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """[N, M], of what two boxes cover, what both do."""
    corner = np.maximum(one[:, None, :2], other[:, :2]), np.minimum(one[:, None, 2:], other[:, 2:])
    both: NDArray[np.float64] = (corner[1] - corner[0]).clip(0).prod(axis=2)
    areas = [(each[:, 2:] - each[:, :2]).prod(axis=1) for each in (one, other)]
    return both / (areas[0][:, None] + areas[1] - both)


def _made(kind: str, folder: Path, number: int) -> list[Made]:
    if kind == "samples":
        return [Made(path, np.array([BOX], float)) for path in sorted(samples_folder().glob("*.jpg"))]
    if kind not in KINDS:
        return [Made(path, None) for path in sorted(Path(kind).rglob("*.jpg"))[: 490 if number == 4 else number]]
    made = []
    for k in range(number):
        size, count, smallest, largest = KINDS[kind](k)
        image, boxes = scene(size, count, (smallest, largest), np.random.default_rng([len(kind), k]))
        image.save(path := folder / f"{kind}-{k}.jpg", quality=92)
        made.append(Made(path, boxes))
    return made


KINDS: dict[str, Callable[[int], tuple[tuple[int, int], int, float, float]]] = {
    "crowd": lambda k: (((4000, 3000), (6000, 4000))[k % 2], 240, 40, 90),
    "large": lambda k: ((4000, 3000), (1, 3, 10, 40)[k % 4], 90, 400),
    "panorama": lambda k: ((12_000, 2000), 12, 60, 288),
    "usual": lambda k: ((1024, 768), 24, 20, 60),
    "nothing": lambda k: (((4000, 3000), (1024, 768))[k % 2], 0, 0, 0),
}
"""By name: of the k-th photograph the size, how many faces, the shorter side of the smallest and of the largest."""


def scene(
    size: tuple[int, int], count: int, sides: tuple[float, float], dice: np.random.Generator
) -> tuple[Image.Image, NDArray[np.float64]]:
    """Samples over blurred ground, in cells of their own, and the boxes of their faces; the sizes are spread evenly in
    their logarithm.
    """
    ground = dice.integers(0, 256, (size[1] // 60, size[0] // 60, 3), np.uint8)
    image = Image.fromarray(ground).resize(size, Image.Resampling.BICUBIC)
    samples, boxes = sorted(samples_folder().glob("*.jpg")), []
    columns = max(1, int(np.ceil(np.sqrt(count * size[0] / size[1]))))
    rows = max(1, -(-count // columns))
    cell = size[0] / columns, size[1] / rows
    for n in range(count):
        side = sides[0] * (sides[1] / sides[0]) ** dice.random()
        scale = min(side / (BOX[2] - BOX[0]), 0.98 * cell[0] / 178, 0.98 * cell[1] / 218)
        with Image.open(samples[int(dice.integers(len(samples)))]) as face:
            width, height = round(178 * scale), round(218 * scale)
            small = face.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
        left = int(cell[0] * (n % columns) + dice.random() * (cell[0] - width))
        top = int(cell[1] * (n // columns) + dice.random() * (cell[1] - height))
        image.paste(small, (left, top))
        boxes.append([left + BOX[0] * scale, top + BOX[1] * scale, left + BOX[2] * scale, top + BOX[3] * scale])
    grain = np.asarray(image, np.int16) + dice.integers(-6, 7, (size[1], size[0], 1), np.int16)
    return Image.fromarray(grain.clip(0, 255).astype(np.uint8)), np.array(boxes, float).reshape(-1, 4)


if __name__ == "__main__":
    main()
