"""Faces put on shortlists, taken off, moved and noted, in the library's tables: all of it is kept with the action that
said it, so that any action can be undone in any order. What lists are called is `list_names`'s.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from retrieval.errors import NotThatShortlist, shown
from retrieval.tables import actions, shortlists
from retrieval.tables.actions import Action
from retrieval.tables.generation import advance
from retrieval.tables.schema import NOTE
from retrieval.writing import list_changes, list_names, ordering
from retrieval.writing.corrections import check_faces
from retrieval.writing.list_changes import Change, Noted, Placed


def create(connection: Connection, called: str) -> Action:
    """A list without a face; NotThatShortlist for no name, or one that is another's."""
    called = list_names.free(connection, called)
    action = actions.record(connection, "lists", f"new list {called}", 0)
    list_names.call(connection, action, list_names.new(connection), called)
    advance(connection, faces=False)
    return action


def add(connection: Connection, called: str, faces: Iterable[int], text: str | None = None) -> Action | None:
    """Puts faces behind those that are on the list, which is made if there is none, and notes a text of them if one is
    given; None if all of it was said before.
    """
    numbers, text = _known(connection, faces), _checked(text)
    there = list_names.found(connection, called)
    number, name = there or (None, list_names.free(connection, called))
    before = shortlists.places(connection, number) if number is not None else {}
    behind = ordering.behind(
        {face: kept.place for face, kept in before.items()}, [f for f in numbers if f not in before]
    )
    changes = [_added(face, before.get(face), behind, text) for face in numbers]
    if number is not None and not any(change.is_new for change in changes):
        return None
    count = sum(change.is_new for change in changes)
    action = actions.record(connection, "lists", f"{_faces(count)} to {'the' if there else 'a new'} list {name}", count)
    if number is None:
        number = list_names.new(connection)
        list_names.call(connection, action, number, name)
    list_changes.say(connection, action, number, changes)
    return action


def remove(connection: Connection, called: str, faces: Iterable[int]) -> Action:
    """Takes faces off a list; NotThatShortlist for one that is not on it."""
    number, name = list_names.known(connection, called)
    changes = _leaving(_on(connection, number, name, faces))
    action = actions.record(connection, "lists", f"{_faces(len(changes))} off the list {name}", len(changes))
    list_changes.say(connection, action, number, changes)
    return action


def note(connection: Connection, called: str, faces: Iterable[int], text: str | None) -> Action | None:
    """Notes something of faces on a list, or nothing; None if that was noted before. NotThatShortlist."""
    (number, name), text = list_names.known(connection, called), _checked(text)
    there = _on(connection, number, name, faces)
    changes = [Change(face, None, Noted(kept.note, text)) for face, kept in there.items()]
    count = sum(change.is_new for change in changes)
    if not count:
        return None
    action = actions.record(connection, "lists", f"noted of {_faces(count)} on the list {name}", count)
    list_changes.say(connection, action, number, changes)
    return action


def move(connection: Connection, called: str, faces: Iterable[int], to: int) -> Action | None:
    """Has faces stand one behind the other, the first at place `to` of the list, counted from 1; None if they do.
    NotThatShortlist.
    """
    number, name = list_names.known(connection, called)
    chosen = list(_on(connection, number, name, faces))
    places = {face: kept.place for face, kept in shortlists.places(connection, number).items()}
    new = ordering.moved(places, chosen, to)
    if sorted(places, key=lambda face: (new.get(face, places[face]), face)) == list(places):
        return None
    action = actions.record(connection, "lists", f"{_faces(len(chosen))} moved in the list {name}", len(chosen))
    changes = [Change(face, Placed(places[face], place)) for face, place in new.items() if places[face] != place]
    list_changes.say(connection, action, number, changes)
    return action


def rename(connection: Connection, called: str, to: str) -> Action | None:
    """Calls a list otherwise; None if it is called so. NoSuchShortlist, NotThatShortlist."""
    number, name = list_names.known(connection, called)
    to = list_names.free(connection, to, number)
    if to == name:
        return None
    action = actions.record(connection, "lists", f"the list {name} is called {to}", 0)
    list_names.call(connection, action, number, to)
    advance(connection, faces=False)
    return action


def copy(connection: Connection, called: str, to: str) -> Action:
    """A new list of the same faces in the same order, with the same notes. NoSuchShortlist, NotThatShortlist."""
    number, name = list_names.known(connection, called)
    to, there = list_names.free(connection, to), shortlists.places(connection, number)
    action = actions.record(connection, "lists", f"the list {name} copied to {to}: {_faces(len(there))}", len(there))
    made = list_names.new(connection)
    list_names.call(connection, action, made, to)
    list_changes.say(
        connection, action, made, [_added(face, None, {face: kept.place}, kept.note) for face, kept in there.items()]
    )
    return action


def remove_list(connection: Connection, called: str) -> Action:
    """Deletes a list with all that is noted in it; NoSuchShortlist."""
    number, name = list_names.known(connection, called)
    there = shortlists.places(connection, number)
    action = actions.record(connection, "lists", f"the list {name} deleted: {_faces(len(there))}", len(there))
    list_names.call(connection, action, number, None)
    list_changes.say(connection, action, number, _leaving(there))
    return action


def undo(connection: Connection, action: Action) -> None:
    """Takes an action back: of each of its faces holds then what the last action that is not undone said, and so of the
    lists' names; later words stand. NotThatShortlist if a name is another's by now.
    """
    actions.mark_undone(connection, action)
    list_changes.undo(connection, action)
    list_names.undo(connection, action)
    advance(connection, faces=False)


def _added(face: int, now: shortlists.Standing | None, behind: dict[int, float], text: str | None) -> Change:
    place = now.place if now else behind[face]
    noted = None if text is None else Noted(now and now.note, text)
    return Change(face, Placed(now and now.place, place), noted)


def _leaving(there: dict[int, shortlists.Standing]) -> list[Change]:
    """The note goes with the face."""
    return [
        Change(face, Placed(kept.place, None), None if kept.note is None else Noted(kept.note, None))
        for face, kept in there.items()
    ]


def _on(connection: Connection, number: int, name: str, faces: Iterable[int]) -> dict[int, shortlists.Standing]:
    """Those faces, in the order in which they were said; NotThatShortlist for one that is not on the list, or none."""
    wanted = list(dict.fromkeys(int(face) for face in faces))
    there = shortlists.places(connection, number, wanted)
    if strange := [face for face in wanted if face not in there]:
        raise NotThatShortlist(f"Face {strange[0]} is not on the list {shown(name)}; `facequery list` shows who is.")
    if not wanted:
        raise NotThatShortlist(f"Say which faces of the list {shown(name)} are meant.")
    return {face: there[face] for face in wanted}


def _known(connection: Connection, faces: Iterable[int]) -> list[int]:
    numbers = list(dict.fromkeys(int(face) for face in faces))
    check_faces(connection, numbers)
    return numbers


def _checked(text: str | None) -> str | None:
    """A note as it is kept: nothing for an empty one; NotThatShortlist."""
    text = (text or "").strip()
    if len(text) > NOTE or text != shown(text):
        raise NotThatShortlist(f"A note has up to {NOTE:,} printable characters, in one line.")
    return text or None


def _faces(count: int) -> str:
    return f"{count:,} face{'' if count == 1 else 's'}"
