"""Reads shortlists out of the tables: which there are, and who is on them in which order, with what was noted."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from retrieval.spelling import composed
from retrieval.tables import schema
from retrieval.tables.rows import parts


class Shortlist(NamedTuple):
    """A list by its `name`: how many `faces` are on it, and of how many the photograph is `missing` now."""

    id: int
    name: str
    faces: int
    missing: int


class Entry(NamedTuple):
    """A face on a list, and what was noted of it there. It is `missing` while its photograph is."""

    face: int
    note: str | None
    missing: bool


class Standing(NamedTuple):
    """Where a face stands on a list, and what was noted of it."""

    place: float
    note: str | None


def listed(connection: Connection) -> list[Shortlist]:
    """Every shortlist, in the order of the names."""
    row, on = schema.shortlist.c, schema.shortlisted.c
    joined = schema.shortlist.outerjoin(schema.shortlisted).outerjoin(schema.face).outerjoin(schema.photo)
    columns = (row.id, row.name, func.count(on.face), func.coalesce(func.sum(schema.photo.c.missing), 0))
    query = select(*columns).select_from(joined).where(row.name.is_not(None)).group_by(row.id)
    found = [Shortlist(*values) for values in connection.execute(query)]
    return sorted(found, key=lambda one: (composed(one.name).casefold(), one.name))


def entries(connection: Connection, number: int, limit: int | None = None, offset: int = 0) -> list[Entry]:
    """Who is on a list, in its order; of all of them the `limit` behind the first `offset`."""
    on = schema.shortlisted
    joined = on.join(schema.face, schema.face.c.id == on.c.face).join(schema.photo)
    query = select(on.c.face, on.c.note, schema.photo.c.missing).select_from(joined).where(on.c.shortlist == number)
    rows = connection.execute(query.order_by(on.c.place, on.c.face).limit(limit).offset(offset))
    return [Entry(face, note, bool(missing)) for face, note, missing in rows]


def places(connection: Connection, number: int, faces: Iterable[int] | None = None) -> dict[int, Standing]:
    """Where those of the faces (None: all) stand that are on a list, in its order."""
    on = schema.shortlisted.c
    query = select(on.face, on.place, on.note).where(on.shortlist == number)
    if faces is None:
        return {face: Standing(*said) for face, *said in connection.execute(query.order_by(on.place, on.face))}
    found = (connection.execute(query.where(on.face.in_(part))) for part in parts(sorted(set(faces))))
    return {face: Standing(*said) for rows in found for face, *said in rows}
