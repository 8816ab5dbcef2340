"""What people said of a face goes with the bytes it was said of; and where those are nowhere any more, over to the face
that takes its place: the photograph was edited, or looked at again.

A photograph whose path was given to other bytes is set aside until the end of the run, since its own may yet be found
elsewhere. A face stands where another stood if their boxes, as parts of their photographs, overlap by half; and unless
it is the very same picture, the two must be alike, or a stranger would inherit a name. A photograph that was known
before it took the path is more likely another one, renamed, than the edited one: it must be alike as its copy is.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Table, delete, insert, literal, or_, select, union, update

from retrieval.likeness.folding import SAME
from retrieval.tables import schema
from retrieval.tables.rows import parts
from retrieval.writing import list_heirs
from retrieval.writing.regions import OVERLAP, Region

# A cosine that, by the weights, 3 to 14 % of pairs of strangers in CelebA reach, and all faces made darker or brighter,
# cut, mirrored or saved as a poor JPEG; of those made grey, at least three of four.
LIKENESS = 0.5
ASIDE = re.compile(
    r"(.*)/(replaced|taken) \d+", re.DOTALL
)  # below a file, and no picture's name: never a path of the disk


def places(connection: Connection, photo: int) -> list[Region]:
    """Where the photograph's faces are."""
    face, about = schema.face.c, schema.photo.c
    columns = (face.id, face.left, face.top, face.right, face.bottom, about.width, about.height)
    rows = connection.execute(select(*columns).join(schema.photo).where(about.id == photo).order_by(face.id))
    return [
        Region(number, left / (width or 1), top / (height or 1), right / (width or 1), bottom / (height or 1))
        for number, left, top, right, bottom, width, height in rows
    ]


def set_aside(connection: Connection, photo: int, path: str, *, for_known: bool) -> None:
    """The photograph at `path` is no longer there: it keeps all that it is, and is missing until its bytes turn up.
    What is there now was known before (`for_known`), or is new.
    """
    here = os.path.join(path, f"{'taken' if for_known else 'replaced'} {photo}")  # noqa: PTH118 - any bytes a name may hold
    connection.execute(update(schema.photo).where(schema.photo.c.id == photo).values(path=here, missing=1))


def pass_on(connection: Connection, photo: int) -> bool:
    """What was said of the faces of a photograph that is not there goes to those in the same bytes, wherever they are;
    if they are nowhere, and it was set aside, to those that took its place. True if something changed by that. One that
    was set aside is forgotten, unless something said of it would be forgotten too.
    """
    row = schema.photo.c
    path, sha256 = connection.execute(select(row.path, row.sha256).where(row.id == photo)).one()
    before, home = places(connection, photo), ASIDE.fullmatch(path)
    left, changed = set(spoken_of(connection, before)), False
    others = _present(connection, (row.sha256 == sha256) & (row.id != photo)) if sha256 else []
    for other in others:
        given, heirless = hand_over(connection, before, places(connection, other), same_bytes=True)
        left, changed = left & heirless, changed or given
    if home is None:
        return changed
    for other in [] if others else _present(connection, row.path == home[1]):
        least = SAME if home[2] == "taken" else LIKENESS
        given, left = hand_over(connection, before, places(connection, other), least=least)
        changed |= given
    if not left:
        connection.execute(delete(schema.photo).where(row.id == photo))
    return changed or not left


def hand_over(
    connection: Connection,
    before: Sequence[Region],
    after: Sequence[Region],
    *,
    same_bytes: bool = False,
    least: float = LIKENESS,
) -> tuple[bool, set[int]]:
    """Gives each face of `after` what was said of the one of `before` that it overlaps most, each used once. Whether
    anything was given, and those of whom something was said that have no heir.

    With `same_bytes`, what is said of the heir already stands beside that; where the two differ, it is no heir.
    Without, the two must be alike by `least`, and one of which something is said inherits nothing.
    """
    left, given = set(spoken_of(connection, before)), False
    heirs = set() if same_bytes else set(spoken_of(connection, after))
    used: set[int] = set()
    for old, new in _pairs(connection, before, after, None if same_bytes else least):
        if old not in used and new not in heirs:
            used.add(old)
            heirs.add(new)
            gave, agreed = _give(connection, old, new)
            given |= gave
            left -= {old} if agreed else set()
    return given, left


def copy_rows(connection: Connection, table: Table, source: int, target: int, *which: ColumnElement[bool]) -> bool:
    """A face's rows of `table`, or `which` of them, for another face too; whether there were any."""
    copied = [column for column in table.c if column.name not in ("id", "face")]
    rows = select(literal(target), *copied).where(table.c.face == source, *which)
    return _changed(connection, insert(table).from_select(["face", *[column.name for column in copied]], rows))


def spoken_of(connection: Connection, faces: Sequence[Region], *, by_a_person: bool = True) -> list[int]:
    """Those of the faces of which something was ever said; else also those that likeness put into a group."""
    face = schema.face.c.id
    query = select(face).where(face.in_([place.face for place in faces]), _said(face, by_a_person))
    return list(connection.execute(query).scalars()) if faces else []


def left_behind(connection: Connection, photos: Iterable[int]) -> list[int]:
    """Those of the photographs that were set aside, or of which something was said."""
    photo, face = schema.photo.c, schema.face.c
    said = photo.id.in_(select(face.photo).where(_said(face.id, by_a_person=True)))
    queries = (select(photo.id, photo.path, said).where(photo.id.in_(part)) for part in parts(sorted(set(photos))))
    rows = (row for query in queries for row in connection.execute(query.order_by(photo.id)))
    return [number for number, path, spoken in rows if spoken or ASIDE.fullmatch(path)]


def heard(connection: Connection, photos: Iterable[int]) -> set[int]:
    """Those of the photographs of whose faces something was said, or that likeness put into a group: of the others
    there is nothing to pass on.
    """
    face, of = schema.face.c, parts(sorted(set(photos)))
    queries = (select(face.photo).where(face.photo.in_(part), _said(face.id, by_a_person=False)) for part in of)
    return {photo for query in queries for photo in connection.execute(query).scalars()}


def forget(connection: Connection, photos: Iterable[int]) -> None:
    """These photographs, with their faces."""
    for part in parts(sorted(set(photos))):
        connection.execute(delete(schema.photo).where(schema.photo.c.id.in_(part)))


def _said(face: ColumnElement[int], by_a_person: bool) -> ColumnElement[bool]:
    found = schema.membership.c.sure == 0
    where = {schema.membership: [~found]} if by_a_person else {}
    tables = (*schema.SAID, *schema.LISTED)
    return or_(*[face.in_(select(table.c.face).where(*where.get(table, []))) for table in tables])


def _present(connection: Connection, where: ColumnElement[bool]) -> list[int]:
    photo = schema.photo.c
    return list(connection.execute(select(photo.id).where(where, photo.missing == 0).order_by(photo.id)).scalars())


def _pairs(
    connection: Connection, before: Sequence[Region], after: Sequence[Region], least: float | None
) -> Iterator[tuple[int, int]]:
    """Faces that may stand in each other's place, those that overlap most first; `least` is how alike they must be."""
    heard = set(spoken_of(connection, before, by_a_person=False))
    pairs = [
        (-overlap, old.face, new.face)
        for old in before
        if old.face in heard
        for new in after
        if (overlap := old.overlap(new)) >= OVERLAP and (least is None or _alike(connection, old.face, new.face, least))
    ]
    return ((old, new) for _, old, new in sorted(pairs))


def _alike(connection: Connection, one: int, other: int, least: float) -> bool:
    """Whether the two faces' embeddings are; those of two models cannot be compared."""
    face, vector = schema.face.c, schema.embedding.c.vector
    query = select(face.model, vector).join_from(schema.face, schema.embedding).where(face.id.in_([one, other]))
    models, vectors = zip(*connection.execute(query), strict=True)
    first, second = (np.frombuffer(vector, "<f4") for vector in vectors)
    return models[0] == models[1] and float(first @ second) >= least


def _give(connection: Connection, old: int, new: int) -> tuple[bool, bool]:
    """What was said of one face holds of the other too, where nothing is said of that one: by attribute, and as to who
    it is; and on shortlists it takes its place. Whether that changed anything, and whether nothing that is said of the
    two differs.
    """
    said, change = schema.correction, schema.correction_change
    mine, its = _words(connection, old), _words(connection, new)
    other = [name for name, value in its.items() if name not in mine or mine[name] != value]
    given = copy_rows(connection, said, old, new, said.c.attribute.not_in(its))
    given |= copy_rows(connection, change, old, new, change.c.attribute.not_in(other), _not_yet(change, new))
    given_person, agreed = _give_person(connection, old, new)
    given_lists, all_given = list_heirs.give(connection, old, new)
    return given or given_person or given_lists, agreed and all_given and mine.keys().isdisjoint(other)


def _give_person(connection: Connection, old: int, new: int) -> tuple[bool, bool]:
    """A group found by likeness gives way to what a person said, and to nothing else."""
    mine, its = _whose(connection, old), _whose(connection, new)
    if its is not None and its != mine:
        return False, mine is None
    member, given = schema.membership.c.face, False
    if mine is not None and its is None:
        given = _changed(connection, delete(schema.membership).where(member == new))
    if its is None and connection.execute(select(member).where(member == new)).first() is None:
        given |= copy_rows(connection, schema.membership, old, new)
    if its is None:
        given |= copy_rows(connection, schema.rejection, old, new)
    for table in (schema.person_change, schema.carried):
        given |= copy_rows(connection, table, old, new, _not_yet(table, new))
    return given, True


def _words(connection: Connection, face: int) -> dict[str, int | None]:
    """What stands of its attributes; None is that something was taken back."""
    said, change, action = schema.correction.c, schema.correction_change.c, schema.action
    changed = select(change.attribute).join_from(schema.correction_change, action)
    standing = connection.execute(changed.where(change.face == face, action.c.undone == 0)).scalars()
    words: dict[str, int | None] = dict.fromkeys(standing)
    for name, value in connection.execute(select(said.attribute, said.value).where(said.face == face)):
        words[name] = value
    return words


def _whose(connection: Connection, face: int) -> tuple[int | None, frozenset[int]] | None:
    """What stands of who it is, and is not; None if that is nothing."""
    member, rejected = schema.membership.c, schema.rejection.c
    person = connection.execute(select(member.person).where(member.face == face, member.sure == 1)).scalar()
    others = frozenset(connection.execute(select(rejected.person).where(rejected.face == face)).scalars())
    standing = [
        select(table.c.face).join_from(table, schema.action).where(table.c.face == face, schema.action.c.undone == 0)
        for table in (schema.person_change, schema.carried)
    ]
    said = person is not None or others or connection.execute(union(*standing)).first()
    return (person, others) if said else None


def _not_yet(table: Table, face: int) -> ColumnElement[bool]:
    """Rows of actions that have said nothing yet of that face in this table, or of that attribute of it."""
    there = table.alias()
    same = [there.c.action == table.c.action] + [there.c[n] == table.c[n] for n in ("attribute",) if n in table.c]
    return ~select(literal(1)).where(there.c.face == face, *same).correlate(table).exists()


def _changed(connection: Connection, statement: Any) -> bool:
    return bool(connection.execute(statement).rowcount)
