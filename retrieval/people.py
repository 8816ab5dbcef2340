"""The people of a library: groups of faces that are one person, found by likeness and set right by hand.

Made by `Library.people`. Every change is one action that `Library.undo` takes back; grouping anew keeps all of them.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager

from sqlalchemy import Connection

from retrieval.errors import NoSuchPerson
from retrieval.likeness import grouping
from retrieval.likeness.faiss_index import Floats
from retrieval.likeness.grouping import ALIKE
from retrieval.tables.actions import Action
from retrieval.writing import membership, regrouping
from retrieval.writing.membership import Person

Opened = Callable[[], AbstractContextManager[Connection]]
Embeddings = Callable[[], tuple[list[int], Floats]]


class People:
    """The persons of one open library: `reading` and `editing` open its transactions, `embeddings` gives its faces and
    their vectors float32[n, 512]. Whatever changes them raises LibraryBusy, and NoSuchPerson for a number without
    faces.
    """

    def __init__(self, reading: Opened, editing: Opened, embeddings: Embeddings) -> None:
        self._reading = reading
        self._editing = editing
        self._embeddings = embeddings

    def listed(self) -> list[Person]:
        """Every person, the one with the most faces first."""
        with self._reading() as connection:
            return membership.listed(connection)

    def person(self, number: int) -> Person:
        """One person; NoSuchPerson."""
        for person in self.listed():
            if person.id == number:
                return person
        raise NoSuchPerson(f"There is no group {number}; `facequery people` lists them.")

    def told_apart(self, number: int) -> set[int]:
        """The numbers of the groups that this one was said not to be, by a split or a rejection of a face of either."""
        with self._reading() as connection:
            return membership.told_apart(connection, number)

    def group(self, alike: float = ALIKE) -> int:
        """Groups all faces anew, by a mean cosine of at least `alike`, and returns how many groups there are.

        To find who resembles whom takes the longest (`likeness.nearest` says how long), and keeps nobody from writing.
        """
        faces, vectors = self._embeddings()
        found = grouping.pairs(vectors)
        with self._editing() as connection:
            return regrouping.regroup(connection, faces, vectors, alike, found)

    def name(self, number: int, called: str) -> Action:
        """Says who a group is, and so that all its faces are that person; its number stays. NotThatPerson for no name,
        or another's.
        """
        with self._editing() as connection:
            return membership.name(connection, number, called)

    def merge(self, *numbers: int) -> Action:
        """Says that groups are one person: the first that has a name, else the first of them."""
        with self._editing() as connection:
            return membership.merge(connection, numbers)

    def split(self, number: int, faces: Iterable[int]) -> Action:
        """Says that faces of a group are another person; NotThatPerson for a face that is not in it."""
        with self._editing() as connection:
            return membership.split(connection, number, faces)

    def reject(self, number: int, faces: Iterable[int]) -> Action:
        """Says that faces of a group are not that person, for good; NotThatPerson for a face that is not in it."""
        with self._editing() as connection:
            return membership.reject(connection, number, faces)
