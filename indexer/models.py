"""Which tagger and which finder fit a library. Importing this loads no network; making either does."""

from functools import partial
from typing import TYPE_CHECKING

from classifiers import DEFAULT_MODEL
from indexer.eyes import eyes
from indexer.faces import USUALLY, named
from indexer.processes import Begun
from indexer.tagged import Tagged
from indexer.workers import Processes, Workers
from retrieval.errors import LibraryMissing, WrongModel, shown
from retrieval.library import Library
from retrieval.stores.places import Place
from retrieval.tables.records import DIMENSIONS, Crop, Model, Sought, Way

if TYPE_CHECKING:
    from classifiers.tagger import Tagger
    from indexer.cluster.machines import Machines


def tagger_at(place: Place, name: str | None, device: str, *, lazily: bool = False) -> "Tagger":
    """As `tagger_for`, for a library that need not be there yet, and is not made."""
    try:
        with Library.open(place) as library:
            return tagger_for(library, name, device, lazily=lazily)
    except LibraryMissing:
        return loaded(name or DEFAULT_MODEL, device, lazily=lazily)


def tagger_for(library: Library, name: str | None, device: str, *, lazily: bool = False) -> "Tagger":
    """The tagger of that name, or the one that tagged the library, or the default for an empty one.

    WrongModel when the library's faces are another model's: their vectors cannot be compared.
    """
    known = library.model
    tagger = loaded(name or (known.name if known else DEFAULT_MODEL), device, lazily=lazily)
    if known and known.fingerprint != tagger.fingerprint:
        raise WrongModel(
            f"The library in {shown(library.store.name)} was tagged by {known.name} {known.fingerprint[:12]}, "
            f"and this is {tagger.name} {tagger.fingerprint[:12]}: two models' faces do not compare. "
            f"{_way_out(known.name == tagger.name)}"
        )
    return tagger


def _way_out(older: bool) -> str:
    """What to do where a library is another model's, or an `older` version of the same one's."""
    if older:
        return (
            "That is an older version of it. `facequery retag --dry-run` says which faces the new one would see "
            "otherwise, `facequery retag` brings the library up to date; until then it can be asked, not added to."
        )
    return "Name the model that tagged it with --model, or index into another --library."


def loaded(name: str, device: str, *, lazily: bool = False) -> "Tagger":
    """A tagger whose embeddings fit a library; WrongModel for another."""
    from classifiers.tagger import Tagger

    tagger = Tagger.load(name, device, lazily=lazily)
    if tagger.card.features != DIMENSIONS:
        raise WrongModel(
            f"{shown(tagger.name)} embeds a face in {tagger.card.features} numbers, and a library holds {DIMENSIONS}: "
            f"it can `tag` pictures, not index them. Train one with --features {DIMENSIONS}."
        )
    return tagger


def workers_for(
    tagger: "Tagger",
    crop: Crop,
    number: int | None = None,
    sought: Sought = USUALLY,
    spare: list[Begun] | None = None,
) -> Workers:
    """Processes that look at photographs with that tagger, as many as there are cores where no number is given; those
    that are `spare` first. On a GPU it tags what they have prepared. NoFinder.
    """
    alone = tagger.device == "cpu"
    way = Way(crop, None if crop == "aligned" else named(sought))
    make = partial(eyes, tagger.name, crop, sought, tags=alone)
    processes = Processes(make, Model(**tagger.model()), way, number, spare=spare)
    return processes if alone else Tagged(processes, tagger)


def machines_for(
    library: Library, tagger: "Tagger", way: Way, sought: Sought, number: int | None, address: str | None, device: str
) -> "Machines":
    """The machines of a cluster, each of which looks with that tagger, on its graphics cards unless the `device` is
    "cpu"; `number` and `address` as `Machines` has them.
    """
    from indexer.cluster.machines import Machines
    from indexer.cluster.stages import Sight

    model = Model(**tagger.model())

    def sight(tags: bool) -> Sight:
        return Sight(partial(eyes, tagger.name, way.crop, sought, tags=tags), tagger.name, model, way)

    return Machines(sight, library.store.place, address, number, device)
