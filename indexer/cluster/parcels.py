"""What travels between the machines of a cluster: some photographs together, and what became of each. It knows no
library and no network.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from indexer.groups import HEAVY, MOST
from indexer.scan import Candidate
from indexer.seen import Seen
from retrieval.stores.places import Place

AT_STAKE, LARGE = 128, 2**26  # photographs and bytes that are lost, and done again, where a machine is lost
FEWEST = 8  # photographs in a parcel: with the share that fewer take, what a parcel costs would tell


@dataclass(frozen=True, slots=True)
class Looked:
    """Files, and what was seen of each."""

    files: tuple[Candidate, ...]
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a photograph: so many `faces` of it are in the library, or the `reason` why none is. `left` are
    those that this machine could not read, of which nothing is in the library. `seconds` by stage.
    """

    path: str
    faces: int = 0
    reason: str | None = None
    left: bool = False
    seconds: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """A machine cannot do its part, and says why; the others need not go on."""

    machine: str
    said: str


@dataclass(frozen=True, slots=True)
class Hashed:
    """A file's sha256; None where this machine cannot read it."""

    path: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a library is. Whoever prints or logs it learns no password."""

    place: Place = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What travels. Ray writes out what it is handed before it sends it, which of a parcel takes as long as to tag a
    third of its photographs.
    """

    content: Any = field(repr=False)


def parcels(files: Sequence[Candidate], hands: int) -> list[tuple[Candidate, ...]]:
    """The files by some together, in order: the fewer are left for each of the `hands`, the fewer, so that none waits
    for the last for long.
    """
    made, size, most, hands = list[list[Candidate]](), 0, 0, max(1, hands)
    least = FEWEST if len(files) > FEWEST * hands else 1
    for at, file in enumerate(files):
        if not made or len(made[-1]) >= most or size >= LARGE:
            most = max(least, min(AT_STAKE, (len(files) - at) // (4 * hands)))
            made.append([])
            size = 0
        made[-1].append(file)
        size += file.size
    return [tuple(parcel) for parcel in made]


def light(files: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Those that are looked at together: some that are small, or one that is not."""
    together: list[Candidate] = []
    for file in files:
        together.append(file)
        if len(together) >= MOST or sum(each.size for each in together) >= HEAVY:
            yield together
            together = []
    if together:
        yield together
