"""How well dlib's descriptors know people, by which measure, and from which cosine on: what `likeness.descriptors` says
of CENTRE and ALIKE comes from here. Needs the extra `people`.

    python benchmarks/descriptors.py ../shared/celeba --fairface ../shared/fairface/val --out descriptors.json

CelebA's validation and test partitions say how many of the same person's photographs are found; of FairFace nearly each
photograph is another person's, so whatever is joined there is wrong. Every second of those, and validation's mean, made
the CENTRE; `held out` are the others. Some minutes of one core: --workers shares them out.
"""

import argparse
import json
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from people import graph, pairwise
from PIL import Image

from classifiers.sets import celeba
from indexer import faces
from indexer.describe import by_dlib, check_installed, processes
from indexer.look import DETAIL
from indexer.read import decode
from retrieval.likeness.descriptors import comparable

ALIKE = (0.75, 0.775, 0.8, 0.825, 0.85)
PUSH = 2.5  # times as far from validation's mean as FairFace's
FALSE = 1e-3  # false matches a pair of strangers
Floats = NDArray[np.float32]
Labels = NDArray[np.int64]
Measure = Callable[[Floats], Floats]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("celeba", type=Path)
    parser.add_argument("--fairface", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    check_installed()
    with processes(arguments.workers) as pool:
        validation, test = (of_celeba(pool, arguments.celeba, part) for part in ("val", "test"))
        strangers = of_fairface(pool, arguments.fairface)
    figures: dict[str, object] = {
        **{name: known(measure, *test, strangers) for name, measure in MEASURES.items()},
        **{str(alike): grouped(alike, validation, test, strangers) for alike in ALIKE},
        "centre": centre(validation[0], strangers).round(3).tolist(),
    }
    for name, value in figures.items():
        print(name, value)
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=2) + "\n")


def centre(validation: Floats, strangers: Floats) -> Floats:
    """float32[128], from the mean of CelebA's people through that of every second stranger, and on."""
    mean = validation.mean(axis=0)
    pushed: Floats = mean + PUSH * (strangers[::2].mean(axis=0) - mean)
    return pushed


def of_celeba(pool: Executor, folder: Path, part: str) -> tuple[Floats, Labels]:
    """float32[n, 128] of the partition's photographs, which are aligned faces, and int64[n] whose they are."""
    photographs = celeba.load(folder).split(part)
    return described(pool, _whole, (photographs.folder / name for name in photographs.names)), photographs.identities


def of_fairface(pool: Executor, folder: Path) -> Floats:
    """float32[n, 128] of the largest face in each photograph that has one, cut out as the indexer does."""
    return described(pool, _largest, sorted(folder.rglob("*.jpg")))


def described(pool: Executor, look: Callable[[Path], Floats | None], paths: Iterable[Path]) -> Floats:
    return np.stack([found for found in pool.map(look, paths, chunksize=8) if found is not None])


def known(measure: Measure, test: Floats, people: Labels, strangers: Floats) -> dict[str, float]:
    """The share of faces whose nearest is the same person, and of true pairs found at one false match in 1,000, of
    CelebA's own strangers and of FairFace's.
    """
    scores, upper = measure(test), np.triu_indices(len(test), 1)
    same = (people[:, None] == people[None])[upper]
    pairs, foreign = scores[upper], measure(strangers)[np.triu_indices(len(strangers), 1)]
    np.fill_diagonal(scores, -np.inf)
    return {
        "first": float((people[scores.argmax(axis=1)] == people).mean()),
        "found": float((pairs[same] >= np.quantile(pairs[~same], 1 - FALSE)).mean()),
        "found by FairFace's": float((pairs[same] >= np.quantile(foreign, 1 - FALSE)).mean()),
    }


def grouped(
    alike: float, validation: tuple[Floats, Labels], test: tuple[Floats, Labels], strangers: Floats
) -> dict[str, dict[str, float]]:
    judged = {"validation": validation, "test": test}
    return {
        **{name: pairwise(graph(comparable(rows), alike), people) for name, (rows, people) in judged.items()},
        "FairFace": joined(graph(comparable(strangers), alike)),
        "held out": joined(graph(comparable(strangers[1::2]), alike)),
    }


def joined(labels: Labels) -> dict[str, float]:
    """How many in 10,000 pairs are put together, and the share of the photographs that are in a group."""
    sizes = np.bincount(labels[labels >= 0], minlength=1)
    return {
        "pairs in 10,000": float((sizes * (sizes - 1)).sum() / (len(labels) * (len(labels) - 1)) * 1e4),
        "photographs": float((labels >= 0).mean()),
    }


def _distance(rows: Floats) -> Floats:
    squares = (rows * rows).sum(axis=1)
    near: Floats = 2 * rows @ rows.T - squares[:, None] - squares[None]
    return near


def _cosine(rows: Floats) -> Floats:
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    cosines: Floats = unit @ unit.T
    return cosines


MEASURES: dict[str, Measure] = {
    "distance": _distance,
    "cosine": _cosine,
    "cosine beside the centre": lambda rows: _cosine(comparable(rows)),
}


def _whole(path: Path) -> Floats | None:
    with Image.open(path) as image:
        return by_dlib([image.convert("RGB")])[0]


def _largest(path: Path) -> Floats | None:
    image = decode(path.read_bytes(), detail=DETAIL).image
    found = _finder().find(image)
    return by_dlib([faces.crop(image, found[0])])[0] if found else None


@cache
def _finder() -> faces.Finder:
    return faces.Finder()


if __name__ == "__main__":
    main()
