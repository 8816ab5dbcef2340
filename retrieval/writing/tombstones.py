"""What was erased and may not come back. Photographs are remembered by a keyed hash of their sha256, faces of a
photograph that shows others too by their place in it. The key lies in the same library: nobody learns from a mark what
was erased, but whoever has the picture and the library can tell that it was.
"""

import hmac
from dataclasses import replace

from sqlalchemy import Connection, delete, insert, select

from retrieval.tables import schema
from retrieval.tables.generation import state
from retrieval.tables.records import Photo
from retrieval.writing.regions import Region, lies_at


class Barred:
    """As it was when this was made."""

    def __init__(self, connection: Connection) -> None:
        row = schema.erased.c
        self._key = _key(connection)
        self._places: dict[str, list[Region | None]] = {}
        for mac, left, *rest in connection.execute(select(row.mac, row.left, row.top, row.right, row.bottom)):
            self._places.setdefault(mac, []).append(None if left is None else Region(0, left, *rest))

    def __bool__(self) -> bool:
        """Whether there is anything that may not come back."""
        return bool(self._places)

    def whole(self, sha256: str | None) -> bool:
        """Whether nothing of a photograph with these bytes may come back."""
        return None in self._of(sha256)

    def places(self, sha256: str | None) -> tuple[Region, ...]:
        """Where in a photograph with these bytes faces lay that may not come back."""
        return tuple(place for place in self._of(sha256) if place is not None)

    def without(self, photo: Photo) -> Photo | None:
        """The photograph without the faces that were erased from it; None where nothing is left to keep."""
        if self.whole(photo.sha256):
            return None
        size = (photo.width, photo.height)
        places = self.places(photo.sha256)
        left = tuple(face for face in photo.faces if not lies_at(face.box, *size, places))
        if len(left) == len(photo.faces):
            return photo
        return replace(photo, faces=left) if left else None

    def _of(self, sha256: str | None) -> list[Region | None]:
        return self._places.get(_mac(self._key, sha256), []) if self._places and sha256 else []


def bar(connection: Connection, sha256: str, place: Region | None) -> None:
    """Keeps a face, or with None the whole photograph, from coming back."""
    box = {} if place is None else dict(zip(("left", "top", "right", "bottom"), place[1:], strict=True))
    connection.execute(insert(schema.erased).values(mac=_mac(_key(connection), sha256), **box))


def forget(connection: Connection) -> list[str]:
    """Lets all of it come back; returns the hashes that are forgotten, one for each photograph or face."""
    marks = list(connection.execute(select(schema.erased.c.mac)).scalars())
    connection.execute(delete(schema.erased))
    return marks


def _key(connection: Connection) -> bytes:
    return state(connection).identity.encode()


def _mac(key: bytes, sha256: str) -> str:
    return hmac.digest(key, sha256.encode(), "sha256").hex()
