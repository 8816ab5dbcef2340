"""One face looked at closely: all faces of its photograph and who they are, what the model said and what people said.

It ranks no faces; what a photograph looks like is not its business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from retrieval.answers import answers, by_number, explain
from retrieval.answers.answers import Hit
from retrieval.answers.explain import Explanation
from retrieval.attributes import JUDGEMENTS, UNRELIABLE
from retrieval.columns.bits import Ids
from retrieval.language.nodes import Query, Term, leaves
from retrieval.likeness.folding import SAME
from retrieval.likeness.vectors import Vectors
from retrieval.tables import closely, photographs
from retrieval.tables.closely import Who
from retrieval.tables.photographs import Photograph
from retrieval.tables.snapshot import Snapshot
from retrieval.writing import corrections

SUREST = 3  # attributes that stand for a face
SAYING_LITTLE = frozenset({"No_Beard", "Blurry"})  # of a face: what is not there, and what the picture is like
MOST = 100  # near-identical faces that are counted


@dataclass(frozen=True, slots=True)
class Beside:
    """A face of the photograph: `who` it is, if anybody; `surest` a few attributes it has, first those that were asked
    for, then the surest of those that are no opinions; `matches` whether it answers the query, None without one.
    """

    hit: Hit
    who: Who | None
    surest: tuple[str, ...]
    matches: bool | None


@dataclass(frozen=True, slots=True)
class Closeup:
    """`hit` is the face and `faces` are all of its `photograph`, from left to right, itself too. `predicted` are the
    model's own numbers, `thresholds` from when on an attribute counts as seen, and `said` what people said. Of a query
    it is the `explanation`.
    """

    hit: Hit
    photograph: Photograph
    faces: tuple[Beside, ...]
    predicted: dict[str, float]
    thresholds: Mapping[str, float]
    said: dict[str, bool]
    explanation: Explanation | None


def closeup(connection: Connection, now: Snapshot, face: int, tree: Query | None) -> Closeup:
    """Of a face, and what it is to a query; NoSuchFace."""
    at = int(by_number.positions(now, [face])[0])
    family = explain.family_of(now.columns, at)
    hits = answers.hits(connection, now, family, [1.0] * len(family))
    why = _explained(connection, now, tree, family)
    asked = [leaf.name for leaf in leaves(tree) if isinstance(leaf, Term)] if tree else []
    known, limits = closely.who(connection, [hit.face for hit in hits]), now.columns.thresholds
    matches = [one.matches for one in why] if why else [None] * len(hits)
    beside = [
        Beside(hit, known.get(hit.face), surest(hit.attributes, limits, asked), holds)
        for hit, holds in zip(hits, matches, strict=True)
    ]
    mine = [hit.face for hit in hits].index(face)
    return Closeup(
        hits[mine],
        photographs.of_faces(connection, [face])[face],
        tuple(sorted(beside, key=lambda one: one.hit.box)),
        closely.predicted(connection, face),
        limits,
        corrections.of_face(connection, face),
        why[mine] if why else None,
    )


def surest(
    attributes: Mapping[str, float], thresholds: Mapping[str, float], first: Iterable[str] = ()
) -> tuple[str, ...]:
    """A few of the attributes that are at or above their thresholds: those of `first`, then the surest of all that are
    neither opinions nor doubtful labels and say something.
    """
    has = [name for name, value in attributes.items() if value >= thresholds[name]]
    plain = [name for name in has if name not in JUDGEMENTS | UNRELIABLE | SAYING_LITTLE]
    plain.sort(key=lambda name: (thresholds[name] - attributes[name]) / max(1 - thresholds[name], 1e-9))
    return tuple(dict.fromkeys([*(name for name in first if name in has), *plain]))[:SUREST]


def repeats(vectors: Vectors, face: int) -> int:
    """How many other faces are near-identical to it, MOST at most."""
    at = vectors.positions([face])[0]
    found = vectors.search(np.array(vectors.matrix[at]), MOST + 1)
    return sum(other != face and cosine >= SAME for other, cosine in zip(found.ids, found.cosines, strict=True))


def _explained(connection: Connection, now: Snapshot, tree: Query | None, family: Ids) -> list[Explanation] | None:
    if tree is None:
        return None
    return explain.explain(now, tree, family, explain.decided(connection, now, family))
