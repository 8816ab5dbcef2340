"""What is given to whoever looks at pictures, and what they answer. It knows nothing of how they look."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.faces import Finder
from retrieval.facts import Facts
from retrieval.tables.records import FoundFace
from retrieval.writing.regions import Region

if TYPE_CHECKING:
    from classifiers.tagger import Tagger, Tags

ERASED = "erased from the library, and not to come back"
NO_MEMORY = "not enough memory to look for faces in it"


class Picture(NamedTuple):
    """A picture's bytes, and where in it are faces that nobody may look at: they were erased."""

    data: bytes
    erased: tuple[Region, ...] = ()


class Unread(NamedTuple):
    """A file that is read by who looks at it."""

    path: str


Given = Picture | Unread


class Read(NamedTuple):
    """What was read of such a file: its hash, and size and time as they were then. Without a hash, it may be `gone`."""

    sha256: str | None = None
    size: int = 0
    mtime_ns: int = 0
    gone: bool = False


class Eyes(NamedTuple):
    """What pictures are looked at with. Without a `finder` each already is one aligned face; where it does not `tag`,
    the faces come back as the network's inputs.
    """

    tagger: "Tagger"
    finder: Finder | None
    tags: bool = True


class Seen(NamedTuple):
    """What a picture shows: its size in pixels, the faces that were found, the largest first, and of each its `tags`,
    or the network's `inputs` uint8[N, S, S, 3] where somebody else tags them. Or the `reason` why there is no face;
    `passing` where another try may find one. `facts` are what it says of itself; `read` is of a file that was not read
    before. `seconds` by stage.
    """

    width: int | None = None
    height: int | None = None
    found: tuple[FoundFace, ...] = ()
    inputs: NDArray[np.uint8] | None = None
    tags: "Tags | None" = None
    reason: str | None = None
    passing: bool = False
    facts: Facts | None = None
    seconds: Mapping[str, float] = MappingProxyType({})
    read: Read | None = None
