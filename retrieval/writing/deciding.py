"""What a person says of two faces, that they are one person or two, in the library's tables: one action each, in the
words that `membership` has for groups.
"""

from typing import NamedTuple

from sqlalchemy import Connection, select

from retrieval.errors import NoSuchFace, NotThatPerson
from retrieval.tables import schema
from retrieval.tables.actions import Action
from retrieval.writing import apart, membership
from retrieval.writing.membership import Change


class _Face(NamedTuple):
    """A face, whose it is, and whether somebody said so; None is nobody's."""

    face: int
    person: int | None
    sure: bool


def same(connection: Connection, first: int, second: int) -> Action | None:
    """Says that two faces are one person: their groups are merged, a face alone joins the other's group, two of them
    become one. None if it was said before; NoSuchFace, NotThatPerson.
    """
    one, other = _both(connection, first, second)
    if one.person is not None and other.person is not None and one.person != other.person:
        return membership.merge(connection, [one.person, other.person])
    if one.sure and other.sure:
        return None
    target = next((face.person for face in (one, other) if face.person is not None), None)
    target = membership.new(connection) if target is None else target
    changes = [Change(face.face, face.person, target) for face in (one, other)]
    action = membership.move(connection, f"faces {first} and {second} are one person", changes)
    apart.give_way(connection)
    return action


def different(connection: Connection, first: int, second: int) -> Action | None:
    """Says that two faces are two persons: each surely of its group, if it has one, and the second of them not of the
    first's; and `apart` knows the two, wherever they go. Of one group the less sure face leaves. None if it was said
    before; NoSuchFace, NotThatPerson.
    """
    pair = _both(connection, first, second)
    together = pair[0].person is not None and pair[0].person == pair[1].person
    if not together and second in apart.others(connection).get(first, ()):
        return None
    one, other = sorted(pair, key=lambda face: (not face.sure, face.person is None))
    person = membership.new(connection) if one.person is None else one.person
    left = None if other.person == person else other.person
    changes = [Change(one.face, one.person, person)]
    if other.person != person:
        changes.append(Change(other.face, other.person, left))  # where it was, which an undo asks for
    changes.append(Change(other.face, person, left, rejected=True))
    return membership.move(connection, apart.SAID.format(first, second), changes)


def _both(connection: Connection, first: int, second: int) -> tuple[_Face, _Face]:
    if first == second:
        raise NotThatPerson("Give two faces: every face is the same person as itself.")
    return _face(connection, first), _face(connection, second)


def _face(connection: Connection, number: int) -> _Face:
    face, row = schema.face.c, schema.membership.c
    query = select(row.person, row.sure).select_from(schema.face).outerjoin(schema.membership)
    found = connection.execute(query.where(face.id == int(number))).one_or_none()
    if found is None:
        raise NoSuchFace(f"The library has no face {number}. Look it up again with `facequery find`.")
    return _Face(int(number), found.person, bool(found.sure))
