"""What a process that is one of several looks with. It knows no library: nothing of SQL is loaded where it is made."""

from functools import lru_cache

from indexer.faces import USUALLY, Finder
from indexer.seen import Eyes
from retrieval.tables.records import Crop, Sought


def finder_for(crop: Crop, sought: Sought = USUALLY) -> Finder | None:
    """What finds faces; None where each picture already is one. NoFinder."""
    return None if crop == "aligned" else Finder(sought)


@lru_cache(1)
def eyes(name: str, crop: Crop, sought: Sought = USUALLY, *, tags: bool) -> Eyes:
    """For a process that is one of several: what it looks with, ready for the first picture. Once made, it is kept."""
    from classifiers.networks import processor
    from classifiers.tagger import Tagger

    processor.use_one_core()
    return Eyes(Tagger.load(name, "cpu", lazily=not tags), finder_for(crop, sought), tags)
