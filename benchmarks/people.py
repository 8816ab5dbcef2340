"""How well faces are grouped into people: pairwise precision, recall and F1 on CelebA's identities, by the model's head
beside its bare embeddings, and beside HDBSCAN.

    facequery index ../shared/celeba/img_align_celeba --crop aligned --library /tmp/celeba
    python benchmarks/people.py /tmp/celeba ../shared/celeba --out people.json

The threshold and HDBSCAN's smallest group are chosen on validation, so that 95 of 100 pairs are right there if that can
be, and judged on test; five photographs a person, and nobody is in both.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from examples import embeddings
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN

from retrieval.likeness.grouping import grouped

ALIKE = [round(0.3 + 0.02 * step, 2) for step in range(34)]
CORES = [1, 2, 3]
RIGHT = 0.95
Floats = NDArray[np.float32]
Labels = NDArray[np.int64]
Cluster = Callable[[Floats, float], Labels]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("celeba", type=Path)
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    looks, persons = (
        [embeddings(arguments.library, arguments.celeba, part, by) for part in "12"] for by in ("look", "person")
    )
    figures = {
        "nearest alike pairs of strangers": strangers(*looks[0]),
        "looks alike": chosen(graph, ALIKE, *looks),
        "same person": chosen(graph, ALIKE, *persons),
        "same person, hdbscan": chosen(hdbscan, CORES, *persons),
    }
    for name, value in figures.items():
        print(name, value)
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=2) + "\n")


def chosen(
    cluster: Cluster, settings: list[float], validation: tuple[Floats, Labels], test: tuple[Floats, Labels]
) -> dict[str, float]:
    """The setting that finds most on validation with RIGHT of its pairs right, else the most precise, and what it
    reaches on test.
    """
    found = {setting: pairwise(cluster(validation[0], setting), validation[1]) for setting in settings}
    best = max(found, key=lambda setting: (min(found[setting]["precision"], RIGHT), found[setting]["recall"]))
    start = time.perf_counter()
    labels = cluster(test[0], best)
    seconds = time.perf_counter() - start
    return {
        "setting": best,
        **pairwise(labels, test[1]),
        "groups": len(set(labels.tolist()) - {-1}),
        "seconds": seconds,
    }


def graph(vectors: Floats, alike: float) -> Labels:
    labels = np.full(len(vectors), -1)
    for number, (members, _) in enumerate(grouped(vectors, alike)):
        labels[members] = number
    return labels


def hdbscan(vectors: Floats, core: float) -> Labels:
    """On unit vectors Euclidean distance orders as the cosine does."""
    labels: Labels = HDBSCAN(min_cluster_size=2, min_samples=int(core), copy=True).fit_predict(vectors)
    return labels


def pairwise(labels: Labels, people: Labels) -> dict[str, float]:
    """Of the pairs that are put together the share that is one person, and of those that are one the share found."""
    together = (labels[:, None] == labels[None]) & (labels >= 0)[:, None]
    same = people[:, None] == people[None]
    pairs = np.triu_indices(len(people), 1)
    right = int((together & same)[pairs].sum())
    precision, recall = right / max(1, int(together[pairs].sum())), right / int(same[pairs].sum())
    return {
        "precision": precision,
        "recall": recall,
        "f1": float(2 * right / max(1, together[pairs].sum() + same[pairs].sum())),
    }


def strangers(vectors: Floats, people: Labels) -> dict[str, float]:
    """How alike two different people are at most: retrieval.likeness.folding.SAME lies above."""
    scores = (vectors @ vectors.T)[np.triu_indices(len(people), 1)]
    different = scores[(people[:, None] != people[None])[np.triu_indices(len(people), 1)]]
    return {"99.99 %": float(np.quantile(different, 0.9999)), "all": float(different.max())}


if __name__ == "__main__":
    main()
