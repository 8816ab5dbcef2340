"""Every face of a library tagged again, by another model, from its photograph: read, align, tag, stage, switch.

A face is cut out by the landmarks it was found by; no face is looked for. Only the very bytes that it was found in will
do, so whatever cannot be tagged again stands in the way of the switch, and until then nothing is changed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer import faces
from indexer.ahead import ahead, threads
from indexer.faces import FoundFace
from indexer.look import DETAIL
from indexer.plan import is_gone
from indexer.read import UnreadableImage, VanishedImage, decode, read_bytes
from indexer.report import Rejected
from retrieval.attributes import ATTRIBUTES
from retrieval.exchange import CHANGE, Changes, Exchange, Portrait
from retrieval.store import Model

if TYPE_CHECKING:
    from classifiers.tagger import Tagger
    from retrieval.library import Library

CHANGED = "its bytes are not those that were indexed"
GONE = "there is no such file"


@dataclass(slots=True)
class Retagged:
    """What tagging all faces again did, or would do.

    Of `faces` that were tagged again, `changed` have another decision in some attribute: `changes` lists them, `gained`
    and `lost` count them by attribute. `blocked` are the photographs that could not be tagged again. `switched` says
    whether the library is the new model's now; `forgotten` photographs went with it, and `corrections` on their faces.
    """

    faces: int = 0
    changed: int = 0
    changes: Changes = field(default_factory=lambda: np.empty(0, CHANGE))
    blocked: list[Rejected] = field(default_factory=list)
    forgotten: int = 0
    corrections: int = 0
    switched: bool = False

    @property
    def gained(self) -> Counter[str]:
        return self._counted(self.changes["has"])

    @property
    def lost(self) -> Counter[str]:
        return self._counted(~self.changes["has"])

    def _counted(self, which: NDArray[np.bool_]) -> Counter[str]:
        return Counter(ATTRIBUTES[row] for row in self.changes["attribute"][which].tolist())


@dataclass(frozen=True, slots=True)
class _Looked:
    """The network's inputs for the faces of a photograph, or the reason why there are none."""

    portrait: Portrait
    inputs: list[NDArray[np.uint8]]
    reason: str | None = None
    gone: bool = False


def retag(
    library: "Library",
    tagger: "Tagger",
    *,
    batch_size: int = 64,
    workers: int = 2,
    dry_run: bool = False,
    drop_missing: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Retagged:
    """Exchanges the numbers of all faces for this tagger's, or only says what would change (`dry_run`).

    A photograph that is not there blocks the switch, at once, unless `drop_missing` forgets it; one that was changed or
    cannot be read always does: index it first. Raises LibraryBusy and LibraryFull.
    """
    report = Retagged()
    with library.exchange(Model(**tagger.model())) as exchange, threads(workers) as eyes:
        if not (dry_run or drop_missing):
            report.blocked = [Rejected(photo.path, GONE) for photo in exchange.portraits() if is_gone(photo.path)]
            if report.blocked:
                return report
        forget: list[int] = []
        parts = [report.changes]
        looked = ahead(eyes, partial(_look, tagger=tagger), exchange.portraits(), batch_size + workers)
        for batch in _batches(_sorted_out(looked, report, forget if drop_missing else None), batch_size):
            parts.append(_tag(batch, tagger, exchange, batch_size))
            report.faces += sum(len(photo.inputs) for photo in batch)
            if progress:
                progress(report.faces, exchange.faces)
        report.changes, report.changed = np.concatenate(parts), exchange.changed
        if not dry_run and not report.blocked:
            report.forgotten, report.corrections = len(forget), exchange.corrections_of(forget)
            exchange.commit(forget)
            report.switched = True
    if report.switched:
        library.publish()
    return report


def _look(portrait: Portrait, tagger: "Tagger") -> _Looked:
    """The inputs of a photograph's faces, cut out as the indexer does."""
    try:
        content = read_bytes(portrait.path)
        if content.sha256 != portrait.sha256:
            return _Looked(portrait, [], CHANGED)
        picture = decode(content.data, detail=DETAIL)
    except UnreadableImage as error:
        return _Looked(portrait, [], error.reason, gone=isinstance(error, VanishedImage))
    found = (FoundFace(seated.box, seated.landmarks) for seated in portrait.faces)
    scaled = (face.scaled(1 / picture.scale, *picture.image.size) for face in found)
    return _Looked(portrait, [tagger.prepare(faces.crop(picture.image, face)) for face in scaled])


def _sorted_out(looked: Iterable[_Looked], report: Retagged, forget: list[int] | None) -> Iterator[_Looked]:
    """Those that can be tagged. The others are in the way, or to be forgotten: if that is wished, and they are gone."""
    for photo in looked:
        if photo.reason is None:
            yield photo
        elif photo.gone and forget is not None:
            forget.append(photo.portrait.photo)
        else:
            report.blocked.append(Rejected(photo.portrait.path, photo.reason))


def _batches(looked: Iterable[_Looked], size: int) -> Iterator[list[_Looked]]:
    """Photographs that together have about `size` faces."""
    batch: list[_Looked] = []
    for photo in looked:
        batch.append(photo)
        if sum(len(photo.inputs) for photo in batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _tag(batch: list[_Looked], tagger: "Tagger", exchange: Exchange, size: int) -> Changes:
    numbers = [seated.face for photo in batch for seated in photo.portrait.faces]
    inputs = [face for photo in batch for face in photo.inputs]
    tags = [tagger.tag(np.stack(inputs[start : start + size])) for start in range(0, len(inputs), size)]
    probabilities, embeddings = (np.concatenate(parts) for parts in zip(*tags, strict=True))
    return exchange.stage(numbers, probabilities, embeddings)
