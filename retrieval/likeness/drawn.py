"""The file of a library's map: where each face was put, by its number and a mark of its vector, so that a map of any
state can be believed for the faces that are still what they were. It knows vectors and their file, and no query.
"""

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.columns import cache
from retrieval.columns.bits import Ids
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.placing import Places

KIND = "map.npz"
LAYOUT = 1  # of the arrays in it, as of the snapshot's
BLOCK = 8192  # vectors marked at once

Marks = NDArray[np.uint32]
Stamp = tuple[tuple[str, int, int], ...]


class Drawn(NamedTuple):
    """`faces` int64[n], rising, with the `marks` uint32[n] of their vectors and their `places`; so many of them were
    laid out `together`, and all others later, one by one. `state` is that of the faces it was made of.
    """

    faces: Ids
    marks: Marks
    places: Places
    together: int
    state: str

    def seen_by(self, face_ids: Ids, marks: Marks | None) -> Places:
        """The places of these faces, rising; nowhere for those it does not know, or, with their `marks`, knows by
        another vector.
        """
        found = Places.nowhere(len(face_ids))
        at = np.searchsorted(self.faces, face_ids).clip(0, max(0, len(self.faces) - 1))
        same = self.faces[at] == face_ids if len(self.faces) else np.zeros(len(face_ids), np.bool_)
        if marks is not None:
            same[same] = self.marks[at[same]] == marks[same]
        found.put(np.flatnonzero(same), Places(self.places.at[at[same]], self.places.apart[at[same]]))
        return found


def marks_of(vectors: Floats) -> Marks:
    """uint32[n] of float32[n, width]: equal for equal vectors, and hardly ever for others."""
    odd = np.random.default_rng(1).integers(0, 2**31, vectors.shape[1], np.uint32) * np.uint32(2) + np.uint32(1)
    parts = [vectors[start : start + BLOCK].view(np.uint32) * odd for start in range(0, len(vectors), BLOCK)]
    return np.concatenate([part.sum(axis=1, dtype=np.uint32) for part in parts] or [np.zeros(0, np.uint32)])


def stamp(folder: Path) -> Stamp:
    """Of what may be its file: another one where that was written anew, if with the same in it."""
    with suppress(OSError):  # one that is being swept
        return tuple(
            sorted(
                (path.name, path.stat().st_ino, path.stat().st_mtime_ns)
                for path in (folder / cache.FOLDER).glob(f"*.{KIND}")
            )
        )
    return ()


def load(folder: Path, identity: str) -> Drawn | None:
    """The map of the library with that identity, if there is a sound one."""
    if kept := cache.arrays(folder, cache.laid_out(identity, LAYOUT), KIND):
        places = Places(kept["at"], kept["apart"])
        return Drawn(kept["faces"], kept["marks"], places, int(kept["together"]), str(kept["state"]))
    return None


def keep(folder: Path, identity: str, drawn: Drawn) -> None:
    """Publishes it in place of any other."""
    arrays = {
        "faces": drawn.faces,
        "marks": drawn.marks,
        **drawn.places._asdict(),
        "together": np.int64(drawn.together),
        "state": np.array(drawn.state),
    }
    cache.keep_arrays(folder, cache.laid_out(identity, LAYOUT), KIND, arrays)
