"""The stages that a photograph goes through on the machines of a cluster: read, look (find and align), tag, keep. Each
is made once by a process and called parcel by parcel, by some threads at once. They know nothing of what brings the
parcels.

Looking is done by processes below that of the stage, one for each core: what harms who looks at it costs that
photograph a reason after two tries, as on one machine, and nobody else anything.
"""

import platform
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from indexer.cluster.keeping import keep
from indexer.cluster.parcels import Hashed, Looked, Refused, Sealed, Secret, Told, light
from indexer.look import tagged
from indexer.read import UnreadableImage, read_bytes
from indexer.scan import Candidate
from indexer.seen import Eyes, Seen, Unread
from indexer.workers import Look, Processes
from retrieval.errors import FacequeryError, WrongModel, shown
from retrieval.stores.places import store_at
from retrieval.tables.records import Model, Way
from retrieval.writing.store import Writer

Row = dict[str, Sealed]
"""One parcel as it travels: under its only name, `PARCEL`."""

PARCEL = "parcel"
MANY = 10**6  # photographs: more than a process is begun for


class NotThere(FacequeryError):
    """A machine of the cluster does not see the photographs."""


@dataclass(frozen=True, slots=True)
class Sight:
    """How all machines are to look: `make` makes a process's eyes, which have to be those of the `model` and the `way`
    that the library records; `name` is the tagger's, and the `folders` hold the photographs.
    """

    make: Callable[[], Eyes]
    name: str
    model: Model
    way: Way
    folders: tuple[str, ...] = ()


class Looking:
    """Candidates -> Looked, by so many processes."""

    def __init__(self, sight: Sight, hands: int) -> None:
        self._sight, self._hands, self._open = sight, hands, ExitStack()
        self._look: Look | None = None
        self._beginning = Lock()

    def __call__(self, row: Row) -> Row:
        return _told(partial(self._looked, opened(row)))

    def _looked(self, files: tuple[Candidate, ...]) -> Looked:
        with self._beginning:
            look = self._look or self._begin()
        begun = [look([Unread(file.path) for file in together]) for together in light(files)]
        return Looked(files, tuple(seen for answer in begun for seen in answer.result()))

    def _begin(self) -> Look:
        check_there(self._sight.folders)
        make = partial(the_same, self._sight.make, self._sight.model, self._sight.way)
        processes = Processes(make, self._sight.model, self._sight.way, self._hands)
        self._look = self._open.enter_context(processes.started(MANY))
        return self._look


class Tagging:
    """Looked without tags -> the same with tags, by a network on a device of this machine."""

    def __init__(self, name: str, device: str, model: Model) -> None:
        self._name, self._device, self._model = name, device, model
        self._tag: Callable[[Sequence[Seen]], list[Seen]] | None = None

    def __call__(self, row: Row) -> Row:
        parcel = opened(row)
        return row if isinstance(parcel, Refused) else _told(partial(self._tagged, parcel))

    def _tagged(self, looked: Looked) -> Looked:
        tag = self._tag or self._begin()
        return Looked(looked.files, tuple(tag(looked.seen)))

    def _begin(self) -> Callable[[Sequence[Seen]], list[Seen]]:
        from classifiers.tagger import Tagger

        tagger = Tagger.load(self._name, self._device)
        _check_model(tagger.fingerprint, self._model)
        self._tag = partial(tagged, tagger=tagger)
        return self._tag


class Keeping:
    """Looked -> what became of each photograph, with the library on a server. Done again it changes nothing."""

    def __init__(self, library: Secret, model: Model, way: Way) -> None:
        self._library, self._model, self._way = library, model, way
        self._open, self._one = ExitStack(), Lock()
        self._writer: Writer | None = None

    def __call__(self, row: Row) -> Row:
        parcel = opened(row)
        return row if isinstance(parcel, Refused) else _told(partial(self._kept, parcel))

    def _kept(self, looked: Looked) -> tuple[Told, ...]:
        with self._one:
            return keep(self._writer or self._begin(), looked, self._way)

    def _begin(self) -> Writer:
        store = store_at(self._library.place)
        store.prepare()
        writer = self._writer = self._open.enter_context(Writer(store, self._model))
        return writer


class Adding:
    """Candidates -> what became of each: one parcel is kept while others are looked at."""

    def __init__(self, sight: Sight, hands: int, library: Secret) -> None:
        self._look, self._keep = Looking(sight, hands), Keeping(library, sight.model, sight.way)

    def __call__(self, row: Row) -> Row:
        return self._keep(self._look(row))


def hashed(row: Row) -> Row:
    """Candidates -> the sha256 of each."""
    return sealed(hashes(opened(row)))


def sealed(parcel: object) -> Row:
    """A parcel as it travels."""
    return {PARCEL: Sealed(parcel)}


def opened(row: Row) -> Any:
    """The parcel that travelled."""
    return row[PARCEL].content


def hashes(files: Sequence[Candidate]) -> tuple[Hashed, ...]:
    """The sha256 of each."""
    return tuple(Hashed(file.path, _sha256(file.path)) for file in files)


def the_same(make: Callable[[], Eyes], model: Model, way: Way) -> Eyes:
    """What a process looks with; WrongModel where that is not what the run began with."""
    eyes = make()
    _check_model(eyes.tagger.fingerprint, model)
    finder = eyes.finder and eyes.finder.name
    if finder != way.finder:
        raise WrongModel(
            f"It finds faces by {finder}, and the run by {way.finder}: install the same facequery on all machines."
        )
    return eyes


def check_there(folders: Sequence[str]) -> None:
    """NotThere for a folder that this machine does not see."""
    for folder in folders:
        if not Path(folder).is_dir():
            raise NotThere(
                f"It has no folder {shown(folder)}. All machines of a cluster have to see the photographs by the same "
                "path: mount their disk there."
            )


def _check_model(fingerprint: str, model: Model) -> None:
    if fingerprint != model.fingerprint:
        raise WrongModel(
            f"Its {model.name} is another one ({fingerprint[:12]}) than the run's ({model.fingerprint[:12]}): install "
            "the same facequery on all machines."
        )


def _sha256(path: str) -> str | None:
    try:
        return read_bytes(path).sha256
    except UnreadableImage:
        return None


def _told(work: Callable[[], object]) -> Row:
    """What comes of it, or what this machine says of why not: an exception would come back as Ray's."""
    try:
        return sealed(work())
    except FacequeryError as error:
        return sealed(Refused(platform.node(), str(error)))
