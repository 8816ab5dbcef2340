"""What was erased and may not come back. Photographs are remembered by a keyed hash of their sha256, so that nobody
learns from it which they are; faces of a photograph that shows others too, by their place in it.
"""

import hmac
from dataclasses import replace

from sqlalchemy import Connection, insert, select

from retrieval import schema
from retrieval.generation import state
from retrieval.inheritance import OVERLAP, Place
from retrieval.records import Face, Photo


class Barred:
    """As it was when this was made."""

    def __init__(self, connection: Connection) -> None:
        row = schema.erased.c
        self._key = _key(connection)
        self._places: dict[str, list[Place | None]] = {}
        for mac, left, *rest in connection.execute(select(row.mac, row.left, row.top, row.right, row.bottom)):
            self._places.setdefault(mac, []).append(None if left is None else Place(0, left, *rest))

    def whole(self, sha256: str | None) -> bool:
        """Whether nothing of a photograph with these bytes may come back."""
        return None in self._of(sha256)

    def without(self, photo: Photo) -> Photo | None:
        """The photograph without the faces that were erased from it; None where nothing is left to keep."""
        places = self._of(photo.sha256)
        if not places:
            return photo
        if None in places:
            return None
        left = tuple(face for face in photo.faces if not any(_lies_at(face, photo, place) for place in places))
        return replace(photo, faces=left) if left else None

    def _of(self, sha256: str | None) -> list[Place | None]:
        return self._places.get(_mac(self._key, sha256), []) if self._places and sha256 else []


def bar(connection: Connection, sha256: str, place: Place | None) -> None:
    """Keeps a face, or with None the whole photograph, from coming back."""
    box = {} if place is None else dict(zip(("left", "top", "right", "bottom"), place[1:], strict=True))
    connection.execute(insert(schema.erased).values(mac=_mac(_key(connection), sha256), **box))


def _lies_at(face: Face, photo: Photo, place: Place | None) -> bool:
    left, top, right, bottom = face.box
    width, height = photo.width or 1, photo.height or 1
    here = Place(0, left / width, top / height, right / width, bottom / height)
    return place is not None and here.overlap(place) >= OVERLAP


def _key(connection: Connection) -> bytes:
    return state(connection).identity.encode()


def _mac(key: bytes, sha256: str) -> str:
    return hmac.digest(key, sha256.encode(), "sha256").hex()
