"""Reads the faces that answers speak of out of the tables, as arrays. It keeps nothing and knows no query.

A library may come from somebody else, whose tables hold what ours refuse: LibraryDamaged, before it becomes an answer.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, Select, func, select, true

from retrieval.attributes import ATTRIBUTES
from retrieval.columns.bits import Ids, Mask
from retrieval.columns.codes import Floats
from retrieval.columns.paths import Octets, Paths
from retrieval.errors import LibraryDamaged
from retrieval.tables import schema
from retrieval.tables.records import Box
from retrieval.tables.streams import streamed

T = TypeVar("T")

CHUNK = 10_000  # rows in flight between SQLite and numpy
AT_ONCE = 10_000  # numbers in one statement; SQLite allows 32,766
EXACT = 2**53  # whole numbers below it are exact as floats
LARGEST = 2**31  # pixels, beyond the side of any picture


class Rows(NamedTuple):
    """n faces in the order of their numbers, of m photographs in the order of their paths: `probabilities`
    float32[40, n] as the model said them, `photographs` counted from 0, `added` in seconds, `models` as the table
    numbers them, `paths` as retrieval.columns.paths keeps them, `photos` int64[m] the numbers of the photographs.
    """

    faces: Ids
    photographs: Ids
    models: Ids
    added: Ids
    probabilities: Floats
    paths: Octets
    photos: Ids


class After(NamedTuple):
    """Numbers of a face and of a photograph: those with greater ones came later."""

    face: int
    photo: int


class Corrections(NamedTuple):
    """What people said of k attributes of faces: `positions` int64[k] of the faces, `attributes` int64[k] as places in
    ATTRIBUTES (-1: none of these), `values` float32[k] 1 for what a face has and 0 for what it has not.
    """

    positions: Ids
    attributes: Ids
    values: Floats


def present(*columns: Any) -> Select[Any]:
    """A query over the faces that answers speak of: those whose photograph is not missing. The embeddings are joined
    where a column of theirs is asked for.
    """
    joined = schema.face.join(schema.photo).join(schema.attribute)
    if any(getattr(column, "table", None) is schema.embedding for column in columns):
        joined = joined.join(schema.embedding)
    return select(*columns).select_from(joined).where(schema.photo.c.missing == 0)


def chunks(connection: Connection, query: Select[Any]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of `query`, a bounded number at a time, as the driver gives them: paths are bytes."""
    if connection.dialect.name == "postgresql":
        yield from streamed(connection, query, CHUNK)
        return
    with connection.execute(query) as result:
        while rows := result.cursor.fetchmany(CHUNK):
            yield list(rows)


def parts(numbers: Sequence[T]) -> Iterator[Sequence[T]]:
    """Numbers or paths, as many at a time as one statement may name."""
    return (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))


def read(connection: Connection, after: "After | None" = None) -> Rows:
    """All that the tables say of the faces that are shown, but for what people said of them; with `after` of those
    that came later.
    """
    if after is None:
        return _read(connection, true(), true())
    return _read(connection, schema.face.c.id > after.face, schema.photo.c.id > after.photo)


def of_photographs(connection: Connection, numbers: Sequence[int]) -> Rows:
    """The same of the faces of a few photographs alone, AT_ONCE at most."""
    return _read(connection, schema.face.c.photo.in_(numbers), schema.photo.c.id.in_(numbers))


def _read(connection: Connection, faces_in: ColumnElement[bool], photos_in: ColumnElement[bool]) -> Rows:
    (faces, photos, models, added), probabilities = _faces(connection, faces_in)
    photographs, paths, numbered = _photographs(connection, photos, photos_in)
    return Rows(faces, photographs, models, added, probabilities, paths, numbered)


def of_face(connection: Connection, number: int) -> tuple[bytes, Floats] | None:
    """A face's path and what the model said of it, float32[40]; None where it is not shown."""
    query = present(schema.photo.c.path, *[schema.attribute.c[name] for name in ATTRIBUTES])
    found = [row for some in chunks(connection, query.where(schema.face.c.id == number)) for row in some]
    return (found[0][0], np.array(found[0][1:], np.float32)) if found else None


def corrections(connection: Connection, faces: Ids) -> Corrections:
    """What people said of those `faces`, which rise; it outranks the model, as in schema.probability."""
    table = schema.correction.c
    row = {name: place for place, name in enumerate(ATTRIBUTES)}
    cells = connection.execute(select(table.face, table.attribute, table.value))
    told = np.array([(face, row.get(name, -1), value) for face, name, value in cells], np.int64).reshape(-1, 3)
    told = told[_among(faces, told[:, 0])]
    return Corrections(np.searchsorted(faces, told[:, 0]), told[:, 1], told[:, 2].astype(np.float32))


def named(connection: Connection, faces: Ids) -> list[tuple[str, Ids]]:
    """Every person who has a name and faces, and which of those `faces`, which rise, are theirs: their positions."""
    person, member = schema.person.c, schema.membership.c
    query = select(person.id, person.name, member.face).join_from(schema.membership, schema.person)
    known: dict[int, tuple[str, list[int]]] = {}
    for number, name, face in connection.execute(query.where(person.name.is_not(None)).order_by(person.name)):
        known.setdefault(number, (name, []))[1].append(face)
    theirs = [(name, np.array(numbers, np.int64)) for name, numbers in known.values()]
    return [(name, np.searchsorted(faces, numbers[_among(faces, numbers)])) for name, numbers in theirs]


def shortlisted(connection: Connection, faces: Ids) -> list[tuple[str, Ids]]:
    """Every shortlist, and which of those `faces`, which rise, are on it: their positions."""
    row, on = schema.shortlist.c, schema.shortlisted.c
    query = select(row.id, row.name, on.face).select_from(schema.shortlist.outerjoin(schema.shortlisted))
    known: dict[int, tuple[str, list[int]]] = {}
    for number, name, face in connection.execute(query.where(row.name.is_not(None)).order_by(row.name)):
        known.setdefault(number, (name, []))[1].extend(() if face is None else (face,))
    on_them = [(name, np.array(numbers, np.int64)) for name, numbers in known.values()]
    return [(name, np.searchsorted(faces, numbers[_among(faces, numbers)])) for name, numbers in on_them]


def _faces(connection: Connection, which: ColumnElement[bool]) -> tuple[Ids, Floats]:
    """int64[4, n]: face, photo, model and date; float32[40, n]."""
    face = schema.face.c
    most = connection.execute(select(func.count(face.id)).where(which)).scalar_one()  # an index knows; few are missing
    joined = schema.face.join(schema.photo)
    missing = select(func.count()).select_from(joined).where(schema.photo.c.missing != 0, which)
    leading = (face.id, face.photo, face.model, schema.photo.c.added)
    query = present(*leading, *[schema.attribute.c[name] for name in ATTRIBUTES]).where(which).order_by(face.id)
    numbers = np.empty((len(leading), most), np.int64)
    probabilities = np.empty((len(ATTRIBUTES), most), np.float32)
    count = 0
    for rows in chunks(connection, query):
        block = _block(rows)
        numbers[:, count : count + len(rows)] = block[:, : len(leading)].T
        probabilities[:, count : count + len(rows)] = block[:, len(leading) :].T
        count += len(rows)
    if count + connection.execute(missing).scalar_one() != most:
        raise damaged("some faces have no photograph, or no attributes")
    return np.ascontiguousarray(numbers[:, :count]), np.ascontiguousarray(probabilities[:, :count])


def _block(rows: list[tuple[float, ...]]) -> NDArray[np.float64]:
    """Four whole numbers and 40 probabilities a row. As np.array, twice as fast."""
    width = len(rows[0])
    try:
        block = np.fromiter(chain.from_iterable(rows), np.float64, len(rows) * width).reshape(-1, width)
    except (TypeError, ValueError, OverflowError) as error:  # NULL, words, bytes
        raise damaged("what should be a number is none") from error
    numbers, probabilities = np.hsplit(block, [width - len(ATTRIBUTES)])
    if not ((probabilities >= 0) & (probabilities <= 1)).all() or (abs(numbers) >= EXACT).any():
        raise damaged("a number is larger than any can be")
    return block


def a_box(left: int, top: int, right: int, bottom: int) -> Box:
    """A face's box as it is; LibraryDamaged for what cannot be one."""
    if not (0 <= left < right < LARGEST and 0 <= top < bottom < LARGEST):
        raise damaged("the box of a face is none")
    return left, top, right, bottom


def damaged(what: str) -> LibraryDamaged:
    """For values that no library of ours has."""
    return LibraryDamaged(f"In this library {what}: `facequery verify` says where. Restore it from a backup.")


def _photographs(connection: Connection, photos: Ids, which: ColumnElement[bool]) -> tuple[Ids, Octets, Ids]:
    """int64[n]: each face's photograph as its place among the paths; the paths; int64[m]: their photographs."""
    photo = schema.photo.c
    query = select(photo.id, photo.path).where(which).order_by(photo.path)  # of all, the index of the paths is enough
    numbers, paths = [np.empty(0, np.int64)], [np.empty(0, np.uint8)]
    for rows in chunks(connection, query):
        if any(not isinstance(path, bytes) or b"\0" in path for _, path in rows):
            raise damaged("the path of a photograph is none")
        numbers.append(np.fromiter((number for number, _ in rows), np.int64, len(rows)))
        paths.append(Paths.of(path for _, path in rows).octets)
    order = np.argsort(everyone := np.concatenate(numbers))
    return _used(order[np.searchsorted(everyone[order], photos)], np.concatenate(paths), everyone)


def _used(places: Ids, octets: Octets, photos: Ids) -> tuple[Ids, Octets, Ids]:
    """The same without the paths that no place names: of photographs that are missing, or show nobody."""
    ends = np.flatnonzero(octets == 0)
    used = np.zeros(len(ends), np.bool_)
    used[places] = True
    if used.all():
        return places, octets, photos
    return (np.cumsum(used) - 1)[places], octets[np.repeat(used, np.diff(ends, prepend=-1))], photos[used]


def _among(known: Ids, ids: Ids) -> Mask:
    """Which of `ids` are in `known`, which rises."""
    if not len(known):
        return np.zeros(len(ids), np.bool_)
    found: Mask = known.take(np.searchsorted(known, ids), mode="clip") == ids
    return found
