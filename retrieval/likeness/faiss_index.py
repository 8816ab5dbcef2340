"""What FAISS does for likeness, and the only module that knows it; it loads it at first use.

Rows are compared where they lie, or all of a library's vectors are scanned in fewer bits: half precision, or sketches
of four bits for each of 64 parts. Scores of a scan are near the inner products; what comes of that is the caller's.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.bits import Ids, Mask

PARTS = 64  # of a vector; a sketch says of each which of the typical ones it is nearest to
TYPICAL = 16  # of each part, so that a table of them is one register of the processor
SPREAD = 1024  # rows from which it is worth while to wake the other threads
ROUNDS = 10  # of k-means

Floats = NDArray[np.float32]
Codes = NDArray[np.uint8]


class Scan:
    """All vectors of a library in fewer bits."""

    def __init__(self, index: Any) -> None:
        """For what this module makes: use `half` or `sketched`."""
        self._index = index

    def found(self, direction: Floats, count: int, allowed: Mask | None = None) -> tuple[Floats, Ids]:
        """Scores, falling, and positions of the `count` best, or of all among `allowed` if they are fewer."""
        bits = None if allowed is None else np.packbits(allowed, bitorder="little")
        scores, positions = self._index.search(direction[None], count, params=_among(bits))
        there = positions[0] >= 0
        return scores[0][there], positions[0][there]

    def several(self, directions: Floats, count: int) -> Ids:
        """int64[q, count]: the positions of the best for each of q directions; -1 where there are no more."""
        positions: Ids = self._index.search(directions, count)[1]
        return positions


def half(matrix: Floats) -> Scan:
    """Of float32[n, width], in half precision."""
    faiss = _faiss()
    index = faiss.IndexScalarQuantizer(matrix.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    index.add(matrix)
    return Scan(index)


def typical(sample: Floats) -> Floats:
    """float32[64, 16, width / 64]: the typical ones of each part of a sample of vectors, by k-means."""
    quantizer = _quantizer(sample.shape[1])
    quantizer.cp.niter = ROUNDS
    quantizer.cp.min_points_per_centroid, quantizer.cp.max_points_per_centroid = 1, len(sample)
    padded = np.resize(sample, (max(len(sample), TYPICAL), sample.shape[1]))  # k-means wants as many as it makes
    quantizer.train(padded)
    parts: Floats = _faiss().vector_to_array(quantizer.centroids).reshape(PARTS, TYPICAL, -1)
    return parts


def sketches(parts: Floats, rows: Floats) -> Codes:
    """uint8[n, 32]: of each part of the rows the number of the typical one, two in a byte."""
    codes: Codes = _quantizer(rows.shape[1], parts).compute_codes(np.ascontiguousarray(rows))
    return codes


def sketched(parts: Floats, codes: Codes) -> Scan:
    """To scan by sketches: as one list of an inverted file, which alone of FAISS's fast scans takes a filter."""
    faiss, width = _faiss(), parts.shape[0] * parts.shape[2]
    one = faiss.IndexFlatIP(width)
    one.add(np.zeros((1, width), np.float32))
    index = faiss.IndexIVFPQ(one, width, 1, PARTS, 4, faiss.METRIC_INNER_PRODUCT)
    index.by_residual, index.is_trained, index.ntotal = False, True, len(codes)
    faiss.copy_array_to_vector(parts.reshape(-1), index.pq.centroids)
    positions = np.arange(len(codes), dtype=np.int64)
    index.invlists.add_entries(0, len(codes), faiss.swig_ptr(positions), faiss.swig_ptr(np.ascontiguousarray(codes)))
    return Scan(faiss.IndexIVFPQFastScan(index))


def products(matrix: Floats, direction: Floats, positions: Ids) -> Floats:
    """float32[m]: inner products with the rows themselves, without copying them; each thread reads a part."""
    parts = _faiss().omp_get_max_threads() if len(positions) > SPREAD else 1
    wide = np.full((parts, -(-len(positions) // parts)), -1, np.int64)
    wide.reshape(-1)[: len(positions)] = positions
    flat: Floats = products_of_each(matrix, np.tile(direction, (parts, 1)), wide).reshape(-1)[: len(positions)]
    return flat


def products_of_each(matrix: Floats, directions: Floats, positions: Ids) -> Floats:
    """float32[q, m]: of each of q directions with its own m rows; what belongs to a position of -1 is undefined."""
    faiss = _faiss()
    values = np.full(positions.shape, -np.inf, np.float32)
    pointers = [faiss.swig_ptr(array) for array in (values, directions, matrix, positions)]
    faiss.fvec_inner_products_by_idx(*pointers, matrix.shape[1], *positions.shape)
    return values


def _among(bits: NDArray[np.uint8] | None) -> Any:
    if bits is None:
        return None
    faiss = _faiss()
    return faiss.IVFSearchParameters(sel=faiss.IDSelectorBitmap(bits), nprobe=1)


def _quantizer(width: int, parts: Floats | None = None) -> Any:
    faiss = _faiss()
    quantizer = faiss.ProductQuantizer(width, PARTS, 4)
    if parts is not None:
        faiss.copy_array_to_vector(parts.reshape(-1), quantizer.centroids)
    return quantizer


def _faiss() -> Any:
    import faiss  # half a second that only likeness should pay for

    return faiss
