"""Faces forgotten for good: their rows, what people said of them, their vectors, and their photographs where no other
face is left, overwritten in the library's files (`secure_delete`). The photographs themselves are not touched.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, delete, select

from retrieval import barred, cache, inheritance, schema
from retrieval.connections import FILE
from retrieval.generation import advance
from retrieval.store import Editor

WINDOW = 32  # bytes of a vector that are looked for
STEP = 672  # bytes from one such window to the next: four in a vector


@dataclass(frozen=True, slots=True)
class Erased:
    """How many `faces` were forgotten, copies of a photograph included, and how many `photographs` with them.
    `complete` says that afterwards nothing of them was found in the library's files: it is False while somebody still
    reads the state before, and erasing nothing then finishes it.
    """

    faces: int
    photographs: int
    complete: bool


class _Seen(NamedTuple):
    """A face, and where it was seen."""

    face: int
    photo: int
    path: str
    sha256: str


def erase(folder: Path, faces: Sequence[int], *, forget: bool = False) -> Erased:
    """Erases faces by their numbers, those of copies too; with `forget`, the next indexing may bring them back.

    Numbers that are not in the library are passed over. LibraryBusy, LibraryFull.
    """
    with Editor(folder) as editor:
        with editor.transaction() as connection:
            seen = [one for face in sorted(set(faces)) for one in _copies(connection, int(face))]
            needles = [needle for one in seen for needle in _vector(connection, one.face)]
            gone = [one for one in dict.fromkeys(seen) if _erase(connection, one, forget)]
            needles += [os.fsencode(one.path) + one.sha256.encode() for one in gone]  # side by side, as in a row
            if seen:
                advance(connection)
        done = editor.checkpoint()
        for path in (folder / cache.FOLDER).glob("*"):
            path.unlink(missing_ok=True)
        return Erased(len(set(seen)), len(gone), done and not _remains(folder, needles))


def _erase(connection: Connection, one: _Seen, forget: bool) -> bool:
    """Deletes a face; whether its photograph went with it, since it had no other."""
    places = inheritance.places(connection, one.photo)
    alone = len(places) == 1
    if not forget:
        place = next(place for place in places if place.face == one.face)
        barred.bar(connection, one.sha256, None if alone else place)
    person = connection.execute(select(schema.membership.c.person).where(schema.membership.c.face == one.face)).scalar()
    if alone:
        connection.execute(delete(schema.photo).where(schema.photo.c.id == one.photo))
    else:
        connection.execute(delete(schema.face).where(schema.face.c.id == one.face))
    left = select(schema.membership.c.face).where(schema.membership.c.person == schema.person.c.id)
    connection.execute(delete(schema.person).where(schema.person.c.id == person, ~left.exists()))
    return alone


def _copies(connection: Connection, face: int) -> list[_Seen]:
    """The face, and those at the same place of photographs with the same bytes."""
    mine, other, photo = schema.face.alias().c, schema.face.c, schema.photo
    here = photo.alias()
    box = [mine[side] == other[side] for side in ("left", "top", "right", "bottom")]
    joined = schema.face.join(photo, photo.c.id == other.photo).join(here, here.c.sha256 == photo.c.sha256)
    query = select(other.id, photo.c.id, photo.c.path, photo.c.sha256).select_from(joined)
    rows = connection.execute(query.where(mine.id == face, mine.photo == here.c.id, *box).order_by(other.id))
    return [_Seen(*row) for row in rows]


def _vector(connection: Connection, face: int) -> Iterator[bytes]:
    table = schema.embedding.c
    vector: bytes | None = connection.execute(select(table.vector).where(table.face == face)).scalar()
    if vector:
        yield from (vector[start : start + WINDOW] for start in range(0, len(vector), STEP))


def _remains(folder: Path, needles: Sequence[bytes]) -> bool:
    files = (path for name in (FILE, f"{FILE}-wal") if (path := folder / name).is_file())
    return any(needle in content for content in map(Path.read_bytes, files) for needle in needles)
