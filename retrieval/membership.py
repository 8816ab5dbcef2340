"""Persons and who belongs to them, in the library's tables: what was found by likeness, and what people said, each word
of it kept with the action that said it, so that any of them can be undone. How groups are found is `grouping`'s.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, or_, select

from retrieval import actions, schema
from retrieval.actions import Action
from retrieval.errors import NoSuchPerson, NotThatPerson, shown
from retrieval.grouping import ALIKE, Floats, grouped

CHUNK = 10_000  # numbers in one statement; SQLite allows 32,766
LONGEST = 200  # characters of a name


@dataclass(frozen=True, slots=True)
class Person:
    """`faces` are their numbers; those in `sure` were put there by a person, the others by likeness."""

    id: int
    name: str | None
    faces: tuple[int, ...]
    sure: frozenset[int]


class Change(NamedTuple):
    """A face that went from one person to another; None is nobody. `rejected`: it is not the person it was."""

    face: int
    before: int | None
    after: int | None
    rejected: bool = False


def listed(connection: Connection) -> list[Person]:
    """Every person of whom there is a face, the one with the most first."""
    table, member = schema.person.c, schema.membership.c
    query = select(table.id, table.name, member.face, member.sure).join(schema.membership).order_by(member.face)
    known: dict[int, tuple[str | None, list[tuple[int, int]]]] = {}
    for number, name, face, sure in connection.execute(query):
        known.setdefault(number, (name, []))[1].append((face, sure))
    people = [
        Person(number, name, tuple(face for face, _ in faces), frozenset(face for face, sure in faces if sure))
        for number, (name, faces) in known.items()
    ]
    return sorted(people, key=lambda person: (-len(person.faces), person.id))


def regroup(connection: Connection, faces: Sequence[int], vectors: Floats, alike: float = ALIKE) -> int:
    """Groups `faces`, whose unit vectors are float32[n, 512], anew; returns how many groups there are.

    What people said holds; a group keeps the number of the person most of its faces were.
    """
    at = {face: position for position, face in enumerate(faces)}
    member = schema.membership.c
    known = {face: (person, sure) for face, person, sure in connection.execute(select(schema.membership)) if face in at}
    said = {at[face]: person for face, (person, sure) in known.items() if sure}
    rejected: dict[int, set[int]] = defaultdict(set)
    for face, person in connection.execute(select(schema.rejection.c.face, schema.rejection.c.person)):
        if face in at:
            rejected[at[face]].add(person)
    groups = grouped(vectors, alike, said, rejected)
    taken = {person for _, person in groups if person is not None}
    rows: list[dict[str, int]] = []
    for positions, said_of in groups:
        members = [faces[position] for position in positions]
        barred = taken.union(*(rejected.get(position, set()) for position in positions))
        person = said_of or _most(known[face][0] for face in members if face in known and known[face][0] not in barred)
        person = person or _new(connection)
        taken.add(person)
        rows += [{"face": face, "person": person, "sure": 0} for face in members if at[face] not in said]
    for chunk in _chunks([face for face, (_, sure) in known.items() if not sure]):
        connection.execute(delete(schema.membership).where(member.face.in_(chunk)))
    there = set(connection.execute(select(schema.face.c.id)).scalars())  # an indexer may have replaced some meanwhile
    if rows := [row for row in rows if row["face"] in there]:
        connection.execute(insert(schema.membership), rows)
    _sweep(connection)
    return len(groups)


def name(connection: Connection, person: int, called: str) -> Action:
    """Says who a group is; all its faces are sure then. The name is a person of its own, so that it can be undone."""
    called = called.strip()
    faces = _members(connection, person)
    if not called or len(called) > LONGEST:
        raise NotThatPerson(f"A name has 1 to {LONGEST} characters.")
    table = schema.person.c
    known = connection.execute(select(table.id).where(table.name == called)).scalar()
    if known not in (None, person) and _count(connection, known):
        raise NotThatPerson(f"{shown(called)} is group {known} already: merge the two if they are one person.")
    target = known or _new(connection, called)
    return _move(connection, f"group {person} is {called}", [Change(face, before, target) for face, before in faces])


def merge(connection: Connection, persons: Sequence[int]) -> Action:
    """Says that these groups are one person: the first of them that has a name, else the first."""
    if len(set(persons)) < 2:
        raise NotThatPerson("Give at least two groups to merge.")
    faces = [row for person in dict.fromkeys(persons) for row in _members(connection, person)]
    named = set(connection.execute(select(schema.person.c.id).where(schema.person.c.name.is_not(None))).scalars())
    target = next((person for person in persons if person in named), persons[0])
    _carry_over(connection, persons, target, {face for face, _ in faces})
    what = ", ".join(map(str, dict.fromkeys(persons)))
    return _move(connection, f"groups {what} are one person", [Change(face, before, target) for face, before in faces])


def split(connection: Connection, person: int, faces: Iterable[int]) -> Action:
    """Says that these faces of a group are another person, and the same one; and so that the rest are that person."""
    return _part(connection, person, faces, _new(connection), f"split from group {person}")


def reject(connection: Connection, person: int, faces: Iterable[int]) -> Action:
    """Says that these faces of a group are not that person, and so that the rest are. No grouping contradicts it."""
    return _part(connection, person, faces, None, f"not group {person}")


def undo(connection: Connection, action: Action) -> None:
    """Takes an action back: of each of its faces holds then what the last action that is not undone said."""
    actions.mark_undone(connection, action)
    row, made = schema.person_change.c, schema.action.c
    mine = select(row.face).where(row.action == action.id)
    columns = (row.face, row.before, row.after, row.rejected, made.undone)
    query = select(*columns).join(schema.action).where(row.face.in_(mine)).order_by(row.id)
    every: dict[int, list[Any]] = defaultdict(list)
    for face, *change in connection.execute(query):
        every[face].append(change)
    known = set(connection.execute(select(schema.person.c.id)).scalars())
    for face, changes in every.items():
        _restore(connection, face, changes, known)


def _restore(connection: Connection, face: int, changes: Sequence[Any], known: set[int]) -> None:
    person, sure, rejected = changes[0][0], 0, set[int]()
    for before, after, refused, undone in changes:
        if not undone:
            person, sure = after, 1
            rejected = (rejected | ({before} if refused else set())) - {after}
    for table in (schema.membership, schema.rejection):
        connection.execute(delete(table).where(table.c.face == face))
    if person in known:
        connection.execute(insert(schema.membership).values(face=face, person=person, sure=sure))
    for other in rejected & known:
        connection.execute(insert(schema.rejection).values(face=face, person=other))


def _move(connection: Connection, summary: str, changes: Sequence[Change]) -> Action:
    action = actions.record(connection, "people", summary, sum(c.before != c.after for c in changes))
    said = [{"action": action.id, **change._asdict(), "rejected": int(change.rejected)} for change in changes]
    connection.execute(insert(schema.person_change), said)
    for chunk in _chunks([change.face for change in changes]):
        connection.execute(delete(schema.membership).where(schema.membership.c.face.in_(chunk)))
    rejection = schema.rejection.c
    for change in changes:
        if change.rejected:
            _refuse(connection, change.face, change.before)
        elif change.after != change.before:
            same = (rejection.face == change.face) & (rejection.person == change.after)
            connection.execute(delete(schema.rejection).where(same))
    rows = [{"face": c.face, "person": c.after, "sure": 1} for c in changes if c.after is not None]
    if rows:
        connection.execute(insert(schema.membership), rows)
    return action


def _part(connection: Connection, person: int, faces: Iterable[int], target: int | None, summary: str) -> Action:
    moved = set(_of(connection, person, faces))
    parted = [
        Change(face, person, target, True) if face in moved else Change(face, person, person)
        for face, _ in _members(connection, person)
    ]
    return _move(connection, summary, parted)


def _refuse(connection: Connection, face: int, person: int | None) -> None:
    row = schema.rejection.c
    if connection.execute(select(row.face).where(row.face == face, row.person == person)).scalar() is None:
        connection.execute(insert(schema.rejection).values(face=face, person=person))


def _carry_over(connection: Connection, persons: Sequence[int], target: int, members: set[int]) -> None:
    """Who is not one of the merged is not all of them."""
    row, member = schema.rejection.c, schema.membership.c
    others = set(connection.execute(select(row.face).where(row.person.in_(persons))).scalars()) - members
    for face in sorted(others):
        _refuse(connection, face, target)
    unsure = (member.person == target) & (member.sure == 0)
    for chunk in _chunks(sorted(others)):
        connection.execute(delete(schema.membership).where(unsure, member.face.in_(chunk)))


def _members(connection: Connection, person: int) -> list[tuple[int, int]]:
    """The faces of a person, each with that person; NoSuchPerson."""
    row = schema.membership.c
    faces = connection.execute(select(row.face).where(row.person == int(person)).order_by(row.face)).scalars().all()
    if not faces:
        raise NoSuchPerson(f"There is no group {person}; `facequery people` lists them.")
    return [(face, int(person)) for face in faces]


def _of(connection: Connection, person: int, faces: Iterable[int]) -> list[int]:
    wanted, members = sorted({int(face) for face in faces}), {face for face, _ in _members(connection, person)}
    if strange := [face for face in wanted if face not in members]:
        raise NotThatPerson(f"Face {strange[0]} is not in group {person}; `facequery people {person}` lists its faces.")
    if not wanted:
        raise NotThatPerson("Give the faces that are not that person.")
    return wanted


def _most(persons: Iterable[int]) -> int | None:
    counted = Counter(persons)
    return min(counted, key=lambda person: (-counted[person], person)) if counted else None


def _new(connection: Connection, called: str | None = None) -> int:
    key = connection.execute(insert(schema.person).values(name=called)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _count(connection: Connection, person: int | None) -> int:
    row = schema.membership.c
    return connection.execute(select(func.count()).where(row.person == person)).scalar_one()


def _sweep(connection: Connection) -> None:
    """Forgets persons of whom nothing is left to say."""
    person, row = schema.person.c, schema.person_change.c
    spoken_of = select(row.id).where(or_(row.before == person.id, row.after == person.id)).exists()
    member = select(schema.membership.c.face).where(schema.membership.c.person == person.id).exists()
    refused = select(schema.rejection.c.face).where(schema.rejection.c.person == person.id).exists()
    connection.execute(delete(schema.person).where(person.name.is_(None), ~member, ~spoken_of, ~refused))


def _chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + CHUNK] for start in range(0, len(numbers), CHUNK))
