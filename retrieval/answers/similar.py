"""An answer about likeness: which faces are nearest to the examples, inside a query, read for a page. How they are
found is `vectors`' business, and opening the library `library`'s.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection, select

from retrieval.answers import answers
from retrieval.answers.answers import Answer
from retrieval.columns.bits import Mask
from retrieval.language.nodes import mask
from retrieval.language.query import Parsed
from retrieval.likeness import folding
from retrieval.likeness.examples import Examples
from retrieval.likeness.pgvector_index import Served
from retrieval.likeness.recognition import Meaning
from retrieval.likeness.vectors import Nearest, Vectors
from retrieval.tables import schema
from retrieval.tables.rows import parts
from retrieval.tables.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Within:
    """Among which faces to look: those of `query` (None is all), without `excluded`, at most `limit` of them; with
    `fold`, near-identical ones count as one. `by` is what likeness means.
    """

    query: Parsed | None
    excluded: frozenset[int]
    limit: int
    fold: bool
    by: Meaning = "look"

    def __post_init__(self) -> None:
        if self.limit < 0:
            raise ValueError(f"The limit is {self.limit}; give 0 or more.")


def answer(
    connection: Connection,
    now: Snapshot,
    vectors: Vectors | Served,
    like: Examples,
    within: Within,
    looks: Vectors | None,
) -> Answer:
    """The faces nearest to the examples, the likest first, and how many there are to choose from; those that have none
    of the `vectors` are counted. With the `looks` of all faces, those that look near-identical are folded.
    """
    allowed, matching = _allowed(now, within)
    allowed, total = _having(now, vectors, allowed, matching)

    def ask(count: int) -> Nearest:
        return vectors.search(like.direction(), count, allowed)

    if looks is not None:
        found, counts = folding.folded(ask, within.limit, looks, lambda faces: _sources(connection, faces))
    else:
        found, counts = ask(within.limit), []
    hits = answers.hits(connection, now, np.searchsorted(now.face_ids, found.ids), found.cosines)
    if looks is not None:
        hits = [replace(hit, count=count) for hit, count in zip(hits, counts, strict=True)]
    text = None if within.query is None else within.query.text
    return Answer(text, total, hits, now.state.generation, recall=found.recall, undescribed=matching - total)


def _allowed(now: Snapshot, within: Within) -> tuple[Mask | None, int]:
    """Which faces may be answered (None: all), and how many those are."""
    allowed = None if within.query is None else mask(within.query.tree, now.columns).copy()
    left_out = [at for face in within.excluded if (at := now.position(face)) is not None]
    if left_out:
        allowed = np.ones(len(now), np.bool_) if allowed is None else allowed
        allowed[left_out] = False
    return allowed, len(now) if allowed is None else int(np.count_nonzero(allowed))


def _having(now: Snapshot, vectors: Vectors | Served, allowed: Mask | None, matching: int) -> tuple[Mask | None, int]:
    """The same of the faces that have one of the vectors."""
    if len(vectors.face_ids) == len(now):
        return allowed, matching
    if allowed is None:
        return None, len(vectors.face_ids)
    allowed = allowed[np.searchsorted(now.face_ids, vectors.face_ids)]
    return allowed, int(np.count_nonzero(allowed))


def _sources(connection: Connection, faces: Iterable[int]) -> list[Hashable]:
    """For each face the bytes of its photograph and its place in it."""
    numbers = list(faces)
    face, photo = schema.face.c, schema.photo.c
    query = select(face.id, photo.sha256, face.left, face.top, face.right, face.bottom).join_from(
        schema.face, schema.photo
    )
    known: dict[int, Hashable] = {}
    for part in parts(numbers):
        rows = connection.execute(query.where(face.id.in_(part)))
        known.update((number, tuple(source)) for number, *source in rows)
    return [known[number] for number in numbers]
