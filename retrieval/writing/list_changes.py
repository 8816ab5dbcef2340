"""Where faces stand on shortlists and what is noted of them, changed in the library's tables: each change is kept with
the action that said it, and what holds when one is undone is found by going through all that was ever said.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from retrieval.tables import schema, shortlists
from retrieval.tables.actions import Action
from retrieval.tables.generation import advance
from retrieval.tables.rows import parts
from retrieval.tables.shortlists import Standing


class Placed(NamedTuple):
    """Where a face stands on a list: `before` and `after`; None is not on it."""

    before: float | None
    after: float | None


class Noted(NamedTuple):
    """What is noted of a face on a list: `before` and `after`; None is nothing."""

    before: str | None
    after: str | None


class Change(NamedTuple):
    """Of one face on one list; what is None is not spoken of."""

    face: int
    placed: Placed | None = None
    noted: Noted | None = None

    @property
    def is_new(self) -> bool:
        """Whether anything is other than before."""
        return any(said is not None and said.before != said.after for said in (self.placed, self.noted))


def say(connection: Connection, action: Action, number: int, changes: Sequence[Change]) -> None:
    """Says changes of faces on the list `number` as part of an action. Also what was so before: it still is when the
    action that said it first is undone.
    """
    advance(connection, faces=False)
    if not changes:
        return
    said = [{"action": action.id, "shortlist": number, **_values(change)} for change in changes]
    connection.execute(insert(schema.shortlist_change), said)
    before = shortlists.places(connection, number, [change.face for change in changes])
    _write(connection, number, {change.face: _after(change, before.get(change.face)) for change in changes})


def undo(connection: Connection, action: Action) -> None:
    """Puts every face of an action that is undone where the others have it."""
    row = schema.shortlist_change.c
    cells: dict[int, list[int]] = defaultdict(list)
    for number, face in connection.execute(select(row.shortlist, row.face).where(row.action == action.id)):
        cells[number].append(face)
    for number, faces in cells.items():
        before = shortlists.places(connection, number, faces)
        words = _words(connection, number, faces)
        _write(connection, number, {face: _restored(words[face], before.get(face)) for face in faces})


def _words(connection: Connection, number: int, faces: Sequence[int]) -> Mapping[int, list[Any]]:
    """All that was ever said of faces on a list, in that order."""
    change, made = schema.shortlist_change, schema.action.c
    query = select(change, made.undone).join_from(change, schema.action).where(change.c.shortlist == number)
    words: dict[int, list[Any]] = defaultdict(list)
    for part in parts(faces):
        for word in connection.execute(query.where(change.c.face.in_(part)).order_by(change.c.action)):
            words[word.face].append(word)
    return words


def _restored(words: Sequence[Any], now: Standing | None) -> Standing | None:
    """Where a face stands by all that was said of it, and what is noted. To be moved, or noted, is not to be put there:
    it says nothing of a face that is not on the list.
    """
    placed, noted = [word for word in words if word.placed], [word for word in words if word.noted]
    place = placed[0].place_before if placed else now and now.place
    text = noted[0].note_before if noted else now and now.note
    for word in (word for word in placed if not word.undone):
        moves = None not in (word.place_before, word.place_after) and word.place_before != word.place_after
        place = place if moves and place is None else word.place_after
    for word in (word for word in noted if not word.undone):
        text = word.note_after
    return None if place is None else Standing(place, text)


def _values(change: Change) -> dict[str, object]:
    placed, noted = change.placed or Placed(None, None), change.noted or Noted(None, None)
    return {
        "face": change.face,
        **{"placed": int(change.placed is not None), "place_before": placed.before, "place_after": placed.after},
        **{"noted": int(change.noted is not None), "note_before": noted.before, "note_after": noted.after},
    }


def _after(change: Change, now: Standing | None) -> Standing | None:
    place = change.placed.after if change.placed else now and now.place
    text = change.noted.after if change.noted else now and now.note
    return None if place is None else Standing(place, text)


def _write(connection: Connection, number: int, faces: Mapping[int, Standing | None]) -> None:
    """Puts each face where it belongs on a list; without a place it is not on it."""
    on = schema.shortlisted.c
    for part in parts(list(faces)):
        connection.execute(delete(schema.shortlisted).where(on.shortlist == number, on.face.in_(part)))
    rows = [{"shortlist": number, "face": face, **kept._asdict()} for face, kept in faces.items() if kept is not None]
    if rows:
        connection.execute(insert(schema.shortlisted), rows)
