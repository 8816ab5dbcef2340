"""By which cameras the photographs of the matching faces were taken. It knows no table."""

from typing import NamedTuple

import numpy as np

from retrieval.columns.bits import Ids
from retrieval.columns.sayings import Sayings
from retrieval.language.nodes import Camera

MOST = 100  # cameras that are listed


class By(NamedTuple):
    """A camera, and how many of the faces `condition` finds: those of any camera whose name has the words of this."""

    name: str
    faces: int

    @property
    def condition(self) -> str:
        return str(Camera(self.name))


class Cameras(NamedTuple):
    """The cameras by which any of the faces were taken, the most first; how many faces are of none of these, and of how
    many no camera is known.
    """

    cameras: list[By]
    rest: int
    unknown: int


def cameras(said: Sayings, counts: Ids) -> Cameras:
    """Of photographs with so many matching faces each, int64[m]."""
    known = ~np.isnan(said.by_camera)
    own = np.bincount(said.by_camera[known].astype(np.int64), counts[known], len(said.names)).astype(np.int64)
    nameable = [at for at in np.argsort(-own, kind="stable").tolist() if own[at] and _has_words(said.names[at])]
    listed = [By(said.names[at], _found(said.names, own, at)) for at in nameable[:MOST]]
    listed.sort(key=lambda one: -one.faces)
    rest = own.sum() - own[nameable[:MOST]].sum()
    return Cameras(listed, int(rest), int(counts[~known].sum()))


def _found(names: tuple[str, ...], own: Ids, at: int) -> int:
    means = Camera(names[at]).means
    return sum(int(own[other]) for other in np.flatnonzero(own).tolist() if means(names[other]))


def _has_words(name: str) -> bool:
    """Whether a query can name it: a name of dashes alone has no word."""
    return bool(name.strip(" -_"))
