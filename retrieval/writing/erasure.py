"""Faces forgotten for good: their rows, what people said of them, their vectors, and their photographs where no other
face is left, overwritten in the library's files (`secure_delete`). The photographs themselves are not touched.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, union, update

from retrieval.columns import cache
from retrieval.language.nodes import Query
from retrieval.stores.needles import KEY, Needle
from retrieval.stores.store import Store
from retrieval.tables import models, schema
from retrieval.tables.generation import advance
from retrieval.tables.rows import present
from retrieval.writing import reviewing, searches, tombstones
from retrieval.writing.carry_over import places
from retrieval.writing.regions import OVERLAP, Region
from retrieval.writing.store import Editor

WINDOW = 32  # bytes of a vector that are looked for
STEPS = {schema.embedding: 672, schema.descriptor: 160}  # bytes from one such window to the next: four in a vector


@dataclass(frozen=True, slots=True)
class Erased:
    """How many `faces` were forgotten, copies of a photograph included, and how many `photographs` with them.
    `complete` says that afterwards nothing of them was found in the library's files, or that a server has cleared their
    rows away (`Store.beyond` says what it may still have). It is False while somebody still reads the state before
    (`read`), and erasing nothing then finishes it; else another face has the same vector.
    `unremoved` lies in the cache and could not go or is not the library's. `searches` are saved and still name a person
    of whom nothing is left.
    """

    faces: int
    photographs: int
    complete: bool
    read: bool = False
    unremoved: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()


class Forgotten(NamedTuple):
    """How many photographs and faces may come back, and whether their marks have left the library's files."""

    marks: int
    complete: bool


class _Lost(NamedTuple):
    """What goes of all photographs with the same bytes: the faces at `places`, and if no other is left in one of them,
    all of the `photographs`, by number with their paths.
    """

    sha256: str
    places: list[Region]
    photographs: dict[int, str]


def erase(store: Store, faces: Sequence[int], *, forget: bool = False) -> Erased:
    """Erases faces by their numbers, those of copies too; with `forget`, the next indexing may bring them back.

    Numbers that are not in the library are passed over. LibraryBusy, LibraryFull.
    """
    with Editor(store, alone=True) as editor:
        with editor.transaction() as connection:
            lost = [_lost(connection, sha256, chosen) for sha256, chosen in _chosen(connection, faces).items()]
            needles = [needle for one in lost for needle in _needles(connection, one)]
            for one in lost:
                _erase(connection, one, forget)
            known = _names(connection)
            reviewing.forget_empty(connection)
            needles += _forget_what_was_done(connection)
            gone = known - _names(connection)
            reviewing.forget_naming(connection, gone)
            naming = searches.naming(connection, gone)
            if lost:
                advance(connection)
        done = editor.settle()
        unremoved = cache.clear(store.folder)
        complete = done and not store.remains(needles)
        numbers = (sum(len(one.places) for one in lost), sum(len(one.photographs) for one in lost))
        return Erased(*numbers, complete, not done, tuple(unremoved), tuple(naming))


def forget(store: Store) -> Forgotten:
    """Forgets what may not come back, so that the next indexing may bring it. LibraryBusy, LibraryFull."""
    with Editor(store, alone=True) as editor:
        with editor.transaction() as connection:
            marks = tombstones.forget(connection)
        done = editor.settle()
        return Forgotten(len(marks), done and not store.remains([Needle(mark.encode()) for mark in marks]))


def _names(connection: Connection) -> set[str]:
    """What persons are called."""
    name = schema.person.c.name
    return set(connection.execute(select(name).where(name.is_not(None))).scalars())


def matching(store: Store, tree: Query) -> list[int]:
    """The numbers of all faces that match, also of photographs that are missing: it is asked as if all were there.

    A model that the library does not know matches nothing here. LibraryBusy.
    """
    with Editor(store) as editor, editor.transaction() as connection:
        model = models.current(connection)
        if model is None:
            return []
        with connection.begin_nested() as pretended:
            connection.execute(update(schema.photo).where(schema.photo.c.missing == 1).values(missing=0))
            query = present(schema.face.c.id).where(tree.sql(model.thresholds)).order_by(schema.face.c.id)
            faces = list(connection.execute(query).scalars())
            pretended.rollback()
        return faces


def _chosen(connection: Connection, faces: Sequence[int]) -> dict[str, set[int]]:
    """The faces that are in the library, by the sha256 of their photographs."""
    chosen: dict[str, set[int]] = defaultdict(set)
    for face in sorted(set(map(int, faces))):
        query = select(schema.photo.c.sha256).join(schema.face).where(schema.face.c.id == face)
        for sha256 in connection.execute(query).scalars():
            chosen[sha256].add(face)
    return chosen


def _lost(connection: Connection, sha256: str, chosen: set[int]) -> _Lost:
    """A copy may have been looked at in another way, so its faces are known by their places, as `barred` knows them;
    where nothing else is left of one copy, nothing may be left of any.
    """
    photo = schema.photo.c
    query = select(photo.id, photo.path).where(photo.sha256 == sha256).order_by(photo.id)
    paths: dict[int, str] = {row.id: row.path for row in connection.execute(query)}
    there = [places(connection, number) for number in paths]
    wanted = [place for copy in there for place in copy if place.face in chosen]
    gone = [[place for place in copy if any(place.overlap(one) >= OVERLAP for one in wanted)] for copy in there]
    if any(copy and len(copy) == len(left) for copy, left in zip(there, gone, strict=True)):
        return _Lost(sha256, [place for copy in there for place in copy], paths)
    return _Lost(sha256, [place for copy in gone for place in copy], {})


def _erase(connection: Connection, lost: _Lost, forget: bool) -> None:
    boxes = {place[1:]: place for place in lost.places}.values()  # a copy's are the same
    for place in () if forget else [None] if lost.photographs else boxes:
        tombstones.bar(connection, lost.sha256, place)
    for number in lost.photographs:
        connection.execute(delete(schema.photo).where(schema.photo.c.id == number))
    for place in lost.places:
        connection.execute(delete(schema.face).where(schema.face.c.id == place.face))


def _forget_what_was_done(connection: Connection) -> list[Needle]:
    """Deletes the actions, the persons and the deleted shortlists of which nothing is left: their texts may name who
    was erased. Returns the bytes that a row of them was known by.
    """
    action, done, listed = schema.action.c, schema.person_change.c, schema.shortlist_change.c
    kept = [select(listed.shortlist), select(schema.shortlisted.c.shortlist)]
    deleted = schema.shortlist.c.name.is_(None) & schema.shortlist.c.id.not_in(union(*kept))
    connection.execute(delete(schema.shortlist).where(deleted))
    words = (
        *(schema.correction_change, schema.person_change, schema.shortlist_change, schema.shortlist_naming),
        *(schema.review, schema.recalibration),
    )
    idle = action.id.not_in(union(*[select(table.c.action) for table in words]))
    gone = [(made, summary) for made, summary in connection.execute(select(action.made, action.summary).where(idle))]
    connection.execute(delete(schema.action).where(idle))
    mentioned = [select(column).where(column.is_not(None)) for column in (done.before, done.after)]
    members = [select(table.c.person) for table in (schema.membership, schema.rejection)]
    connection.execute(delete(schema.person).where(schema.person.c.id.not_in(union(*mentioned, *members))))
    same = {(made, summary) for made, summary in connection.execute(select(action.made, action.summary))}
    return [
        Needle((made % 2**32).to_bytes(4) + summary.encode()) for made, summary in gone if (made, summary) not in same
    ]


def _needles(connection: Connection, lost: _Lost) -> Iterator[Needle]:
    """Bytes that nothing but the lost rows has: windows of the vectors, and a path and its sha256 side by side."""
    for place in lost.places:
        yield from _vectors(connection, place.face)
    for path in lost.photographs.values():
        yield Needle(os.fsencode(path) + lost.sha256.encode(), key=len(os.fsencode(path)))


def _vectors(connection: Connection, face: int) -> Iterator[Needle]:
    for table, step in STEPS.items():
        vector: bytes = connection.execute(select(table.c.vector).where(table.c.face == face)).scalar() or b""
        for start in range(0, len(vector), step):
            if any(window := vector[start : start + WINDOW]):  # zeros are everywhere, and nobody's
                rare = max(range(0, WINDOW - KEY + 1, 4), key=lambda at: len(set(window[at : at + KEY])))
                yield Needle(window, key=rare)
