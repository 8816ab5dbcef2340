"""Which faces somebody said are two persons. That holds between the two, wherever they go, until it is undone or a
later word makes them surely one person. It is read from what was said, action by action, and kept nowhere else.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from retrieval.tables import schema
from retrieval.tables.rows import parts

SAID = "faces {} and {} are two persons"
"""What such an action is called, and known by. Its rows alone do not tell it from a rejection, which says less: whoever
else is not that person either may be the same as the one who was rejected. And its rows tell whose faces it is about,
since a copy of a photograph has them too.
"""


def others(connection: Connection) -> Mapping[int, Collection[int]]:
    """The faces that each face was said to be another person than, if there are any."""
    whose: dict[int, int | None] = {}
    apart: dict[int, set[int]] = defaultdict(set)
    for words in _actions(connection):
        whose.update((word.face, word.after) for word in words)
        for one, other in _pairs(words) if words[0].told else ():
            apart[one].add(other)
            apart[other].add(one)
        for face in {word.face for word in words if whose[word.face] is not None}:
            for other in [other for other in apart[face] if whose[other] == whose[face]]:
                apart[face].discard(other)
                apart[other].discard(face)
    return {face: told for face, told in apart.items() if told}


def persons(connection: Connection, person: int) -> set[int]:
    """The persons that this one is not, since somebody said so of a face that is surely one's."""
    row, member = schema.rejection.c, schema.membership.c
    own = select(row.person).join(schema.membership, member.face == row.face).where(member.person == person)
    theirs = select(member.person).join(schema.rejection, member.face == row.face).where(row.person == person)
    rejected = connection.execute(own.where(member.sure == 1).union(theirs.where(member.sure == 1))).scalars()
    told = others(connection)
    sure = {face: place.person for face, place in _places(connection, told).items() if place.sure}
    mine = [face for face in sure if sure[face] == person]
    return {*rejected} | {sure[other] for face in mine for other in told[face] if other in sure}


def give_way(connection: Connection) -> None:
    """Takes faces out of the groups that likeness put them into, if another person's face surely is there by now."""
    told = others(connection)
    places = _places(connection, told)
    wrong = [
        face
        for face, place in places.items()
        if not place.sure and any(places.get(other) == _Place(place.person, 1) for other in told[face])
    ]
    for part in parts(wrong):
        connection.execute(delete(schema.membership).where(schema.membership.c.face.in_(part)))


class _Word(NamedTuple):
    """A row of an action that stands: as `membership.Change`, and whether the action `told` two faces apart."""

    action: int
    told: bool
    face: int
    before: int | None
    after: int | None
    rejected: int


class _Place(NamedTuple):
    person: int
    sure: int


def _actions(connection: Connection) -> Iterator[Sequence[_Word]]:
    """What stands of the faces that were ever told apart from one, an action at a time, in the order they were said."""
    change, made = schema.person_change.c, schema.action.c
    told = made.summary.like(SAID.format("%", "%"))
    standing = select(change.action, told, change.face, change.before, change.after, change.rejected)
    standing = standing.join_from(schema.person_change, schema.action).where(made.undone == 0)
    faces = select(change.face).join_from(schema.person_change, schema.action).where(made.undone == 0, told)
    found = connection.execute(standing.where(change.face.in_(faces)).order_by(change.action, change.id))
    for _, words in groupby((_Word(*word) for word in found), attrgetter("action")):
        yield list(words)


def _pairs(words: Iterable[_Word]) -> Iterator[tuple[int, int]]:
    """Who surely is the person, and who is not: two faces, and those that stand in their places."""
    refused = [(word.face, word.before) for word in words if word.rejected]
    for other, person in refused:
        yield from ((word.face, other) for word in words if word.after == person and not word.rejected)


def _places(connection: Connection, faces: Iterable[int]) -> dict[int, _Place]:
    row = schema.membership.c
    queries = (select(row.face, row.person, row.sure).where(row.face.in_(part)) for part in parts(sorted(faces)))
    return {face: _Place(person, sure) for query in queries for face, person, sure in connection.execute(query)}
