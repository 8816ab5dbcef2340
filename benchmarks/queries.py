"""How good answers are: precision and recall of queries against the labels of CelebA's test partition.

    facequery index ../shared/celeba/img_align_celeba --crop aligned --library /tmp/celeba
    python benchmarks/queries.py /tmp/celeba ../shared/celeba

The peer in the same run is the same query with every threshold at one half, as the study cut it.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.sets import celeba
from retrieval.attributes import ATTRIBUTES
from retrieval.language.nodes import Columns, mask
from retrieval.language.query import parse
from retrieval.library import Library

QUERIES = (
    "Big_Nose AND NOT Eyeglasses",
    "Wearing_Hat AND Smiling",
    "Male AND Gray_Hair AND Wearing_Necktie",
    "Blond_Hair OR Brown_Hair AND NOT Bangs",
)
HALF = dict.fromkeys(ATTRIBUTES, 0.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("celeba", type=Path)
    arguments = parser.parse_args()
    test = celeba.load(arguments.celeba).split("test")
    probabilities, thresholds = predictions(arguments.library, test)
    print(f"{len(test)} images of the test partition   at the model's thresholds   at 0.5")
    print(f"{'query':42} {'true':>6} {'precision':>9} {'recall':>7} {'precision':>9} {'recall':>7}")
    for query in QUERIES:
        node = parse(query)
        truth = mask(node, Columns.from_probabilities(test.labels.T.astype(np.float32), HALF))
        ours = mask(node, Columns.from_probabilities(probabilities, thresholds))
        peer = mask(node, Columns.from_probabilities(probabilities, HALF))
        (p, r), (pp, pr) = quality(ours, truth), quality(peer, truth)
        print(f"{query:42} {truth.sum():6} {p:9.3f} {r:7.3f} {pp:9.3f} {pr:7.3f}")


def predictions(library: Path, faces: celeba.Faces) -> tuple[NDArray[np.float32], dict[str, float]]:
    """float32[40, N] of what the library holds of the faces, and its model's thresholds."""
    with Library.open(library) as open_library:
        hits = {Path(hit.photo).name: hit for hit in open_library.find(None, limit=None).hits}
        model = open_library.model
    assert model is not None
    rows = [[hits[name].attributes[a] for a in ATTRIBUTES] for name in faces.names]
    return np.array(rows, np.float32).T.copy(), dict(model.thresholds)


def quality(found: NDArray[np.bool_], truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Precision and recall."""
    right = (found & truth).sum()
    return float(right / max(1, found.sum())), float(right / max(1, truth.sum()))


if __name__ == "__main__":
    main()
