"""The descriptors that a library lacks: which faces have none yet, and how those that were made of them are kept.

It makes none, and from one batch to the next it holds nothing: others ask and write meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from retrieval.likeness.faiss_index import Floats
from retrieval.tables import schema
from retrieval.tables.generation import advance
from retrieval.tables.portraits import Portrait, portraits
from retrieval.tables.records import check_direction
from retrieval.tables.rows import parts, present
from retrieval.tables.schema import DESCRIBED

Opened = Callable[[], AbstractContextManager[Connection]]


class Describing:
    """The faces without a descriptor of that `name` in one open library, whose transactions `reading` and `editing`
    open; made by `Library.describing`.
    """

    def __init__(self, reading: Opened, editing: Opened, name: str) -> None:
        self.name = name
        self._reading = reading
        self._editing = editing

    def lacking(self) -> int:
        """How many faces have none; those of missing photographs do not count, since nobody could look at them."""
        with self._reading() as connection:
            count: int = connection.execute(present(func.count()).where(*self._wanted())).scalar_one()
            return count

    def portraits(self) -> Iterator[Portrait]:
        """Every photograph with such faces, and these faces alone, a bounded number in memory."""
        last = 0
        while True:
            with self._reading() as connection:
                page = portraits(connection, last, *self._wanted())
            yield from page
            if not page:
                return
            last = page[-1].photo

    def keep(self, made: Mapping[int, Floats]) -> int:
        """Keeps descriptors float32[128] of faces by their numbers, in one transaction; returns of how many. Faces that
        are gone by now are passed over. LibraryBusy; ValueError for what is none.
        """
        for vector in made.values():
            check_direction(vector, DESCRIBED)
        with self._editing() as connection:
            there = _there(connection, list(made))
            rows = [{"face": face, "name": self.name, "vector": made[face].astype("<f4").tobytes()} for face in there]
            for part in parts(there):
                connection.execute(delete(schema.descriptor).where(schema.descriptor.c.face.in_(part)))
            if rows:
                connection.execute(insert(schema.descriptor), rows)
                advance(connection, altered=False)
            return len(rows)

    def _wanted(self) -> tuple[ColumnElement[bool], ...]:
        mine = select(schema.descriptor.c.face).where(schema.descriptor.c.name == self.name)
        return schema.photo.c.missing == 0, schema.face.c.id.not_in(mine)


def _there(connection: Connection, faces: list[int]) -> list[int]:
    face = schema.face.c.id
    found = (connection.execute(select(face).where(face.in_(part))).scalars() for part in parts(faces))
    return [number for numbers in found for number in numbers]
