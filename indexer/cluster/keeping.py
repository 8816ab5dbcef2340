"""Photographs that were looked at -> rows of the library, a parcel a transaction. Whoever does it again, because nobody
heard of the first time, changes nothing.
"""

from indexer.cluster.parcels import Looked, Told
from indexer.decisions import Decision, loaded, photo_of
from indexer.report import Stopwatch
from indexer.scan import Candidate
from indexer.seen import Seen
from retrieval.tables.records import Photo, Way
from retrieval.writing.store import Writer


def keep(writer: Writer, looked: Looked, way: Way) -> tuple[Told, ...]:
    """Stores those that the library has not, and says of all of them what became of them."""
    pairs = list(zip(looked.files, looked.seen, strict=True))
    photos = [None if is_left(seen) else _photo(file, seen, way) for file, seen in pairs]
    watch = Stopwatch()
    with watch.stage("store"), writer.batch() as transaction:
        there = writer.there([file.path for file in looked.files])
        for photo in photos:
            if photo is not None and photo.path not in there:
                transaction.add(photo)
    each = watch.seconds["store"] / len(pairs)
    return tuple(_told(file, seen, photo, each) for (file, seen), photo in zip(pairs, photos, strict=True))


def is_left(seen: Seen) -> bool:
    """Whether it could not be read where it was looked at: perhaps it can be elsewhere, or is gone."""
    return seen.read is not None and seen.read.sha256 is None


def _photo(file: Candidate, seen: Seen, way: Way) -> Photo:
    """As on one machine: see `indexer.plan.Plan.conclude`."""
    read = loaded(file, seen)
    about = (read.file.path, read.file.size, read.file.mtime_ns)
    decision = Decision(*about, "note" if read.sha256 is None else "look", sha256=read.sha256, reason=read.reason)
    return photo_of(decision, seen, way)


def _told(file: Candidate, seen: Seen, photo: Photo | None, stored: float) -> Told:
    if photo is None:
        return Told(file.path, left=True)
    return Told(file.path, len(photo.faces), seen.reason, seconds={**seen.seconds, "store": stored})
