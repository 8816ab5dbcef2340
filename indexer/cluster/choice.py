"""Which photographs of a run the machines of a cluster may have: new ones that are nothing's copy, so that the library
becomes what one machine would make of it. All others are for this machine, which needs no network for most of them.
"""

from collections.abc import Iterable

from indexer.ahead import threads
from indexer.cluster.apart import Flow
from indexer.cluster.parcels import Hashed, parcels
from indexer.cluster.ray_data import Stage
from indexer.cluster.stages import hashed, hashes
from indexer.plan import Comparison
from indexer.scan import Candidate
from retrieval.writing.store import Writer

HEAVY = 2**30  # bytes that are read here to have their hash in the time that a cluster's stage takes to begin
READERS = 4  # threads that do that


def new(comparison: Comparison) -> list[Candidate]:
    """Those at whose path the library knows nothing."""
    return [file for file, known in comparison.todo if known is None]


def choose(writer: Writer, comparison: Comparison, hands: int, flow: Flow) -> list[Candidate]:
    """What `hands` are to look at. Files that may be copies, by their size, are read to have their hash."""
    files = new(comparison)
    alone = [file for file in files if file.path in comparison.new_bytes]
    others = [file for file in files if file.path not in comparison.new_bytes]
    return alone + _first_of_their_bytes(writer, others, hands, flow)


def _first_of_their_bytes(writer: Writer, files: list[Candidate], hands: int, flow: Flow) -> list[Candidate]:
    """Those that are a copy neither of what the library knows nor of another one among them, and from whose bytes
    nothing was erased.
    """
    if not files:
        return []
    known, erased, first = writer.hashes(), writer.erased(), dict[str, Candidate]()
    by_path = {file.path: file for file in files}
    for each in _hashes(files, hands, flow):
        if each.sha256 is None or each.sha256 in known:
            continue
        if not erased.whole(each.sha256) and not erased.places(each.sha256):
            first.setdefault(each.sha256, by_path[each.path])
    return list(first.values())


def _hashes(files: list[Candidate], hands: int, flow: Flow) -> Iterable[Hashed]:
    """Of each, had from the machines where that is worth it."""
    together = parcels(files, hands)
    if sum(file.size for file in files) >= HEAVY:
        done = flow(together, [Stage(hashed)])
    else:
        with threads(READERS) as readers:
            done = iter(list(readers.map(hashes, together)))
    for parcel in done:
        yield from parcel
