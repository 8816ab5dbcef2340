"""Why a face matches a query, or does not: every term with its probability, threshold and margin, whether a person's
word decided it, and which single terms would turn the whole answer around.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, select

from retrieval.columns import bits
from retrieval.columns.bits import Ids, Mask
from retrieval.language.nodes import And, Columns, Leaf, Not, Or, Quantified, Query, Term, leaves
from retrieval.tables import schema
from retrieval.tables.snapshot import Snapshot

Decided = Collection[tuple[int, str]]
"""(face, attribute) pairs of which a person has said something."""

_Truths = Mapping[Leaf, Mask]  # of the faces of one photograph


@dataclass(frozen=True, slots=True)
class Reason:
    """One term, asked of one face: the explained one, or within a quantifier any of its photograph.

    `margin` is probability - threshold; all three are None for a term that is simply so or not. `corrected`: a person's
    word decided it. `flips`: were this alone otherwise, the whole answer would be.
    """

    face: int
    term: str
    holds: bool
    flips: bool
    probability: float | None = None
    threshold: float | None = None
    margin: float | None = None
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why `face` matches, or does not. `reasons` are in the order of the query, each term once a face."""

    face: int
    query: str
    matches: bool
    confidence: float
    reasons: tuple[Reason, ...]

    @property
    def flips(self) -> tuple[Reason, ...]:
        """What would turn the answer around, each alone; the least margin first, then what is simply so, then what a
        person said.
        """
        return tuple(sorted((reason for reason in self.reasons if reason.flips), key=_firmness))


def decided(connection: Connection, now: Snapshot, at: Ids) -> Decided:
    """Of which attributes a person has spoken, of any face in the photographs of the faces at those positions."""
    families = [family_of(now.columns, position) for position in at.tolist()]
    faces = {face for family in families for face in now.face_ids[family].tolist()}
    table = schema.correction.c
    spoken = connection.execute(select(table.face, table.attribute))
    return {(face, name) for face, name in spoken if face in faces}


def explain(now: Snapshot, tree: Query, at: Ids, decided: Decided) -> list[Explanation]:
    """An explanation of each of the faces at those positions of the snapshot."""
    asked = list(dict.fromkeys(leaves(tree)))
    families = [family_of(now.columns, position) for position in at.tolist()]
    everyone = np.unique(np.concatenate([*families, np.empty(0, np.int64)]))
    truths = [bits.contains(leaf.bits(now.columns), everyone) for leaf in asked]
    sure = tree.confidence(now.columns, at).tolist()
    explained = []
    for position, family, confidence in zip(at.tolist(), families, sure, strict=True):
        places = np.searchsorted(everyone, family)
        own = {leaf: truth[places] for leaf, truth in zip(asked, truths, strict=True)}
        case = _Case(now, tree, family, family.tolist().index(position), own, decided)
        explained.append(_explanation(case, confidence))
    return explained


class _Case(NamedTuple):
    """A face, at place `me` among the `family` of positions that share its photograph."""

    now: Snapshot
    tree: Query
    family: Ids
    me: int
    truths: _Truths
    decided: Decided


def _explanation(case: _Case, confidence: float) -> Explanation:
    matches = bool(_holds(case.tree, case.truths)[case.me])
    reasons = [_reason(case, leaf, place, matches) for leaf in case.truths for place in _asked_of(case, leaf)]
    return Explanation(_face(case, case.me), str(case.tree), matches, confidence, tuple(reasons))


def _reason(case: _Case, leaf: Leaf, place: int, matches: bool) -> Reason:
    face, holds = _face(case, place), bool(case.truths[leaf][place])
    other = case.truths[leaf].copy()
    other[place] = not holds
    flips = bool(_holds(case.tree, {**case.truths, leaf: other})[case.me]) != matches
    if not isinstance(leaf, Term):
        return Reason(face, str(leaf), holds, flips)
    columns = case.now.columns
    probability = float(columns.of(leaf.name)[case.family[place]])
    _, threshold = leaf.comparison(columns.thresholds)
    corrected = (face, leaf.name) in case.decided
    return Reason(face, str(leaf), holds, flips, probability, threshold, probability - threshold, corrected)


def _asked_of(case: _Case, leaf: Leaf) -> Sequence[int]:
    """Itself alone, unless the term stands within a quantifier."""
    within, without = _places(case.tree)
    if leaf in within:
        return range(len(case.family))
    return [case.me] if leaf in without else []


def _places(node: Query) -> tuple[set[Leaf], set[Leaf]]:
    """The leaves within quantifiers, and those without."""
    match node:
        case Quantified(_, child):
            return set(leaves(child)), set()
        case Not(child):
            return _places(child)
        case And(children) | Or(children):
            both = [_places(child) for child in children]
            return set().union(*(within for within, _ in both)), set().union(*(without for _, without in both))
    return set(), set(leaves(node))


def _holds(node: Query, truths: _Truths) -> Mask:
    """What the query is of each face of a photograph, out of what its leaves are."""
    match node:
        case Not(child):
            return ~_holds(child, truths)
        case And(children):
            return reduce(np.logical_and, [_holds(child, truths) for child in children])
        case Or(children):
            return reduce(np.logical_or, [_holds(child, truths) for child in children])
        case Quantified(quantifier, child):
            of_faces = _holds(child, truths)
            if quantifier == "only":
                return of_faces if np.count_nonzero(of_faces) == 1 else np.zeros_like(of_faces)
            found = {"any": of_faces.any(), "all": of_faces.all(), "none": not of_faces.any()}[quantifier]
            return np.full(len(of_faces), found)
    return truths[node]


def family_of(columns: Columns, position: int) -> Ids:
    """The positions of all faces of its photograph, rising."""
    photographs = columns.photographs
    number = photographs.numbers[position]
    start = np.searchsorted(photographs.numbers, number, sorter=photographs.order)
    return photographs.order[start : start + photographs.faces[number]]


def _face(case: _Case, place: int) -> int:
    return int(case.now.face_ids[case.family[place]])


def _firmness(reason: Reason) -> tuple[bool, float]:
    return reason.corrected, float("inf") if reason.margin is None else abs(reason.margin)
