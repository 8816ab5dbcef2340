"""Milliseconds of one core that a photograph takes to index, beside what it must take at least: its bytes decoded, and
the multiplications of the networks at the speed of this core's products of large matrices.

    python -m benchmarks.limits [--kinds 12mp,aligned] [--model NAME] [--celeba FOLDER] [--fairface FOLDER]
                                [--photographs N] [--rounds N]

The photographs are those of `benchmarks/indexing.py`. What is measured is reading, decoding, finding, aligning and
tagging in this process, the best of the rounds, without the start and without storing. Decoding is Pillow's (libjpeg's)
alone, at the scale at which a photograph is taken.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.indexing import made
from classifiers.networks.processor import Model, Node, Processor, ops, use_one_core
from classifiers.tagger import Tagger
from indexer.faces import SHRINK, Finder
from indexer.look import DETAIL, look
from indexer.seen import Eyes, Unread
from retrieval.pictures.decoding import decode

SIDE, TIMES = 2048, 4  # of the matrices whose products, one after the other, say what the core can do
TOGETHER = 16  # photographs that are looked at at once


class Cost(NamedTuple):
    """Of a photograph, on average: milliseconds, and thousands of millions of multiplications and additions."""

    all: float
    decoding: float
    operations: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinds", default="12mp,aligned,fairface")
    parser.add_argument("--model", default="densenet121")
    parser.add_argument("--celeba", type=Path)
    parser.add_argument("--fairface", type=Path)
    parser.add_argument("--photographs", type=int, default=96)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    use_one_core()
    _count_calls()
    able = 2 * TIMES * SIDE**3 / 1e6 / _best(_products(), max(5, arguments.rounds))
    print(f"large matrices' products: {able:.0f} thousand millions of operations a second", flush=True)
    with tempfile.TemporaryDirectory(prefix="facequery-limits-") as folder:
        for kind in arguments.kinds.split(","):
            photographs = made(kind, Path(folder) / kind, arguments)
            if photographs is not None:
                print(f"{kind}: {_told(_cost(kind, photographs, arguments), able)}", flush=True)


def _told(cost: Cost, able: float) -> str:
    computing = cost.operations / able * 1000
    least = cost.decoding + computing
    return (
        f"{cost.all:.1f} ms a photograph; at least {least:.1f}: {cost.decoding:.1f} to decode, {computing:.2f} for "
        f"{cost.operations:.2f} thousand millions of operations; {cost.all / least:.1f} times the least"
    )


def _cost(kind: str, folder: Path, arguments: argparse.Namespace) -> Cost:
    tagger = Tagger.load(arguments.model, "cpu")
    eyes = Eyes(tagger, None if kind in ("aligned", "celeba") else Finder())
    paths = sorted(folder.glob("*.jpg"))
    parts = [paths[start : start + TOGETHER] for start in range(0, len(paths), TOGETHER)]

    def whole() -> None:
        for part in parts:
            look([Unread(str(path)) for path in part], eyes)

    CALLS.clear()
    whole()
    operations = sum(_operations(*call) for call in CALLS) / 1e9
    data = [path.read_bytes() for path in paths]
    decoding = _best(lambda: [_decoded(each, eyes.finder.shrink if eyes.finder else SHRINK) for each in data], 3)
    return Cost(*(each / len(paths) for each in (_best(whole, arguments.rounds), decoding, operations)))


def _decoded(data: bytes, most: float) -> None:
    """As small as `decode` takes it, and nothing done with it."""
    image = Image.open(BytesIO(data))
    size = _taken(data, most)
    image.draft("RGB", size if (image.width > image.height) == (size[0] > size[1]) else size[::-1])
    image.load()


@cache
def _taken(data: bytes, most: float) -> tuple[int, int]:
    return decode(data, detail=DETAIL, most=most).image.size


CALLS: list[tuple[Model, tuple[int, ...]]] = []


def _count_calls() -> None:
    """From here on CALLS has each graph that was asked, and the shape of what it was given."""
    begin, call = Processor.__init__, Processor.__call__

    def init(self: Any, graph: Model, *more: Any) -> None:
        begin(self, graph, *more)
        self.graph = graph

    def called(self: Any, batch: NDArray[Any]) -> Any:
        CALLS.append((self.graph, batch.shape))
        return call(self, batch)

    Processor.__init__, Processor.__call__ = init, called  # type: ignore[method-assign]


@cache
def _operations(graph: Model, shape: Sequence[int]) -> int:
    """Multiplications and additions of its convolutions and products, for a batch of that shape."""
    shaped = graph.clone()
    shaped.reshape(list(shape))
    return 2 * sum(map(_multiplications, shaped.get_ordered_ops()))


def _multiplications(node: Node) -> int:
    size = int(np.prod(node.output(0).get_shape())) if node.get_output_size() else 0
    if node.get_type_name() == "Convolution":
        return size * int(np.prod(node.input(1).get_shape()[1:]))
    return size * int(node.input(0).get_shape()[-1]) if node.get_type_name() == "MatMul" else 0


def _products() -> Callable[[], Any]:
    """Products of large matrices, in the precision that the networks compute in."""
    dice = np.random.default_rng(0)
    left, right = (dice.normal(size=(SIDE, SIDE)).astype(np.float32) for _ in range(2))
    made = given = ops.parameter([SIDE, SIDE], np.float32)
    for _ in range(TIMES):
        made = ops.matmul(made, ops.constant(right), False, False)
    processor = Processor(Model([made], [given], "products"))
    return lambda: processor(left)


def _best(work: Callable[[], Any], rounds: int) -> float:
    """Milliseconds of this process."""
    spent = list[float]()
    for _ in range(rounds):
        start = time.process_time()
        work()
        spent.append((time.process_time() - start) * 1000)
    return min(spent)


if __name__ == "__main__":
    main()
