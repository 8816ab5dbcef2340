"""What photographs say of themselves that were indexed before a library kept that: read from their headers, no pixel
decoded. Only a file of the size and the date that the library knows is believed to be that photograph.
"""

import os
from collections.abc import Iterable
from concurrent.futures import Executor

from indexer.ahead import ahead
from indexer.batches import batches
from indexer.read import FLAGS
from indexer.report import Tally
from indexer.scan import changed
from retrieval.facts import Facts
from retrieval.pictures import facts
from retrieval.writing.store import Known, Writer

TOGETHER = 500  # photographs told of in one transaction
AHEAD = 64  # of them that are read before anybody asks for them


def ask(writer: Writer, folders: Iterable[str], readers: Executor, tally: Tally) -> None:
    """Asks every photograph in these folders that was not asked yet; interrupted, the next run goes on from there. One
    that cannot be read now stays as it is.
    """
    unasked = {known.id: known for folder in folders for known in writer.unasked(folder)}
    tally.total += len(unasked)
    told = ahead(lambda known: readers.submit(said_by, known), unasked.values(), AHEAD)
    for batch in batches(told, TOGETHER, lambda _: 1):
        with writer.batch() as transaction:
            for known, said in batch:
                if said is not None:
                    transaction.tell(known.id, said)
                    tally.asked += 1
                tally.done += 1
        tally.tell(batch[-1][0].path)


def said_by(known: Known) -> Facts | None:
    """What a known photograph says of itself; None where its file is not as it was, or cannot be read."""
    try:
        handle = os.open(known.path, FLAGS)
        try:
            info = os.fstat(handle)
            if (info.st_size, changed(info)) != (known.size, known.mtime_ns):
                return None
            return facts.read(lambda at, count: os.pread(handle, count, at), info.st_size)
        finally:
            os.close(handle)
    except (OSError, ValueError, OverflowError, MemoryError):
        return None
