"""Every face of a library tagged again, by another model, from its photograph: read, align, tag, stage, switch.

A face is cut out by the landmarks it was found by; no face is looked for. Only the very bytes that it was found in will
do, so whatever cannot be tagged again stands in the way of the switch, and until then nothing is changed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer import faces
from indexer.ahead import ahead, threads
from indexer.batches import batches, tagged
from indexer.look import DETAIL
from indexer.plan import inside, is_gone, unmounted
from indexer.read import UnreadableImage, VanishedImage, decode, read_bytes
from indexer.report import Rejected
from retrieval.attributes import ATTRIBUTES
from retrieval.tables.portraits import Portrait
from retrieval.writing.exchange import CHANGE, Changes, Exchange
from retrieval.writing.store import Model

if TYPE_CHECKING:
    from classifiers.tagger import Tagger
    from retrieval.library import Library

CHANGED = "its bytes are not those that were indexed"
GONE = "there is no such file"
MANY = 0.1  # of the photographs: fewer are lost in tidying up, more with a drive


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
    sure: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Retagged:
    """Exchanges the numbers of all faces for this tagger's, or only says what would change (`dry_run`).

    A photograph that is not there blocks the switch, at once, unless `drop_missing` forgets it; one that was changed or
    cannot be read always does: index it first. Raises LibraryBusy and LibraryFull, and, unless `sure`, FolderError
    instead of forgetting more than a tenth of the photographs, or all of an indexed folder.
    """
    report = Retagged()
    with library.exchange(Model(**tagger.model())) as exchange, threads(workers) as eyes:
        gone = [] if dry_run else [photo for photo in exchange.portraits() if is_gone(photo.path)]
        if gone and not drop_missing:
            report.blocked = [Rejected(photo.path, GONE) for photo in gone]
            return report
        _check_mounted(exchange, gone, sure)
        forget: list[Portrait] = []
        parts = [report.changes]
        begun = ahead(lambda photo: eyes.submit(_look, photo, tagger), exchange.portraits(), batch_size + workers)
        looked = (seen for _, seen in begun)
        taggable = _sorted_out(looked, report, forget if drop_missing else None)
        for batch in batches(taggable, batch_size, lambda photo: len(photo.inputs)):
            parts.append(_tag(batch, tagger, exchange, batch_size))
            report.faces += sum(len(photo.inputs) for photo in batch)
            if progress:
                progress(report.faces, exchange.faces)
        report.changes, report.changed = np.concatenate(parts), exchange.changed
        if not dry_run and not report.blocked:
            _check_mounted(exchange, forget, sure)  # again: drives are unplugged while they are read, too
            numbers = [photo.photo for photo in forget]
            report.forgotten, report.corrections = len(forget), exchange.corrections_of(numbers)
            exchange.commit(numbers)
            report.switched = True
    if report.switched:
        library.publish()
    return report


def _check_mounted(exchange: Exchange, gone: Sequence[Portrait], sure: bool) -> None:
    """FolderError if so much is gone that it is more likely a drive, unless somebody is sure that it is not."""
    if sure or not gone:
        return
    advice = (
        "Nothing was changed. If they were moved, index the folder they are in now; if they were deleted, "
        "--yes forgets them."
    )
    folders = [inside(folder) for folder in exchange.folders()]
    numbers, known, left = {photo.photo for photo in gone}, 0, set[str]()
    for photo in exchange.portraits():
        known += 1
        if photo.photo not in numbers:
            left.update(folder for folder in folders if photo.path.startswith(folder))
    for folder in folders:
        if folder not in left and (lost := sum(photo.path.startswith(folder) for photo in gone)):
            found = f"None of the {lost:,} photographs with faces that the library knows in {folder!r} is there"
            raise unmounted(found, advice)
    if len(gone) > MANY * known:
        raise unmounted(f"{len(gone):,} of the library's {known:,} photographs with faces are not there", advice)


def _look(portrait: Portrait, tagger: "Tagger") -> _Looked:
    """The inputs of a photograph's faces, cut out as the indexer does."""
    try:
        content = read_bytes(portrait.path)
        if content.sha256 != portrait.sha256:
            return _Looked(portrait, [], CHANGED)
        picture = decode(content.data, detail=DETAIL, most=faces.SHRINK)
    except UnreadableImage as error:
        return _Looked(portrait, [], error.reason, gone=isinstance(error, VanishedImage))
    there = (faces.scaled(face, 1 / picture.scale, *picture.image.size) for face in portrait.faces.values())
    return _Looked(portrait, [tagger.prepare(faces.crop(picture.image, face, tagger.shown)) for face in there])


def _sorted_out(looked: Iterable[_Looked], report: Retagged, forget: list[Portrait] | None) -> Iterator[_Looked]:
    """Those that can be tagged. The others are in the way, or to be forgotten: if that is wished, and they are gone."""
    for photo in looked:
        if photo.reason is None:
            yield photo
        elif photo.gone and forget is not None:
            forget.append(photo.portrait)
        else:
            report.blocked.append(Rejected(photo.portrait.path, photo.reason))


def _tag(batch: list[_Looked], tagger: "Tagger", exchange: Exchange, size: int) -> Changes:
    numbers = [face for photo in batch for face in photo.portrait.faces]
    inputs = [face for photo in batch for face in photo.inputs]
    probabilities, embeddings = (np.concatenate(parts) for parts in zip(*tagged(inputs, tagger, size), strict=True))
    return exchange.stage(numbers, probabilities, embeddings)
