"""What a person says of a face's attributes. It outranks every model (`schema.probability`, `snapshot`), and nothing
said is lost: all of it is kept with the action that said it, so that any action can be undone in any order.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, delete, insert, select

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import LibraryChanged, NoSuchFace, UnknownAttribute
from retrieval.language.names import recognise, suggest
from retrieval.tables import actions, schema
from retrieval.tables.actions import Action
from retrieval.tables.generation import advance
from retrieval.tables.rows import parts

Said = Mapping[str, bool | None]
"""Attribute -> has it (True), has it not (False), or take back what was said (None)."""


class Change(NamedTuple):
    """One attribute of one face: what was said `before` and `after`; None is nothing."""

    face: int
    attribute: str
    before: bool | None
    after: bool | None


def checked(said: Said) -> dict[str, bool | None]:
    """With the attributes' own names; UnknownAttribute, and ValueError for a value that is no True, False or None."""
    for name, value in said.items():
        if value is not None and not isinstance(value, bool | np.bool_):
            raise ValueError(f"A correction of {name} is True, False or None, not {value!r}.")
    return {attribute(name): None if value is None else bool(value) for name, value in said.items()}


def attribute(name: str) -> str:
    """The attribute that `name` spells, in any way a query may; UnknownAttribute."""
    words = name.split()
    found = recognise(words)
    if found is not None and found[1] == len(words):
        return found[0]
    raise UnknownAttribute(name, tuple(meant for meant in suggest(words or [""])[0] if meant in ATTRIBUTES))


def correct(
    connection: Connection, faces: Iterable[int], said: Said, why: str = "", announced: int | None = None
) -> Action | None:
    """Says it of each of the faces, as one action; None if all of it was said before. `why` ends the summary.

    NoSuchFace, and nothing is changed, if one of them is not in the library; LibraryChanged if there are not as many as
    were `announced`.
    """
    words, faces = checked(said), list(faces)
    if announced not in (None, len(faces)):
        raise LibraryChanged(f"It is {len(faces):,} faces by now, and not {announced:,}: look again, then say it.")
    return apply(connection, {int(face): words for face in faces}, _spelled(words), why)


def apply(connection: Connection, said: Mapping[int, Said], what: str, why: str = "") -> Action | None:
    """As `correct`, with words of its own for each face, `checked` already."""
    check_faces(connection, sorted(said))
    before = _standing(connection, sorted(said))
    changes = [
        Change(face, name, before.get((face, name)), value)
        for face, values in sorted(said.items())
        for name, value in values.items()
    ]
    new = [change for change in changes if change.before != change.after]
    if not new:
        return None
    number = len({change.face for change in new})
    summary = f"{what}: {number:,} face{'' if number == 1 else 's'}{why}"
    action = actions.record(connection, "correct", summary, number)
    # Also what was said before: it still holds when the action that said it first is undone.
    connection.execute(insert(schema.correction_change), [{"action": action.id, **c._asdict()} for c in changes])
    _write(connection, new, action.made)
    return action


def undo(connection: Connection, action: Action) -> list[Change]:
    """Takes an action back: what holds then is what the last action that is not undone said of the same attribute of
    the same face, so later words stand. The action is marked, and what changed is returned.
    """
    actions.mark_undone(connection, action)
    restored = _restored(connection, action)
    standing = _standing(connection, sorted({face for face, _ in restored}))
    cells = ((cell, standing.get(cell), value) for cell, value in restored.items())
    changes = [Change(*cell, before, after) for cell, before, after in cells if before != after]
    _write(connection, changes, action.made)
    return changes


def of_face(connection: Connection, face: int) -> dict[str, bool]:
    """What was said of a face."""
    return {name: value for (_, name), value in sorted(_standing(connection, [int(face)]).items())}


def _restored(connection: Connection, action: Action) -> dict[tuple[int, str], bool | None]:
    """What every cell that `action` changed holds, going through all that was ever said of it."""
    mine, every, made = schema.correction_change.alias(), schema.correction_change, schema.action
    same = (mine.c.face == every.c.face) & (mine.c.attribute == every.c.attribute)
    columns = (every.c.face, every.c.attribute, every.c.before, every.c.after, made.c.undone)
    joined = mine.join(every, same).join(made, made.c.id == every.c.action)
    query = select(*columns).select_from(joined).where(mine.c.action == action.id).order_by(every.c.action)
    cells: dict[tuple[int, str], bool | None] = {}
    for face, name, before, after, undone in connection.execute(query):
        cells.setdefault((face, name), _truth(before))
        if not undone:
            cells[face, name] = _truth(after)
    return cells


def _write(connection: Connection, changes: Sequence[Change], made: int) -> None:
    table = schema.correction
    for name in sorted({change.attribute for change in changes}):
        for part in parts([change.face for change in changes if change.attribute == name]):
            connection.execute(delete(table).where(table.c.attribute == name, table.c.face.in_(part)))
    rows = [
        {"face": c.face, "attribute": c.attribute, "value": int(c.after), "made": made}
        for c in changes
        if c.after is not None
    ]
    if rows:
        connection.execute(insert(table), rows)
    if changes:
        advance(connection, faces=False)


def _standing(connection: Connection, faces: Sequence[int]) -> dict[tuple[int, str], bool]:
    table = schema.correction.c
    return {
        (face, name): bool(value)
        for part in parts(faces)
        for face, name, value in connection.execute(
            select(table.face, table.attribute, table.value).where(table.face.in_(part))
        )
    }


def check_faces(connection: Connection, faces: Sequence[int]) -> None:
    """NoSuchFace if one of them is not in the library; missing ones are."""
    face = schema.face.c.id
    known: set[int] = set()
    for part in parts(faces):
        known.update(connection.execute(select(face).where(face.in_(part))).scalars())
    if unknown := [number for number in faces if number not in known]:
        others = f" and {len(unknown) - 1:,} others" if len(unknown) > 1 else ""
        raise NoSuchFace(f"The library has no face {unknown[0]}{others}. Look it up again with `facequery find`.")


def _truth(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _spelled(said: Said) -> str:
    words = {True: "", False: "NOT ", None: "nothing said of "}
    return ", ".join(f"{words[value]}{name}" for name, value in said.items())
