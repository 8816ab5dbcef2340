"""What people said of a face goes over to the face that takes its place: the photograph was edited, or looked at again.

Places are compared, not likenesses: a face of the new photograph stands where one of the old stood if their boxes, as
parts of their photographs, overlap by half.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, exists, literal, or_, select, update

from retrieval import schema

OVERLAP = 0.5  # the share of both boxes together that both cover, as detection is judged (PASCAL VOC, 2010)


class Place(NamedTuple):
    """A face and its box, in widths and heights of its photograph (in pixels where they are not known)."""

    face: int
    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)

    def overlap(self, other: "Place") -> float:
        """Intersection over union, 0 to 1."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        shared = max(0.0, width) * max(0.0, height)
        return shared / (self.area + other.area - shared)


def places(connection: Connection, photo: int) -> list[Place]:
    """Where the photograph's faces are."""
    face, about = schema.face.c, schema.photo.c
    columns = (face.id, face.left, face.top, face.right, face.bottom, about.width, about.height)
    rows = connection.execute(select(*columns).join(schema.photo).where(about.id == photo).order_by(face.id))
    return [
        Place(number, left / (width or 1), top / (height or 1), right / (width or 1), bottom / (height or 1))
        for number, left, top, right, bottom, width, height in rows
    ]


def hand_over(connection: Connection, before: Sequence[Place], after: Sequence[Place]) -> None:
    """Gives each face of `after` what was said of the one of `before` that it overlaps most, each used once; one of
    which something is said already, such as a copy, keeps that.
    """
    if not _spoken_of(connection, before):
        return
    pairs = [(old.overlap(new), old.face, new.face) for old in before for new in after]
    heirs = set(_spoken_of(connection, after))
    left: set[int] = set()
    for overlap, old, new in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if overlap >= OVERLAP and old not in left and new not in heirs:
            left.add(old)
            heirs.add(new)
            for table in schema.SAID:
                connection.execute(update(table).where(table.c.face == old).values(face=new))


def _spoken_of(connection: Connection, faces: Sequence[Place]) -> list[int]:
    """Those of the faces of which anything was ever said."""
    if not faces:
        return []
    face = schema.face.c.id
    said = or_(*[exists(select(literal(1)).where(table.c.face == face)) for table in schema.SAID])
    query = select(face).where(face.in_([place.face for place in faces]), said)
    return list(connection.execute(query).scalars())
