"""Likeness: the faces of a snapshot whose embeddings lie nearest to a direction, by whichever way is the fastest.

The vectors are a memory-mapped, verified cache of the `embedding` table. Whichever way the candidates of an answer are
had, they are compared once more in float64: an answer is exact unless it came through sketches, and then says so.
"""

import threading
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from retrieval.columns import cache
from retrieval.columns.bits import Ids, Mask
from retrieval.errors import LibraryDamaged
from retrieval.likeness import faiss_index, sketches
from retrieval.likeness.faiss_index import Floats, Scan
from retrieval.likeness.recognition import Head
from retrieval.likeness.sketches import ROWS, Sketches
from retrieval.tables import schema
from retrieval.tables.records import DIMENSIONS, UNIT, check_direction
from retrieval.tables.rows import chunks, damaged, present
from retrieval.tables.snapshot import Snapshot

KIND, PERSONS = "vectors", "persons"
LAYOUT = 1  # of these arrays, as of the snapshot's
APPROXIMATE = 500_000  # faces beyond which a wide question is answered through sketches
FEW = 10  # and up to one face in so many, where everything would have to be scanned
DEEP = 10  # an answer that wants more than one match in so many reads them all
MANY = 3  # from one face in so many, scanning all and filtering afterwards is faster than skipping during the scan
HALF = 6e-4  # float16 keeps 11 bits: 2 ** -11 of |x||q| = 1 by Cauchy and Schwarz, and what float32 sums add to it
SUMS = 1e-5  # float32 sums depend on their order; two products this near may be a tie
BLOCK = 8192  # vectors that are compared in float64 at once, 32 MB
BEYOND = 1e6  # numbers of no vector, whose products would fit no float


class Nearest(NamedTuple):
    """Faces and their cosines in [-1, 1], falling; equal ones in the order of their numbers. `recall` is the measured
    share of the nearest ten that an answer through sketches holds; None where it is exact.
    """

    ids: list[int]
    cosines: list[float]
    recall: float | None = None

    def at(self, places: list[int]) -> "Nearest":
        """Those in these places, in their order."""
        return Nearest([self.ids[at] for at in places], [self.cosines[at] for at in places], self.recall)


class Vectors:
    """A vector for each face of one snapshot, or of some of them, float32[n, width] in its order. Safe to search from
    many threads.
    """

    def __init__(self, matrix: Floats, face_ids: Ids, found: Sketches | None = None) -> None:
        self._matrix = matrix
        self._face_ids = face_ids
        self._sketches = found
        self._scan: Scan | None = None
        self._scans = 0  # scans asked for; the index is made for the second, since it costs as much as twenty
        self._making = threading.Lock()

    def search(self, vector: Floats, k: int, allowed: Mask | None = None) -> Nearest:
        """The `k` faces most like `vector` (float32[width], any length) among `allowed` (bool[n]; None is all). Fewer
        than `k` only if there are no more. ValueError for a vector that is not finite, zero, or of another width, and
        for a negative `k`.
        """
        check_direction(vector, self._matrix.shape[1])
        matching = len(self._face_ids) if allowed is None else int(np.count_nonzero(allowed))
        if k < 0 or (allowed is not None and allowed.shape != self._face_ids.shape):
            raise ValueError("k is not negative, and a mask has one value a face.")
        direction = vector / np.float64(np.linalg.norm(vector.astype(np.float64)))
        if (wanted := min(k, matching)) == 0:
            return Nearest([], [])
        positions, recall = self._candidates(direction.astype(np.float32), wanted, matching, allowed)
        cosines = self._cosines(positions, direction)
        best = np.lexsort((positions, -cosines))[:wanted]
        best = best[np.isfinite(cosines[best])]  # a damaged row resembles nothing
        return Nearest(self._face_ids[positions[best]].tolist(), cosines[best].tolist(), recall)

    @property
    def face_ids(self) -> Ids:
        """int64[n], rising: whose they are."""
        return self._face_ids

    @property
    def matrix(self) -> Floats:
        """All of them, not to be written to."""
        return self._matrix

    def positions(self, face_ids: list[int]) -> Ids:
        """int64[m]: the rows of `matrix` of faces that are all there."""
        return np.searchsorted(self._face_ids, np.array(face_ids, np.int64))

    def _candidates(
        self, direction: Floats, wanted: int, matching: int, allowed: Mask | None
    ) -> tuple[Ids, float | None]:
        """Positions that surely hold the `wanted` nearest and all that tie with the last, or most of them and their
        measured share.
        """
        narrow = ROWS if self._sketches else max(ROWS, len(self._face_ids) // FEW)
        if matching <= narrow or wanted * DEEP > matching:
            return self._read(direction, wanted, _positions(allowed, matching)), None
        if self._sketches:
            near, recall = self._sketches.near(direction, wanted, matching, allowed)
            return self._read(direction, wanted, _positions(allowed, matching) if near is None else near), recall
        if (scan := self._scanning()) is None:
            return self._read(direction, wanted, _positions(allowed, matching)), None
        found = _filtered(scan, direction, wanted, matching, allowed)
        if found is None:
            found = _selected(scan, direction, wanted, matching, allowed)
        return (self._read(direction, wanted, _positions(allowed, matching)) if found is None else found), None

    def _read(self, direction: Floats, wanted: int, positions: Ids) -> Ids:
        """Of `positions` the `wanted` nearest, and all that may tie with the last of them."""
        if wanted >= len(positions):
            return positions
        scores = np.fmax(
            faiss_index.products(self._matrix, direction, positions), np.float32(-np.inf)
        )  # NaN is the least
        worst = np.partition(scores, -wanted)[-wanted]
        near: Ids = positions[scores >= worst - 2 * SUMS]
        return near

    def _scanning(self) -> Scan | None:
        """The vectors in half precision, to scan; None for a first question, which is answered sooner without."""
        with self._making:
            self._scans += 1
            if self._scan is None and self._scans > 1:
                self._scan = faiss_index.half(self._matrix)
            return self._scan

    def _cosines(self, positions: Ids, direction: NDArray[np.float64]) -> Floats:
        """Row by row in float64, so that equal vectors get equal cosines wherever they lie."""
        blocks = [positions[start : start + BLOCK] for start in range(0, len(positions), BLOCK)]
        sums = [(self._matrix[block] * direction).sum(axis=1) for block in blocks]
        cosines: Floats = np.clip(np.concatenate(sums), -1, 1).astype(np.float32)
        return cosines


def load(connection: Connection, folder: Path, snapshot: Snapshot) -> Vectors:
    """The vectors of `snapshot`, whose state `connection`'s transaction must see; from the cache if it is sound."""
    matrix = _cached(folder, snapshot, KIND, DIMENSIONS)
    if matrix is None:
        matrix = cache.keep(folder, _name(snapshot), KIND, _derived(connection, len(snapshot)))
    return sketched(folder, snapshot, matrix, KIND)


def persons(folder: Path, snapshot: Snapshot, looks: Floats, head: Head) -> Vectors:
    """What the head makes of the embeddings `looks` of `snapshot`: there the nearest are the same person."""
    matrix = _cached(folder, snapshot, PERSONS, head.second.shape[1])
    if matrix is None:
        matrix = cache.keep(folder, _name(snapshot), PERSONS, head(looks))
    return sketched(folder, snapshot, matrix, PERSONS)


def sketched(folder: Path, snapshot: Snapshot, matrix: Floats, kind: str, faces: Ids | None = None) -> Vectors:
    """Vectors to search, of all faces of `snapshot` or of `faces`; where they are many, with sketches of their own."""
    beside = sketches.KIND if kind == KIND else f"{kind}-{sketches.KIND}"
    many = len(matrix) > APPROXIMATE
    found = sketches.load(folder, snapshot.state.of_faces, matrix, beside) if many else None
    return Vectors(matrix, snapshot.face_ids if faces is None else faces, found)


def embedding(vector: bytes) -> Floats:
    """float32[512] from the bytes of the `embedding` table; LibraryDamaged for those of no embedding."""
    row: Floats = embeddings([vector])[0]
    if not np.isfinite(row).all():
        raise damaged("a vector is not of length 1")
    return row


def embeddings(vectors: list[bytes]) -> Floats:
    """float32[n, 512] from rows of the `embedding` table. What has not length 1 becomes no number: it resembles
    nothing, where it would resemble everything. LibraryDamaged for rows of another width.
    """
    rows = floats(vectors, DIMENSIONS)
    rows[~(abs(np.einsum("ij,ij->i", rows, rows) - 1) < 2 * UNIT)] = np.nan  # a length of 1 + e has the square 1 + 2e
    return rows


def floats(vectors: list[bytes], width: int) -> Floats:
    """float32[n, width] from the bytes of as many vectors; those with a number beyond all reason have none at all.
    LibraryDamaged for rows of another width.
    """
    if any(len(vector) != 4 * width for vector in vectors):
        raise damaged("a vector has not the length of one")
    rows: Floats = np.frombuffer(b"".join(vectors), "<f4").astype(np.float32).reshape(-1, width)
    rows[~(abs(rows) < BEYOND).all(axis=1)] = np.nan
    return rows


def _positions(allowed: Mask | None, matching: int) -> Ids:
    return np.arange(matching) if allowed is None else np.flatnonzero(allowed)


def _filtered(scan: Scan, direction: Floats, wanted: int, matching: int, allowed: Mask | None) -> Ids | None:
    """All faces scanned, those that match picked out of the best; None if they are too few, or too near one another."""
    if allowed is None or matching * MANY < len(allowed):
        return None
    count = _shortlist(wanted) * len(allowed) // matching * 3 // 2
    scores, positions = scan.found(direction, min(count, len(allowed)))
    lowest = scores[-1]
    matches = allowed[positions]
    scores, positions = scores[matches], positions[matches]
    if len(scores) < wanted or scores[wanted - 1] - lowest <= 2 * HALF:
        return None
    near: Ids = positions[scores >= scores[wanted - 1] - 2 * HALF]
    return near


def _selected(scan: Scan, direction: Floats, wanted: int, matching: int, allowed: Mask | None) -> Ids | None:
    """The matching faces scanned; None if so many are so near one another that reading all rows is faster."""
    count = _shortlist(wanted)
    while count * DEEP <= matching:
        scores, positions = scan.found(direction, count, allowed)
        if len(scores) == count and scores[wanted - 1] - scores[-1] > 2 * HALF:
            near: Ids = positions[scores >= scores[wanted - 1] - 2 * HALF]
            return near
        count *= 4
    return None


def _shortlist(wanted: int) -> int:
    """Faces to take from a scan in half precision, so that the nearest `wanted` are most probably among them."""
    return 2 * wanted + 100


def _cached(folder: Path, snapshot: Snapshot, kind: str, width: int) -> Floats | None:
    matrix = cache.array(folder, _name(snapshot), kind)
    return matrix if matrix is not None and matrix.shape == (len(snapshot), width) else None


def _name(snapshot: Snapshot) -> str:
    """Part of a file name."""
    return cache.laid_out(snapshot.state.of_faces, LAYOUT)


def _derived(connection: Connection, count: int) -> Floats:
    matrix = np.empty((count, DIMENSIONS), np.float32)
    start = 0
    for rows in chunks(connection, present(schema.embedding.c.vector).order_by(schema.face.c.id)):
        matrix[start : start + len(rows)] = embeddings([vector for (vector,) in rows])
        start += len(rows)
    if start != count:
        raise LibraryDamaged(
            f"Only {start:,} of {count:,} faces have an embedding, so likeness cannot be asked for: `facequery verify` "
            "names the others, `facequery retag` makes all anew."
        )
    return matrix
