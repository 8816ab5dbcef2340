"""Persons and who belongs to them, in the library's tables: what people said, each word of it kept with the action that
said it, so that any of them can be undone. What they are called is `naming`'s, and how groups are found `regrouping`'s.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, literal, null, select, union

from retrieval.errors import NoSuchPerson, NotThatPerson, shown
from retrieval.spelling import is_name
from retrieval.tables import actions, schema
from retrieval.tables.actions import Action
from retrieval.tables.generation import advance
from retrieval.tables.rows import parts
from retrieval.writing import apart, naming

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


def name(connection: Connection, person: int, called: str) -> Action:
    """Says who a group is; all its faces are sure then. It keeps its number."""
    called = called.strip()
    faces = _members(connection, person)
    if not is_name(called, LONGEST):
        raise NotThatPerson(f"A name has 1 to {LONGEST} printable characters.")
    other = naming.whose(connection, called)
    if other not in (None, person) and _count(connection, other):
        raise NotThatPerson(f"{shown(called)} is group {other} already: merge the two if they are one person.")
    action = move(connection, f"group {person} is {called}", [Change(face, person, person) for face, _ in faces])
    if other not in (None, person):
        naming.call(connection, action, other, None)  # nobody is left of whom it was the name
    naming.call(connection, action, person, called)
    return replace(action, faces=len(faces))


def merge(connection: Connection, persons: Sequence[int]) -> Action:
    """Says that these groups are one person: the first of them that has a name, else the first."""
    if len(set(persons)) < 2:
        raise NotThatPerson("Give at least two groups to merge.")
    faces = [row for person in dict.fromkeys(persons) for row in _members(connection, person)]
    named = set(connection.execute(select(schema.person.c.id).where(schema.person.c.name.is_not(None))).scalars())
    target = next((person for person in persons if person in named), persons[0])
    what = ", ".join(map(str, dict.fromkeys(persons)))
    changes = [Change(face, before, target) for face, before in faces]
    action = move(connection, f"groups {what} are one person", changes)
    _carry_over(connection, action, persons, target, {face for face, _ in faces})
    return action


def split(connection: Connection, person: int, faces: Iterable[int]) -> Action:
    """Says that these faces of a group are another person, and the same one; and so that the rest are that person."""
    return _part(connection, person, faces, new(connection), f"split from group {person}")


def reject(connection: Connection, person: int, faces: Iterable[int]) -> Action:
    """Says that these faces of a group are not that person, and so that the rest are. No grouping contradicts it."""
    return _part(connection, person, faces, None, f"not group {person}")


def move(connection: Connection, summary: str, changes: Sequence[Change]) -> Action:
    """Says changes as one action; of a face that several are about the last one holds."""
    action = actions.record(connection, "people", summary, sum(c.before != c.after for c in changes))
    said = [{"action": action.id, **change._asdict(), "rejected": int(change.rejected)} for change in changes]
    connection.execute(insert(schema.person_change), said)
    for part in parts([change.face for change in changes]):
        connection.execute(delete(schema.membership).where(schema.membership.c.face.in_(part)))
    rejection = schema.rejection.c
    for change in changes:
        if change.rejected:
            _refuse(connection, change.face, change.before)
        elif change.after != change.before:
            same = (rejection.face == change.face) & (rejection.person == change.after)
            connection.execute(delete(schema.rejection).where(same))
    whose = {change.face: change.after for change in changes}
    rows = [{"face": face, "person": person, "sure": 1} for face, person in whose.items() if person is not None]
    if rows:
        connection.execute(insert(schema.membership), rows)
    advance(connection, faces=False)
    return action


def new(connection: Connection) -> int:
    """A person without a name or a face."""
    key = connection.execute(insert(schema.person).values(name=None)).inserted_primary_key
    assert key is not None
    return int(key[0])


def undo(connection: Connection, action: Action) -> None:
    """Takes an action back: of each of its faces holds then what the last action that is not undone said, and so of its
    names. NotThatPerson if the name it would give back is another's by now.
    """
    actions.mark_undone(connection, action)
    naming.undo(connection, action)
    known = set(connection.execute(select(schema.person.c.id)).scalars())
    for face, words in _said(connection, action).items():
        _restore(connection, face, words, known)
        if any(word.action == action.id and not word.carried for word in words):
            _put_back(connection, face, words, known)
    apart.give_way(connection)
    advance(connection, faces=False)


class _Word(NamedTuple):
    """What an action said of a face: as Change, or that a rejection was carried over to `before` by a merge."""

    action: int
    before: int | None
    after: int | None
    rejected: int
    carried: int
    undone: int


def _said(connection: Connection, action: Action) -> dict[int, list[_Word]]:
    """All that was ever said of each of the action's faces, in that order."""
    change, carried, made = schema.person_change.c, schema.carried.c, schema.action.c
    mine = union(*[select(row.face).where(row.action == action.id) for row in (change, carried)])
    moves = select(change.face, change.action, change.before, change.after, change.rejected, literal(0), made.undone)
    carries = select(carried.face, carried.action, carried.person, null(), literal(1), literal(1), made.undone)
    words: dict[int, list[_Word]] = defaultdict(list)
    for query, table in ((moves, schema.person_change), (carries, schema.carried)):
        asked = query.join_from(table, schema.action).where(table.c.face.in_(mine)).order_by(table.c.id)
        for face, *word in connection.execute(asked):
            words[face].append(_Word(*word))
    return {face: sorted(said, key=lambda word: word.action) for face, said in words.items()}


def _restore(connection: Connection, face: int, words: Sequence[_Word], known: set[int]) -> None:
    """Whose the face is not."""
    rejected = set[int]()
    for word in words:
        if word.undone or (word.carried and not rejected & _merged(connection, word.action)):
            continue
        rejected = (rejected | ({word.before} if word.rejected and word.before else set())) - {word.after}
    connection.execute(delete(schema.rejection).where(schema.rejection.c.face == face))
    for other in sorted(rejected & known):
        connection.execute(insert(schema.rejection).values(face=face, person=other))


def _merged(connection: Connection, action: int) -> set[int | None]:
    """The persons that a merge made one."""
    change = schema.person_change.c
    return set(connection.execute(select(change.before).where(change.action == action)).scalars())


def _put_back(connection: Connection, face: int, words: Sequence[_Word], known: set[int]) -> None:
    """Whose the face is."""
    moves = [word for word in words if not word.carried]
    person, sure = moves[0].before, 0
    for word in moves:
        if not word.undone:
            person, sure = word.after, 1
    connection.execute(delete(schema.membership).where(schema.membership.c.face == face))
    if person in known:
        connection.execute(insert(schema.membership).values(face=face, person=person, sure=sure))


def _part(connection: Connection, person: int, faces: Iterable[int], target: int | None, summary: str) -> Action:
    moved = set(_of(connection, person, faces))
    parted = [
        Change(face, person, target, True) if face in moved else Change(face, person, person)
        for face, _ in _members(connection, person)
    ]
    return move(connection, summary, parted)


def _refuse(connection: Connection, face: int, person: int | None) -> None:
    row = schema.rejection.c
    if connection.execute(select(row.face).where(row.face == face, row.person == person)).scalar() is None:
        connection.execute(insert(schema.rejection).values(face=face, person=person))


def _carry_over(connection: Connection, action: Action, persons: Sequence[int], target: int, members: set[int]) -> None:
    """Who is not one of the merged is not all of them."""
    row = schema.rejection.c
    refused = [
        set(connection.execute(select(row.face).where(of)).scalars())
        for of in (row.person.in_(persons), row.person == target)
    ]
    if carried := sorted(refused[0] - refused[1] - members):
        connection.execute(insert(schema.rejection), [{"face": face, "person": target} for face in carried])
        rows = [{"action": action.id, "face": face, "person": target} for face in carried]
        connection.execute(insert(schema.carried), rows)


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


def _count(connection: Connection, person: int | None) -> int:
    row = schema.membership.c
    return connection.execute(select(func.count()).where(row.person == person)).scalar_one()
