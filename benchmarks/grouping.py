"""What grouping all faces into people and folding all of an answer cost, in seconds and memory, as the library grows;
beside IndexFlatIP, which looks for the same neighbours of some of the faces, in one run.

    python benchmarks/grouping.py --sizes 20000 50000 200000 --out grouping.json

Faces are made as in benchmarks/similar.py, a tenth of them twice. `neighbours` is the share of each face's 20 nearest
that grouping finds, on the faces that the peer looks at too; its seconds are those for all faces, from these.
"""

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from similar import people

from retrieval.likeness import nearest
from retrieval.likeness.folding import groups
from retrieval.likeness.grouping import NEIGHBOURS, grouped, mutual

ALIKE = 0.6  # these people's photographs are that alike
ASKED = 200  # faces that the peer looks at
Floats = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 50_000, 200_000])
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    rows = []
    for size in arguments.sizes:
        rows.append(measured(made(size)))
        print("  ".join(f"{name} {value}" for name, value in rows[-1].items()), flush=True)
    if arguments.out:
        arguments.out.write_text(json.dumps({"rows": rows}, indent=2) + "\n")


def made(count: int) -> Floats:
    """float32[count, 512]: the last tenth repeats the first."""
    matrix = people(count)
    matrix[count - count // 10 :] = matrix[: count // 10]
    return matrix


def measured(matrix: Floats) -> dict[str, Any]:
    began = time.perf_counter()
    near, cosines = nearest.nearest(matrix, NEIGHBOURS)
    paired = time.perf_counter()
    persons = grouped(matrix, ALIKE, found=mutual(near, cosines))
    put_together = time.perf_counter()
    folded = groups(matrix, np.arange(len(matrix)), list(range(len(matrix))))
    ended = time.perf_counter()
    peer, share = beside_flat(matrix, cosines)
    return {
        "faces": len(matrix),
        "neighbours_seconds": round(paired - began, 1),
        "groups_seconds": round(put_together - paired, 1),
        "groups": len(persons),
        "fold_seconds": round(ended - put_together, 1),
        "folded_into": max(folded) + 1,
        "flat_seconds": round(peer, 1),
        "neighbours": round(share, 4),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }


def beside_flat(matrix: Floats, cosines: Floats) -> tuple[float, float]:
    """Seconds in which IndexFlatIP would find all faces' neighbours, and the share of them that grouping finds."""
    flat = faiss.IndexFlatIP(matrix.shape[1])
    flat.add(matrix)
    asked = np.arange(0, len(matrix), max(1, len(matrix) // ASKED))
    start = time.perf_counter()
    scores = flat.search(matrix[asked], NEIGHBOURS + 1)[0]
    seconds = (time.perf_counter() - start) * len(matrix) / len(asked)
    enough = scores[:, NEIGHBOURS, None] - 1e-5  # the first is the face itself; of equal ones any will do
    return seconds, float((cosines[asked] >= enough).mean())


if __name__ == "__main__":
    main()
