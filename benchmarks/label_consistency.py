"""What CelebA's labels are worth: how often the same photograph, twice in the data set, is labelled differently.

    python benchmarks/label_consistency.py ../shared/celeba

Prints a row an attribute: contradictions, true labels, and the agreement beyond chance that
`classifiers.cards.reliability` keeps; the peer is how often labels differ between any two photographs of one person,
which only for what does not change (a man, a big nose) is a measure of mistakes.
"""

import argparse
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from classifiers.cards.preprocessing import Preprocessing
from classifiers.cards.reliability import agreement
from classifiers.sets import celeba, pixels
from classifiers.sets.duplicates import SIDE, contradictions, duplicates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("celeba", type=Path)
    parser.add_argument("--cache", type=Path, default=platformdirs.user_cache_path("facequery", appauthor=False))
    arguments = parser.parse_args()
    faces = celeba.load(arguments.celeba).faces
    pairs = duplicates(pixels.cached(faces, Preprocessing(SIDE), arguments.cache))
    people = between_photographs(faces)
    print(f"{len(faces):,} photographs, {len(pairs)} pairs of the same one")
    print("contradictions  true labels  agreement beyond chance  differ between one person's photographs")
    for row, other in sorted(zip(contradictions(faces.labels, pairs), people, strict=True), key=lambda r: r[0][1]):
        beyond = agreement(row.contradictions, row.positives, len(pairs))
        print(f"{row.contradictions:14} {row.positives:12} {beyond:24.2f} {other:40.3f}  {row.attribute}")


def between_photographs(faces: celeba.Faces) -> NDArray[np.float64]:
    """[40]: the share of pairs of photographs of one person on which the label differs."""
    people = np.unique(faces.identities[faces.identities >= 0], return_inverse=True)[1]
    labels = faces.labels[faces.identities >= 0]
    count = np.bincount(people).astype(float)
    true = np.stack([np.bincount(people, weights=column) for column in labels.T], axis=1)
    differing: NDArray[np.float64] = (true * (count[:, None] - true)).sum(0) / max(1.0, (count * (count - 1) / 2).sum())
    return differing


if __name__ == "__main__":
    main()
