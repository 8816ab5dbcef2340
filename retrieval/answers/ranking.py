"""A page of the matching faces: the surest first, or by path, or the newest first: as they were added, or as they were
taken. It reads no table.
"""

from typing import Literal, NamedTuple

import numpy as np

from retrieval.answers.estimate import surest
from retrieval.columns import bits
from retrieval.columns.bits import Ids
from retrieval.columns.codes import Floats
from retrieval.language.nodes import Query
from retrieval.tables.snapshot import Snapshot

Sort = Literal["confidence", "path", "added", "taken"]


class Page(NamedTuple):
    """`positions` in the snapshot, in order, each with its confidence; `total` matching faces in all."""

    total: int
    positions: Ids
    scores: Floats


def matching(now: Snapshot, tree: Query | None, confidence: Floats, precision: float | None) -> bits.Words:
    """The faces that match; with `precision` only the surest, of which that share is expected to be right."""
    words = bits.everything(len(now)) if tree is None else tree.bits(now.columns)
    if precision is None:
        return words
    found = bits.positions(words, len(now))
    kept = np.zeros(len(now), np.bool_)
    kept[found] = surest(confidence[found], precision)
    return bits.pack(kept)


def page(now: Snapshot, words: bits.Words, confidence: Floats, sort: Sort, start: int, stop: int | None) -> Page:
    """Of the faces in `words` those from place `start` up to `stop` (None: the end); equally sure ones by number."""
    if sort == "confidence":
        found = bits.positions(words, len(now))
        scores = confidence[found]
        best = best_first(scores, stop)[start:]
        return Page(len(found), found[best], scores[best])
    found = _in_order(now, words, sort)
    wanted = found[start:stop]
    return Page(len(found), wanted, confidence[wanted])


def best_first(scores: Floats, count: int | None) -> Ids:
    """The places of the `count` (None: all) highest scores, falling; equal ones in the order of their places."""
    if count is None or count >= len(scores):
        return np.argsort(-scores, kind="stable")
    if count == 0:
        return np.empty(0, np.int64)
    last = np.partition(scores, -count)[-count]
    above = np.flatnonzero(scores > last)
    ties = np.flatnonzero(scores == last)[: count - len(above)]
    return np.concatenate([above[np.argsort(-scores[above], kind="stable")], ties])


def _in_order(now: Snapshot, words: bits.Words, sort: Sort) -> Ids:
    order = {"path": now.by_path, "added": now.by_added, "taken": now.by_taken}[sort]
    found: Ids = order[bits.unpack(words, len(now))[order]]
    return found
