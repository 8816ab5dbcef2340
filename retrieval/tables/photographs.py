"""The photographs in which faces were found: what is known of the files, for whoever writes about them elsewhere."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, select

from retrieval.tables import schema
from retrieval.tables.rows import LARGEST, damaged, parts


class Photograph(NamedTuple):
    """A photograph as it was when its faces were found; `width` and `height` in pixels, upright; `size` in bytes."""

    id: int
    path: str
    sha256: str
    width: int
    height: int
    size: int


def of_faces(connection: Connection, faces: Iterable[int]) -> dict[int, Photograph]:
    """Each face's photograph; one that is not in the library is left out."""
    numbers = sorted({int(face) for face in faces})
    photo, face = schema.photo.c, schema.face.c
    columns = (face.id, photo.id, photo.path, photo.sha256, photo.width, photo.height, photo.size)
    query = select(*columns).join_from(schema.face, schema.photo)
    found = {
        number: Photograph(*about)
        for part in parts(numbers)
        for number, *about in connection.execute(query.where(face.id.in_(part)))
    }
    sides = [side or 0 for about in found.values() for side in (about.width, about.height)]
    if not all(0 < side < LARGEST for side in sides):
        raise damaged("a photograph that was read has no size")
    return found
