"""What a library answers with, and how a page of faces is read for it. It ranks nothing and filters nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from retrieval.answers import notebook
from retrieval.answers.estimate import Expected
from retrieval.attributes import ATTRIBUTES
from retrieval.columns.bits import Ids
from retrieval.facts import NOTHING, SAID, Dated, Facts
from retrieval.likeness.recognition import Means
from retrieval.tables import schema
from retrieval.tables.records import Box, Crop
from retrieval.tables.rows import a_box, damaged, parts, present
from retrieval.tables.snapshot import Snapshot

if TYPE_CHECKING:
    import pandas as pd

_FACE, _PHOTO = schema.face.c, schema.photo.c
_FACTS = [_PHOTO[field.name] for field in fields(Facts)]
_LOCATED = (  # made once: every page asks
    select(_FACE.id, _PHOTO.path, _PHOTO.dated, _FACE.left, _FACE.top, _FACE.right, _FACE.bottom, *_FACTS)
    .join_from(schema.face, schema.photo)
    .where(_PHOTO.missing == 0, _FACE.id.in_(bindparam("ids", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A face: `box` in pixels of the upright photograph at `photo`; `score` is the confidence that it matches the
    query, or its likeness (a cosine); `attributes` the 40 probabilities, a person's corrections counted as 0 or 1.
    Near-identical faces may be folded into one, which then says for how many it stands. `facts` are what its photograph
    says of itself, and `dated` whose word its date is, None where it was never asked.
    """

    face: int
    photo: str
    box: Box
    score: float
    attributes: dict[str, float]
    count: int = 1
    facts: Facts = NOTHING
    dated: Dated | None = None

    @property
    def said(self) -> dict[str, str | float | None]:
        """What its photograph says of itself, by the names of SAID: the date as ISO 8601 has it."""
        facts, when = self.facts, self.facts.when
        named = (None if when is None else when.isoformat(), self.dated, facts.camera, facts.lens)
        return dict(zip(SAID, (*named, facts.latitude, facts.longitude), strict=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of hits out of `total` matching faces, all of one `generation`. `recall` is the measured share of the
    ten nearest that an approximate answer about likeness holds; None where it is exact. `expected` is how good all of
    it should be, for a query. An answer about likeness says `by` what faces were compared, and how many that match are
    `undescribed`: without what they could be compared by, and so not among the `total`.
    """

    query: str | None
    total: int
    hits: list[Hit]
    generation: int
    recall: float | None = None
    expected: Expected | None = None
    by: Means | None = None
    undescribed: int = 0

    @property
    def exact(self) -> bool:
        return self.recall is None

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __getitem__(self, place: int) -> Hit:
        return self.hits[place]

    def __repr__(self) -> str:
        return notebook.text(self)

    def _repr_html_(self) -> str:
        return notebook.html(self)  # a notebook asks for it when it shows the answer

    def frame(self) -> "pd.DataFrame":
        """The hits as a pandas frame, a row a face: see `retrieval.answers.frames`."""
        from retrieval.answers import frames

        return frames.frame(self)


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of the `total` matching faces have each attribute."""

    query: str | None
    total: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Totals:
    """`photos` counts every remembered one; the missing are counted in `missing` and, but for that, nowhere else."""

    photos: int
    faces: int
    missing: int
    unreadable: int
    no_face: int


def hits(connection: Connection, snapshot: Snapshot, positions: Ids, scores: list[float]) -> list[Hit]:
    """The faces at those positions of the snapshot, in that order, each with its score."""
    ids: list[int] = snapshot.face_ids[positions].tolist()
    found = located(connection, ids)
    if any(face not in found for face in ids):  # the transaction is the snapshot's own
        raise damaged("a face is not there that was, and nobody has said that anything changed")
    rows: list[list[float]] = snapshot.columns.probabilities[:, positions].T.tolist()
    return [
        Hit(face, place.path, place.box, score, dict(zip(ATTRIBUTES, row, strict=True)), 1, place.facts, place.dated)
        for face, score, row, place in zip(ids, scores, rows, map(found.__getitem__, ids), strict=True)
    ]


def totals(connection: Connection) -> Totals:
    photo = schema.photo.c
    grouped = select(photo.missing, photo.outcome, func.count()).group_by(photo.missing, photo.outcome)
    counts = {(bool(missing), outcome): count for missing, outcome, count in connection.execute(grouped)}
    return Totals(
        photos=sum(counts.values()),
        faces=connection.execute(present(func.count())).scalar_one(),
        missing=sum(count for (missing, _), count in counts.items() if missing),
        unreadable=counts.get((False, "unreadable"), 0),
        no_face=counts.get((False, "no_face"), 0),
    )


def usual_crop(connection: Connection) -> Crop:
    crop = schema.photo.c.crop
    most = select(crop).group_by(crop).order_by(func.count().desc(), crop.desc()).limit(1)
    found: Crop | None = connection.execute(most).scalar()
    return found or "auto"


def finders(connection: Connection) -> list[tuple[str | None, int]]:
    """What looked for faces in the photographs that are there, and in how many, the most first; None for a finder that
    was not recorded. Those that were taken as one face each are left out, and those that could not be read.
    """
    photo = schema.photo.c
    looked = (photo.crop == "auto") & (photo.outcome != "unreadable") & (photo.missing == 0)
    counted = select(photo.finder, func.count()).where(looked).group_by(photo.finder)
    return [(name, count) for name, count in connection.execute(counted.order_by(func.count().desc(), photo.finder))]


class Located(NamedTuple):
    """Where a face is: the photograph, the box in its upright pixels, and what is said of it."""

    path: str
    box: Box
    facts: Facts
    dated: Dated | None


def located(connection: Connection, ids: list[int]) -> dict[int, Located]:
    """Where each of the faces is that can be shown."""
    found: dict[int, Located] = {}
    for part in parts(ids):
        for number, path, dated, *numbers in connection.execute(_LOCATED, {"ids": part}):
            found[number] = Located(path, a_box(*numbers[:4]), _facts(numbers[4:]), dated)
    return found


def _facts(values: list[Any]) -> Facts:
    try:
        return Facts(*values)
    except (ValueError, TypeError) as error:
        raise damaged("a photograph says of itself what none can") from error
