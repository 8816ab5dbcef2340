"""Does a second example help, and does a negative one? Two ways to combine them, on CelebA's people.

    facequery index ../shared/celeba/img_align_celeba --crop aligned --library /tmp/celeba
    python benchmarks/examples.py /tmp/celeba ../shared/celeba

Of each person of the test partition one or two photographs are given, and the other three are looked for among all
faces of that partition. The negative is the nearest face of somebody else. `mean` is what the library does: the mean of
the positives less BETA times the mean of the negatives. `last` is that, with those nearer to a negative than to every
positive at the end; `max` is the nearest positive less BETA times the nearest negative.
"""

import argparse
import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.library import Library
from retrieval.likeness.recognition import Meaning

TOP = 10
WAYS = ("mean", "last", "max")
BETAS = (0.0, 0.25, 0.5, 0.75, 1.0)
Floats = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("celeba", type=Path)
    parser.add_argument("--partition", default="2", help="1 is validation, 2 test.")
    arguments = parser.parse_args()
    vectors, people = embeddings(arguments.library, arguments.celeba, arguments.partition)
    print(f"{len(people)} faces of {len(set(people.tolist()))} people: share of the other three among the first {TOP}")
    for positives in (1, 2):
        for negatives, beta in ((0, 0.0), *((negatives, beta) for negatives in (1, 3) for beta in BETAS)):
            scores = [f"{way} {recall(vectors, people, positives, negatives, way, beta):.4f}" for way in WAYS]
            print(f"{positives} positive, {negatives} negative, beta {beta}:", *scores)


def embeddings(library: Path, celeba: Path, partition: str, by: Meaning = "look") -> tuple[Floats, NDArray[np.int64]]:
    """float32[n, width] of the partition's faces, and int64[n] whose they are."""
    identity, part = (dict(rows(celeba / name)) for name in ("identity_CelebA.csv", "list_eval_partition.csv"))
    with Library.open(library) as opened:
        faces, matrix, *_ = opened.people.seen(by)
        names = {face: Path(photo.path).name for face, photo in opened.photographs(faces).items()}
    kept = [at for at, face in enumerate(faces) if part.get(names[face]) == partition]
    return matrix[kept], np.array([int(identity[names[faces[at]]]) for at in kept])


def rows(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="ascii") as file:
        yield from ((name, value) for name, value in csv.reader(file))


def recall(vectors: Floats, people: NDArray[np.int64], positives: int, negatives: int, way: str, beta: float) -> float:
    """The mean over the people, of whom each has five photographs."""
    found = []
    for person in np.unique(people):
        mine = np.flatnonzero(people == person)
        like, rest = mine[:positives], mine[2:]
        plain = vectors @ vectors[like].mean(axis=0)
        strangers = np.flatnonzero(people != person)
        unlike = strangers[np.argsort(-plain[strangers])[:negatives]]
        scores = combined(vectors, vectors[like], vectors[unlike], way, beta)
        scores[[*mine[:2], *unlike]] = -np.inf
        found.append(np.isin(rest, np.argsort(-scores)[:TOP]).mean())
    return float(np.mean(found))


def combined(vectors: Floats, like: Floats, unlike: Floats, way: str, beta: float) -> Floats:
    """float32[n]: the higher, the earlier."""
    if way == "max":
        worst = (vectors @ unlike.T).max(axis=1) if len(unlike) else np.float32(0)
        scores: Floats = (vectors @ like.T).max(axis=1) - np.float32(beta) * worst
        return scores
    scores = vectors @ like.mean(axis=0)
    if len(unlike):
        scores = scores - np.float32(beta) * (vectors @ unlike.mean(axis=0))
        refused = (vectors @ unlike.T).max(axis=1) > (vectors @ like.T).max(axis=1)
        scores = np.where(refused & (way == "last"), scores - 10, scores)
    return scores


if __name__ == "__main__":
    main()
