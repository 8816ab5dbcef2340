"""The surest faces of a query of attributes, and how good all of its answer should be, in one pass over the columns: a
block of faces at a time, so that what is computed of them stays in the processor's cache. It reads no table.

`ranking` and `estimate` say the same of any query and any page, in several passes.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from retrieval.answers.estimate import Expected
from retrieval.answers.ranking import Page, best_first
from retrieval.columns import bits
from retrieval.columns.codes import Floats
from retrieval.columns.columns import Columns
from retrieval.language.nodes import And, Not, Or, Query, Term, children

BLOCK = 1 << 16  # faces
MOST = 1024  # faces that are wanted; of more of them ranking all at once is no slower


def is_for(tree: Query, stop: int) -> bool:
    """Whether the first `stop` faces of a query can be had here."""
    return 0 < stop <= MOST and _is_of_attributes(tree)


def front(columns: Columns, tree: Query, words: bits.Words, start: int, stop: int) -> tuple[Page, Expected]:
    """Of the faces in `words`, which match the tree, those from place `start` up to `stop`, the surest first, and what
    is to be expected of all.
    """
    total, least, right, there = bits.count(words), np.float32(1), 0.0, 0.0
    found, scores = np.empty(0, np.int64), np.empty(0, np.float32)
    for begin, confidence, inside in _blocks(columns, tree, words):
        of_inside = confidence * inside
        there += float(confidence.sum())
        right += float(confidence @ inside)
        least = min(least, np.float32(1) + (of_inside - inside).min())  # of those outside it is 0, of those inside less
        enough = len(found) >= stop  # then equally sure ones come too late
        better = np.flatnonzero(of_inside > scores[-1] if enough else inside)
        found, scores = np.append(found, better + begin), np.append(scores, confidence[better])
        best = best_first(scores, stop)
        found, scores = found[best], scores[best]
    return Page(total, found[start:], scores[start:]), _expected(total, right, there, least)


def _blocks(columns: Columns, tree: Query, words: bits.Words) -> Iterator[tuple[int, Floats, Floats]]:
    """The first face of each block, the confidence of each face, and 1 for those in `words`, else 0."""
    for begin in range(0, len(columns), BLOCK):
        part = replace(columns, probabilities=columns.probabilities[:, begin : begin + BLOCK])
        own = words[begin // bits.WIDTH : (begin + BLOCK) // bits.WIDTH]
        yield begin, tree.confidence(part), bits.unpack(own, len(part)).astype(np.float32)


def _expected(total: int, right: float, there: float, least: np.float32) -> Expected:
    return Expected(right / total if total else None, right / there if there else None, float(least) if total else None)


def _is_of_attributes(tree: Query) -> bool:
    """Whether the confidence of a face follows from its own probabilities alone."""
    return isinstance(tree, Term) or (isinstance(tree, And | Or | Not) and all(map(_is_of_attributes, children(tree))))
