"""The tables of a library, as they are today; how they came to be is told by `migrations/`, which never reads this.

Types are chosen so that SQLite can enforce them (STRICT) and PostgreSQL can hold them: booleans are 0 or 1,
times are seconds since 1970, paths and vectors are bytes. `types` tells what differs.
"""

from typing import Any

from sqlalchemy import (
    REAL,
    CheckConstraint,
    Column,
    ColumnElement,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    ScalarSelect,
    Table,
    UniqueConstraint,
    case,
    cast,
    func,
    select,
)

from retrieval.attributes import ATTRIBUTES
from retrieval.facts import DAY, EARLIEST, LATEST, NAME
from retrieval.tables.records import DIMENSIONS
from retrieval.tables.types import Long, Octets, PathBytes, Real, Single, Text, VectorBytes

REVISION = "0011"  # the newest file of migrations/versions; a test compares them
DESCRIBED = 128  # numbers of a descriptor
LIST_NAME, NOTE = 80, 1000  # characters of a shortlist's name, and of what is noted of a face in it

KINDS = "kind IN ('hit', 'miss')"  # of faces that are judged: those of an answer, and those that do not match

metadata = MetaData()


def _table(name: str, *parts: Any, autoincrement: bool = False) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True, sqlite_autoincrement=autoincrement)


def _number(kind: Any = Long) -> Column[int]:
    return Column("id", kind, Identity(), primary_key=True)


def _boolean(name: str) -> Column[int]:
    return Column(name, Integer, CheckConstraint(f"{name} IN (0, 1)"), nullable=False)


def _maybe(name: str) -> Column[int]:
    return Column(name, Integer, CheckConstraint(f'"{name}" IN (0, 1)'))  # NULL: nothing was said


def _owner(table: str, *, kind: Any = Long, primary_key: bool = False, index: bool = False) -> Column[int]:
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(table, kind, key, primary_key=primary_key, nullable=False, index=index)


def _within(name: str, kind: Any, least: int, most: int) -> Column[Any]:
    return Column(name, kind, CheckConstraint(f"{name} BETWEEN {least} AND {most}"))  # NULL: not known


def _named(name: str) -> Column[str]:
    return Column(name, Text, CheckConstraint(f"length({name}) BETWEEN 1 AND {NAME}"))


def _probability(name: str) -> Column[float]:
    return Column(name, Single, CheckConstraint(f'"{name}" BETWEEN 0 AND 1'), nullable=False)


def _certainty() -> Column[float]:
    return Column("certainty", Real, CheckConstraint('"certainty" BETWEEN 0 AND 1'), nullable=False)


def _vector(width: int) -> Column[bytes]:
    return Column("vector", VectorBytes(width), Octets(f"length(vector) = {4 * width}"), nullable=False)  # '<f4'


library = _table(
    "library",
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("identity", Text, nullable=False),  # a uuid, for life
    Column("generation", Long, nullable=False),  # grows by one with every transaction that changes an answer
    Column("stamp", Text, nullable=False),  # random at each generation: a restored backup shares none with its original
    Column("faces", Text, nullable=False, server_default=""),  # the stamp of the last one that changed faces or vectors
    Column("altered", Text, nullable=False, server_default=""),  # of the last that did more than add faces
)

folder = _table("folder", Column("path", PathBytes, primary_key=True))  # indexed: read there, and never written

pattern = _table(
    "pattern",  # names in an indexed folder that are passed by, or that are not although they usually would be
    Column("folder", PathBytes, ForeignKey("folder.path", ondelete="CASCADE"), primary_key=True),
    Column("glob", PathBytes, primary_key=True),
    _boolean("included"),
)

sought = _table(
    "sought",  # by what faces are looked for, and which count; no row: as is usual
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
    Column("finder", Text, CheckConstraint("finder IN ('mtcnn', 'yunet')"), nullable=False),
    Column("weights", PathBytes),
    Column("smallest", Integer, CheckConstraint("smallest BETWEEN 20 AND 1000"), nullable=False),
    Column("certainty", Real, CheckConstraint("certainty BETWEEN 0 AND 1")),  # NULL: the finder's usual one
)

model = _table(
    "model",
    _number(Integer()),
    Column("fingerprint", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("card", Text, nullable=False),  # JSON
    Column("thresholds", Text, nullable=False),  # JSON: attribute -> probability from which it counts as seen
    Column("created", Long, nullable=False),
)

head = _table(
    "head",  # what tells people apart by the model's embeddings, as `likeness.recognition` reads it
    _owner("model", kind=Integer(), primary_key=True),
    Column("weights", LargeBinary, nullable=False),
)

photo = _table(
    "photo",
    _number(),
    Column("path", PathBytes, nullable=False, unique=True),
    Column("sha256", Text, CheckConstraint("length(sha256) = 64"), index=True),  # NULL: could not be read at all
    Column("size", Long, nullable=False),
    Column("mtime_ns", Long, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("outcome", Text, CheckConstraint("outcome IN ('faces', 'no_face', 'unreadable')"), nullable=False),
    Column("crop", Text, CheckConstraint("crop IN ('auto', 'aligned')"), nullable=False),
    Column("reason", Text),
    _boolean("missing"),
    Column("added", Long, nullable=False),
    # What the photograph says of itself; `dated` is NULL until it was asked. `taken` is what a clock on the wall showed
    # there, and not UTC: people look for the day they remember. UTC is `taken` less `utc_offset`, where that is known.
    _within("taken", Long, EARLIEST, LATEST),
    _within("utc_offset", Integer, 1 - DAY, DAY - 1),  # seconds, east of Greenwich more than 0
    Column("dated", Text, CheckConstraint("dated IN ('picture', 'file')")),  # whose word `taken` is
    _named("camera"),  # make and model
    _named("lens"),
    _within("latitude", Real, -90, 90),  # degrees, north and east more than 0 (WGS 84)
    _within("longitude", Real, -180, 180),
    _within("orientation", Integer, 1, 8),  # as EXIF numbers them, 1 upright
    Column("finder", Text),  # what looked for faces in it: which version, and how large it saw the photograph
    autoincrement=True,
)

face = _table(
    "face",
    _number(),  # AUTOINCREMENT: a number is never given to another face
    _owner("photo", index=True),
    Column("left", Integer, nullable=False),
    Column("top", Integer, nullable=False),
    Column("right", Integer, nullable=False),
    Column("bottom", Integer, nullable=False),
    Column("landmarks", Text),  # JSON: five [x, y] in pixels of the upright photograph
    Column("score", Real),
    Column("model", Integer, ForeignKey("model.id"), nullable=False, index=True),
    CheckConstraint('"left" < "right" AND top < bottom'),
    autoincrement=True,
)

attribute = _table("attribute", _owner("face", primary_key=True), *[_probability(name) for name in ATTRIBUTES])

embedding = _table(
    "embedding",
    _owner("face", primary_key=True),
    _vector(DIMENSIONS),
)

descriptor = _table(
    "descriptor",  # the same face by another network, which knows people apart; made only where it is installed
    _owner("face", primary_key=True),
    Column("name", Text, nullable=False),  # of that network
    _vector(DESCRIBED),
)

correction = _table(
    "correction",
    _number(),
    _owner("face"),
    Column("attribute", Text, nullable=False),
    _boolean("value"),
    Column("made", Long, nullable=False),
    UniqueConstraint("face", "attribute"),
)

saved_search = _table(
    "saved_search",
    Column("name", Text, primary_key=True),
    Column("query", Text, nullable=False),
)

action = _table(
    "action",  # what a person did, as one thing that can be undone
    _number(),
    Column("kind", Text, CheckConstraint("length(kind) BETWEEN 1 AND 20"), nullable=False),  # `tables.actions` has them
    Column("made", Long, nullable=False),
    _boolean("undone"),
    Column("summary", Text, nullable=False),
    autoincrement=True,
)

correction_change = _table(
    "correction_change",
    _owner("action", primary_key=True),
    _owner("face", primary_key=True, index=True),
    Column("attribute", Text, primary_key=True),
    _maybe("before"),
    _maybe("after"),
)

person = _table(
    "person",
    _number(),
    Column("name", Text, unique=True),  # NULL: a group that nobody has named
    autoincrement=True,
)

membership = _table(
    "membership",
    _owner("face", primary_key=True),
    _owner("person", index=True),
    _boolean("sure"),  # a person said so; 0: found by likeness
)

rejection = _table(
    "rejection",  # this face is not that person, and no grouping may say so again
    _owner("face", primary_key=True),
    _owner("person", primary_key=True, index=True),
)

person_change = _table(
    "person_change",
    _number(),
    _owner("action", index=True),
    _owner("face", index=True),
    Column("before", Long),  # a person, who may be gone by now
    Column("after", Long),
    _boolean("rejected"),
)

carried = _table(
    "carried",  # a rejection that came over with a merge: who is not one of the merged is not all of them
    _number(),
    _owner("action", index=True),
    _owner("face", index=True),
    _owner("person", index=True),
)

naming = _table(
    "naming",
    _number(),
    _owner("action", index=True),
    _owner("person", index=True),
    Column("before", Text),  # NULL: without a name
    Column("after", Text),
)

review = _table(
    "review",  # a person judges a random sample of an answer, and of what nearly matches
    _number(),
    _owner("action", index=True),
    Column("query", Text, nullable=False),
    _within("precision", Real, 0, 1),  # only the surest of which this share should be right; NULL: all that match
    Column("seed", Long, nullable=False),
    Column("model", Text, nullable=False),  # its fingerprint
    Column("thresholds", Text, nullable=False),  # JSON, as the model's
    Column("generation", Long, nullable=False),
    Column("checksum", Text, CheckConstraint("length(checksum) = 64"), nullable=False),  # over the answer's faces
    Column("hits", Long, CheckConstraint("hits >= 0"), nullable=False),
    Column("misses", Long, CheckConstraint("misses >= 0"), nullable=False),
    autoincrement=True,
)

review_stratum = _table(
    "review_stratum",
    _owner("review", primary_key=True),
    Column("kind", Text, CheckConstraint(KINDS), primary_key=True),
    Column("number", Integer, CheckConstraint("number >= 0"), primary_key=True),
    Column("faces", Long, CheckConstraint("faces > 0"), nullable=False),
    _certainty(),  # the mean of its faces'
)

drawn = _table(
    "drawn",
    _owner("review", primary_key=True),
    _owner("face", primary_key=True, index=True),
    Column("kind", Text, CheckConstraint(KINDS), nullable=False),
    Column("place", Integer, CheckConstraint("place >= 0"), nullable=False),  # in the order of judging
    Column("stratum", Integer, CheckConstraint("stratum >= 0"), nullable=False),
    _certainty(),
    Column("answer", Text, CheckConstraint("answer IN ('yes', 'no', 'unsure')")),  # NULL: not judged yet
    Column("judged", Long),
)

recalibration = _table(
    "recalibration",  # the log-odds of an attribute, by what was judged: shift + slope * those of the model
    _owner("action", primary_key=True),
    Column("attribute", Text, primary_key=True),
    Column("model", Text, nullable=False),  # its fingerprint
    Column("shift", Real, nullable=False),
    Column("slope", Real, CheckConstraint("slope > 0"), nullable=False),
    Column("faces", Integer, nullable=False),  # that were judged
    Column("before", Real, nullable=False),  # calibration error by the model, and of faces left out, when it is moved
    Column("after", Real, nullable=False),
)

shortlist = _table(
    "shortlist",
    _number(),
    Column("name", Text, CheckConstraint(f"length(name) BETWEEN 1 AND {LIST_NAME}"), unique=True),  # NULL: deleted
    autoincrement=True,
)

shortlisted = _table(
    "shortlisted",
    _owner("shortlist", primary_key=True),
    _owner("face", primary_key=True, index=True),
    Column("place", Real, nullable=False),  # they stand in this order, and those of one place by their numbers
    Column("note", Text, CheckConstraint(f"length(note) BETWEEN 1 AND {NOTE}")),  # NULL: none
)

shortlist_change = _table(
    "shortlist_change",  # of a face in a list its place or its note, or both, was said; a place of NULL: not in it
    _owner("action", primary_key=True),
    _owner("shortlist", primary_key=True, index=True),
    _owner("face", primary_key=True, index=True),
    _boolean("placed"),
    Column("place_before", Real),
    Column("place_after", Real),
    _boolean("noted"),
    Column("note_before", Text),
    Column("note_after", Text),
)

shortlist_naming = _table(
    "shortlist_naming",
    _owner("action", primary_key=True),
    _owner("shortlist", primary_key=True, index=True),
    Column("before", Text),  # NULL: there was no such list
    Column("after", Text),  # NULL: it was deleted
)

erased = _table(
    "erased",  # what may not come back; a keyed hash, so that this table does not say what it is
    _number(),
    Column("mac", Text, CheckConstraint("length(mac) = 64"), nullable=False, index=True),
    Column("left", Real),  # a face's box, in widths and heights of its photograph; NULL: all of the photograph
    Column("top", Real),
    Column("right", Real),
    Column("bottom", Real),
)

SAID = (correction, correction_change, membership, rejection, person_change, carried)
"""What people said of a face: it goes with the face to a copy of its photograph, or to the face in its place."""

LISTED = (shortlisted, shortlist_change)
"""What people said of a face in shortlists: a copy of its photograph is not on them, but takes its place once it is
gone.
"""


def probability(name: str) -> ColumnElement[float]:
    """What is held to be true of a face of `attribute`: a person's correction as 0 or 1, else the model's number, moved
    where its calibration was.
    """
    said = (
        select(cast(correction.c.value, REAL))
        .where(correction.c.face == attribute.c.face, correction.c.attribute == name)
        .correlate(attribute)
        .scalar_subquery()
    )
    shift, slope = _standing(name, "shift"), _standing(name, "slope")
    number = attribute.c[name]
    return func.coalesce(said, case((shift.is_(None), number), else_=func.moved(number, shift, slope, type_=REAL)))


def _standing(name: str, column: str) -> ScalarSelect[float]:
    """The last move of an attribute's calibration, of the newest model, that is not undone; NULL for none."""
    row = recalibration.c
    newest = select(model.c.fingerprint).order_by(model.c.id.desc()).limit(1).scalar_subquery()
    asked = select(row[column]).join_from(recalibration, action).order_by(row.action.desc()).limit(1)
    return asked.where(action.c.undone == 0, row.attribute == name, row.model == newest).scalar_subquery()
