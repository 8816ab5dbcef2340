"""What people said of a face goes over to the face that takes its place: the photograph was edited, or looked at again.

A face of the new photograph stands where one of the old stood if their boxes, as parts of their photographs, overlap by
half; and unless it is the very same picture, the two must be alike, or a stranger would inherit a name.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, exists, literal, or_, select, update

from retrieval.tables import schema

OVERLAP = 0.5  # the share of both boxes together that both cover, as detection is judged (PASCAL VOC, 2010)
# A cosine that, by the weights, 3 to 14 % of pairs of strangers in CelebA reach, and all faces made darker or brighter,
# cut, mirrored or saved as a poor JPEG; of those made grey, at least three of four.
LIKENESS = 0.5


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


def hand_over(
    connection: Connection, before: Sequence[Place], after: Sequence[Place], *, same_bytes: bool = False
) -> None:
    """Gives each face of `after` what was said of the one of `before` that it overlaps most, each used once; one of
    which something is said already, such as a copy, keeps that. Without `same_bytes` the two must be alike, too.
    """
    if not _spoken_of(connection, before):
        return
    pairs = [
        (overlap, old.face, new.face)
        for old in before
        for new in after
        if (overlap := old.overlap(new)) >= OVERLAP and (same_bytes or _alike(connection, old.face, new.face))
    ]
    heirs = set(_spoken_of(connection, after))
    left: set[int] = set()
    for _, old, new in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if old not in left and new not in heirs:
            left.add(old)
            heirs.add(new)
            for table in schema.SAID:
                connection.execute(update(table).where(table.c.face == old).values(face=new))


def _alike(connection: Connection, one: int, other: int) -> bool:
    """Whether the two faces' embeddings are; those of two models cannot be compared."""
    face, vector = schema.face.c, schema.embedding.c.vector
    query = select(face.model, vector).join_from(schema.face, schema.embedding).where(face.id.in_([one, other]))
    models, vectors = zip(*connection.execute(query), strict=True)
    first, second = (np.frombuffer(vector, "<f4") for vector in vectors)
    return models[0] == models[1] and float(first @ second) >= LIKENESS


def _spoken_of(connection: Connection, faces: Sequence[Place]) -> list[int]:
    """Those of the faces of which anything was ever said."""
    if not faces:
        return []
    face = schema.face.c.id
    said = or_(*[exists(select(literal(1)).where(table.c.face == face)) for table in schema.SAID])
    query = select(face).where(face.in_([place.face for place in faces]), said)
    return list(connection.execute(query).scalars())
