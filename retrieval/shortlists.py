"""The shortlists of a library: faces in an order, each with a note, kept under a name.

Made by `Library.shortlists`. A list is called by its name, in any case. Every change is one action that `Library.undo`
takes back. A face whose photograph is missing stays on its lists.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from retrieval.tables import shortlists
from retrieval.tables.actions import Action
from retrieval.tables.shortlists import Entry, Shortlist
from retrieval.writing import list_names, shortlisting

Opened = Callable[[], AbstractContextManager[Connection]]


class Shortlists:
    """Those of one open library: `reading` and `editing` open its transactions. Whatever changes them raises
    LibraryBusy, and NoSuchShortlist, NoSuchFace or NotThatShortlist, with nothing changed; None is that it was so.
    """

    def __init__(self, reading: Opened, editing: Opened) -> None:
        self._reading = reading
        self._editing = editing

    def listed(self) -> list[Shortlist]:
        """Every shortlist, in the order of the names."""
        with self._reading() as connection:
            return shortlists.listed(connection)

    def shortlist(self, name: str) -> Shortlist:
        """One of them; NoSuchShortlist."""
        with self._reading() as connection:
            number, _ = list_names.known(connection, name)
            return next(one for one in shortlists.listed(connection) if one.id == number)

    def entries(self, name: str, limit: int | None = None, offset: int = 0) -> list[Entry]:
        """Who is on a list, in its order: `limit` faces at most behind the first `offset`; NoSuchShortlist."""
        with self._reading() as connection:
            return shortlists.entries(connection, list_names.known(connection, name)[0], limit, offset)

    def create(self, name: str) -> Action:
        """A list without a face."""
        with self._editing() as connection:
            return shortlisting.create(connection, name)

    def add(self, name: str, faces: Iterable[int], note: str | None = None) -> Action | None:
        """Puts faces on a list, in this order behind those that are there, and notes something of them if that is
        given. A list that is not there is made.
        """
        with self._editing() as connection:
            return shortlisting.add(connection, name, faces, note)

    def remove(self, name: str, faces: Iterable[int]) -> Action:
        """Takes faces off a list, and what was noted of them there."""
        with self._editing() as connection:
            return shortlisting.remove(connection, name, faces)

    def note(self, name: str, faces: Iterable[int], text: str | None) -> Action | None:
        """Notes something of faces on a list in place of what was noted before; nothing if there is no text."""
        with self._editing() as connection:
            return shortlisting.note(connection, name, faces, text)

    def move(self, name: str, faces: Iterable[int], to: int) -> Action | None:
        """Has faces of a list stand one behind the other, the first of them at place `to`, counted from 1."""
        with self._editing() as connection:
            return shortlisting.move(connection, name, faces, to)

    def rename(self, name: str, to: str) -> Action | None:
        """Calls a list otherwise."""
        with self._editing() as connection:
            return shortlisting.rename(connection, name, to)

    def copy(self, name: str, to: str) -> Action:
        """A new list of the same faces in the same order, with the same notes."""
        with self._editing() as connection:
            return shortlisting.copy(connection, name, to)

    def delete(self, name: str) -> Action:
        """Deletes a list with what is noted in it; no face of the library is touched."""
        with self._editing() as connection:
            return shortlisting.remove_list(connection, name)
