"""What the tables hold of single faces and no column does: what the model itself said, and who they are."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from retrieval.attributes import ATTRIBUTES
from retrieval.columns.moves import moved
from retrieval.tables import schema
from retrieval.tables.recalibrations import standing
from retrieval.tables.rows import damaged, parts


class Who(NamedTuple):
    """A group: its number, its name if it has one, and how many `faces` it has. `sure`: a person put the face there."""

    group: int
    name: str | None
    sure: bool
    faces: int


def predicted(connection: Connection, face: int) -> dict[str, float]:
    """The 40 probabilities as the model said them, moved where their calibration was, whatever people said of it."""
    table = schema.attribute.c
    query = select(*[table[name] for name in ATTRIBUTES]).where(table.face == int(face))
    row = dict(zip(ATTRIBUTES, connection.execute(query).one(), strict=True))
    if not all(isinstance(value, float) and 0 <= value <= 1 for value in row.values()):
        raise damaged("a probability is none")
    moves = standing(connection)
    return {name: moved(value, *moves[name]) if name in moves else value for name, value in row.items()}


def who(connection: Connection, faces: Iterable[int]) -> dict[int, Who]:
    """The group of each of the faces that are in one."""
    member, others, person = schema.membership, schema.membership.alias(), schema.person
    size = select(func.count()).select_from(others).where(others.c.person == member.c.person).scalar_subquery()
    query = select(member.c.face, person.c.id, person.c.name, member.c.sure, size).join_from(member, person)
    return {
        face: Who(group, name, bool(sure), count)
        for part in parts(sorted({int(face) for face in faces}))
        for face, group, name, sure, count in connection.execute(query.where(member.c.face.in_(part)))
    }
