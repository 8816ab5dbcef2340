"""Groups found anew, and how they are written into the library's tables: what people said holds, and a group keeps the
number that most of its faces had. How groups are found is `grouping`'s.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, or_, select

from retrieval.likeness.doubts import Known
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.grouping import Pairs, Rejections, Saying, grouped
from retrieval.tables import schema
from retrieval.tables.generation import advance
from retrieval.writing import apart

Group = tuple[list[int], int | None]


def regroup(
    connection: Connection, faces: Sequence[int], vectors: Floats, alike: float, found: Pairs | None = None
) -> int:
    """Groups `faces`, whose unit vectors are float32[n, 512] and their pairs `found`, anew; returns how many groups
    there are.
    """
    at = {face: position for position, face in enumerate(faces)}
    known = {face: (person, sure) for face, person, sure in connection.execute(select(schema.membership))}
    said = {at[face]: person for face, (person, sure) in known.items() if sure and face in at}
    told = apart.others(connection)
    rejected = _rejected(connection, at, told, {face: person for face, (person, _) in known.items()})
    groups = grouped(vectors, alike, said, rejected, found, _placed(told, at))
    before = {at[face]: person for face, (person, _) in known.items() if face in at}
    rows = [
        {"face": faces[position], "person": person, "sure": 0}
        for (positions, _), person in zip(groups, _numbered(connection, groups, before, rejected), strict=True)
        for position in positions
        if position not in said
    ]
    _write(connection, rows)
    return len(groups)


def known_of(connection: Connection, faces: Sequence[int]) -> Known:
    """What is known of `faces`, by their positions."""
    at = {face: position for position, face in enumerate(faces)}
    person = schema.person.c
    whose = {face: of for face, of, _ in connection.execute(select(schema.membership))}
    named = connection.execute(select(person.id).where(person.name.is_not(None))).scalars()
    told = apart.others(connection)
    groups = {at[face]: of for face, of in whose.items() if face in at}
    return Known(groups, _rejected(connection, at, told, whose), set(named), _placed(told, at))


def _rejected(connection: Connection, at: Mapping[int, int], told: Rejections, whose: Saying) -> dict[int, set[int]]:
    """Whose face each position is said not to be; it is not theirs either who has a face that it was told from, and
    that is not among the positions, since its photograph is missing.
    """
    rejected: dict[int, set[int]] = defaultdict(set)
    for face, person in connection.execute(select(schema.rejection.c.face, schema.rejection.c.person)):
        if face in at:
            rejected[at[face]].add(person)
    for face, others in told.items():
        if face in at and (away := {whose[other] for other in others if other in whose and other not in at}):
            rejected[at[face]] |= away
    return rejected


def _placed(told: Rejections, at: Mapping[int, int]) -> Rejections:
    """The same by positions, of the faces that have one."""
    return {at[face]: [at[other] for other in others if other in at] for face, others in told.items() if face in at}


def _numbered(
    connection: Connection, groups: Sequence[Group], before: dict[int, int], rejected: Mapping[int, set[int]]
) -> list[int]:
    """The person each group is: who was said, else whose faces it has the most of, else a new one."""
    numbers = {at: person for at, (_, person) in enumerate(groups) if person is not None}
    taken = set(numbers.values())
    for _, person, at in sorted(_claims(groups, before, rejected)):
        if at not in numbers and person not in taken:
            numbers[at] = person
            taken.add(person)
    new = iter(_new(connection, len(groups) - len(numbers)))
    return [numbers[at] if at in numbers else next(new) for at in range(len(groups))]


def _claims(
    groups: Sequence[Group], before: dict[int, int], rejected: Mapping[int, set[int]]
) -> list[tuple[int, int, int]]:
    """How many of a person's faces a group has, negated, for all persons that none of the group is said not to be."""
    claims = []
    for at, (positions, said) in enumerate(groups):
        if said is None:
            barred = set[int]().union(*(rejected.get(position, ()) for position in positions))
            shared = Counter(before[position] for position in positions if position in before)
            claims += [(-count, person, at) for person, count in shared.items() if person not in barred]
    return claims


def _new(connection: Connection, count: int) -> list[int]:
    if not count:
        return []
    added = insert(schema.person).returning(schema.person.c.id)
    return sorted(connection.execute(added, [{"name": None}] * count).scalars())


def _write(connection: Connection, rows: Sequence[dict[str, int]]) -> None:
    member, face = schema.membership.c, schema.face.c
    shown = select(face.id).join_from(schema.face, schema.photo).where(schema.photo.c.missing == 0)
    connection.execute(delete(schema.membership).where(member.sure == 0, member.face.in_(shown)))
    there = set(connection.execute(shown).scalars())  # an indexer may have replaced some meanwhile
    if kept := [row for row in rows if row["face"] in there]:
        connection.execute(insert(schema.membership), kept)
    _sweep(connection)
    advance(connection, faces=False)


def _sweep(connection: Connection) -> None:
    """Forgets persons of whom nothing is left to say."""
    person = schema.person.c
    told = [schema.person_change.c.before, schema.person_change.c.after, schema.membership.c.person]
    spoken_of = or_(*[person.id.in_(select(column).where(column.is_not(None))) for column in told])
    refused = person.id.in_(select(schema.rejection.c.person))
    connection.execute(delete(schema.person).where(person.name.is_(None), ~spoken_of, ~refused))
