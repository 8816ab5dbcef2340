"""How fast, and how exactly, the nearest faces inside a filter are found, beside IndexFlatIP over all faces and beside
IndexFlatIP with filtering afterwards (`rows_filtered_after` are left of the k it should find), in one run.

python benchmarks/similar.py --sizes 200000 1000000 --out similar.json

Faces are made: people from 64 hidden numbers, 20 photographs each. A filter lets through the same share either at
random or, as attributes do, on one side of a plane. Beyond retrieval.likeness.vectors.APPROXIMATE answers come through
sketches.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.likeness import sketches, vectors
from retrieval.likeness.vectors import Nearest, Vectors

SHARES = (0.001, 0.01, 0.1, 0.5, 1.0)
TOP = 10
Floats = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[200_000, 1_000_000])
    parser.add_argument("--k", type=int, default=50)
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument(
        "--approximate", type=int, default=vectors.APPROXIMATE, help="Faces beyond which sketches are used."
    )
    parser.add_argument("--embeddings", type=Path, help="A .npy of float32[n, 512], instead of faces that are made.")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for size in arguments.sizes:
        matrix = np.load(arguments.embeddings) if arguments.embeddings else people(size)
        for row in compared(matrix, arguments.k, arguments.queries, len(matrix) > arguments.approximate):
            rows.append(row)
            print("  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    if arguments.out:
        arguments.out.write_text(json.dumps({"k": arguments.k, "rows": rows}, indent=2) + "\n")


def people(count: int) -> Floats:
    """float32[count, 512] of unit length: 20 photographs of each person."""
    dice = np.random.default_rng(0)
    turn = dice.normal(size=(64, 512)).astype(np.float32)
    who = dice.normal(size=(-(-count // 20), 64)).astype(np.float32).repeat(20, axis=0)[:count]
    matrix = np.empty((count, 512), np.float32)
    for start in range(0, count, 10_000):
        looks = who[start : start + 10_000]
        rows = (looks + 0.6 * dice.normal(size=looks.shape).astype(np.float32)) @ turn
        matrix[start : start + 10_000] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return matrix


def compared(matrix: Floats, k: int, queries: int, approximate: bool) -> Iterator[dict[str, Any]]:
    """A row for each kind of filter and each share that it lets through; times are medians in milliseconds."""
    start = time.perf_counter()
    found = sketches.measured(*sketches.sketched(matrix), matrix) if approximate else None
    index = Vectors(matrix, np.arange(len(matrix)), found)
    built = time.perf_counter() - start
    flat = faiss.IndexFlatIP(matrix.shape[1])
    flat.add(matrix)
    dice = np.random.default_rng(1)
    asked = matrix[dice.choice(len(matrix), queries, replace=False)]
    index.search(asked[0], k)
    index.search(asked[0], k)  # the index that scans is made for the second question
    unfiltered = milliseconds(lambda query: flat.search(query[None], k), asked)
    for kind in ("random", "attribute"):
        height = dice.random(len(matrix)) if kind == "random" else matrix @ (matrix[17] - matrix[4711 % len(matrix)])
        for share in SHARES:
            mask = None if share == 1 else height >= np.quantile(height, 1 - share)
            ours = [index.search(query, k, mask) for query in asked]
            took = milliseconds(lambda query, mask=mask: index.search(query, k, mask), asked)
            truth = [exact(matrix, query, mask, k) for query in asked]
            yield {
                "faces": len(matrix),
                "filter": kind,
                "share": share,
                "ms": round(took, 3),
                "flat_unfiltered_ms": round(unfiltered, 3),
                "times_faster": round(unfiltered / took, 2),
                "recall_at_10": round(recall(ours, truth), 4),
                "said": ours[0].recall,
                "rows": mean(len(answer.ids) for answer in ours),
                "rows_filtered_after": mean(kept(flat, query, mask, k) for query in asked),
                "build_seconds": round(built, 1),
            }
            assert all(len(answer.ids) == min(k, matching(mask, matrix)) for answer in ours), "an answer is short"


def matching(mask: NDArray[np.bool_] | None, matrix: Floats) -> int:
    return len(matrix) if mask is None else int(mask.sum())


def exact(matrix: Floats, query: Floats, mask: NDArray[np.bool_] | None, k: int) -> set[int]:
    """The nearest ten by float64, ties by number."""
    scores = matrix @ query
    if mask is not None:
        scores[~mask] = -np.inf
    near = np.argpartition(scores, -2 * k)[-2 * k :] if len(scores) > 2 * k else np.arange(len(scores))
    best = near[np.lexsort((near, -(matrix[near].astype(np.float64) @ query)))]
    return set([at for at in best.tolist() if mask is None or mask[at]][:TOP])


def recall(answers: list[Nearest], truth: list[set[int]]) -> float:
    found = sum(len(set(answer.ids[:TOP]) & nearest) for answer, nearest in zip(answers, truth, strict=True))
    return found / sum(map(len, truth))


def kept(flat: Any, query: Floats, mask: NDArray[np.bool_] | None, k: int) -> int:
    """Rows that are left of the nearest `k` when those that do not match are taken out afterwards."""
    nearest = flat.search(query[None], k)[1][0]
    return len(nearest) if mask is None else int(mask[nearest].sum())


def mean(rows: Iterator[int]) -> float:
    return round(statistics.mean(rows), 1)


def milliseconds(work: Callable[[Floats], object], asked: Floats) -> float:
    """The median over the queries."""
    times = []
    for query in asked:
        start = time.perf_counter()
        work(query)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    main()
