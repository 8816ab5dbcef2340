"""An answer to a query: which faces match, in what order, and how good that should be, read for a page. How likeness is
answered is `similar`'s business, and opening the library `library`'s.
"""

from dataclasses import dataclass
from typing import get_args

import numpy as np
from sqlalchemy import Connection

from retrieval.answers import answers, front, ranking
from retrieval.answers.answers import Answer, Facets
from retrieval.answers.estimate import Expected, expected
from retrieval.answers.ranking import Sort
from retrieval.attributes import ATTRIBUTES
from retrieval.columns import bits
from retrieval.columns.codes import Floats
from retrieval.columns.columns import Columns
from retrieval.language.nodes import Query, Term, leaves, mask
from retrieval.language.query import Parsed
from retrieval.tables.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for (None is every face), and which page of it. ValueError for a page that cannot be."""

    query: Parsed | None
    limit: int | None
    offset: int
    sort: Sort
    precision: float | None

    def __post_init__(self) -> None:
        limit, offset, sort = self.limit, self.offset, self.sort
        if offset < 0 or (limit is not None and limit < 0) or sort not in get_args(Sort):
            raise ValueError(f"There is no page {limit=}, {offset=}, {sort=}.")
        if self.precision is not None and not 0 <= self.precision <= 1:
            raise ValueError(f"A precision lies between 0 and 1, so {self.precision} is none.")


def answer(connection: Connection, now: Snapshot, wanted: Wanted) -> Answer:
    """The page that is asked for, out of the state that the transaction sees."""
    page, hope = _page(now, wanted)
    hits = answers.hits(connection, now, page.positions, page.scores.tolist())
    text = None if wanted.query is None else wanted.query.text
    return Answer(text, page.total, hits, now.state.generation, expected=hope)


def matching(now: Snapshot, node: Query) -> list[int]:
    """The numbers of all faces that match, rising."""
    numbers: list[int] = now.face_ids[mask(node, now.columns)].tolist()
    return numbers


def facets(columns: Columns, query: Parsed | None) -> Facets:
    """How many of the faces that match (None: of all) have each of the 40 attributes."""
    found = bits.everything(len(columns)) if query is None else query.tree.bits(columns)
    counts = {name: bits.count(found & columns.at_threshold(name)) for name in ATTRIBUTES}
    return Facets(None if query is None else query.text, bits.count(found), counts)


def _page(now: Snapshot, wanted: Wanted) -> tuple[ranking.Page, Expected | None]:
    """The page, and what is to be expected of all that match."""
    tree, offset = None if wanted.query is None else wanted.query.tree, wanted.offset
    stop = None if wanted.limit is None else offset + wanted.limit
    by_sureness = wanted.sort == "confidence" and wanted.precision is None
    if by_sureness and tree is not None and stop is not None and front.is_for(tree, stop):
        return front.front(now.columns, tree, tree.bits(now.columns), offset, stop)
    confidence = np.ones(len(now), np.float32) if tree is None else tree.confidence(now.columns)
    words = ranking.matching(now, tree, confidence, wanted.precision)
    return ranking.page(now, words, confidence, wanted.sort, offset, stop), _hope(tree, words, confidence)


def _hope(tree: Query | None, words: bits.Words, confidence: Floats) -> Expected | None:
    """None where no attribute is asked for: what is simply so needs no guess."""
    if tree is None or not any(isinstance(leaf, Term) for leaf in leaves(tree)):
        return None
    return expected(confidence[bits.unpack(words, len(confidence))], confidence)
