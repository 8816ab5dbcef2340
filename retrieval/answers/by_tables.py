"""What a query finds, asked of the database itself: for a library whose columns do not fit into memory. Which faces
match, their number and their order by path or date it says; how sure each is follows from its photograph alone, read
some photographs at a time. The answers are those of the columns, thousands of times as late.

How good an answer is expected to be is not said: that takes the confidence of every face.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, case, func

from retrieval.answers import answers, ranking
from retrieval.answers.answers import Answer, Facets
from retrieval.answers.estimate import surest
from retrieval.answers.listing import Asked, Listing
from retrieval.answers.matches import Wanted
from retrieval.answers.ranking import Sort
from retrieval.attributes import ATTRIBUTES
from retrieval.columns.bits import Ids
from retrieval.columns.codes import Floats
from retrieval.language.nodes import Camera, Query, Term, leaves
from retrieval.language.query import Parsed
from retrieval.tables import sayings, schema, snapshot
from retrieval.tables.generation import state
from retrieval.tables.rows import chunks, parts, present


def count(connection: Connection, tree: Query | None) -> int:
    """How many faces match; QueryError."""
    found: int = connection.execute(_matching(connection, tree, func.count())).scalar_one()
    return found


def matching(connection: Connection, tree: Query) -> list[int]:
    """The numbers of all faces that match, rising; QueryError."""
    found: list[int] = np.concatenate([*_numbers(connection, tree, "confidence"), _NONE]).tolist()
    return found


def facets(connection: Connection, query: Parsed | None) -> Facets:
    """See `matches.facets`."""
    limits, tree = snapshot.limits(connection), None if query is None else query.tree
    has = [func.coalesce(func.sum(case((Term(name).sql(limits), 1), else_=0)), 0) for name in ATTRIBUTES]
    total, *counts = connection.execute(_matching(connection, tree, func.count(), *has)).one()
    counted = dict(zip(ATTRIBUTES, map(int, counts), strict=True))
    return Facets(None if query is None else query.text, int(total), counted)


def answer(connection: Connection, wanted: Wanted) -> Answer:
    """See `matches.answer`."""
    tree, start = None if wanted.query is None else wanted.query.tree, wanted.offset
    stop = None if wanted.limit is None else start + wanted.limit
    if wanted.precision is not None or stop is None:
        faces, scores = _every(connection, tree, wanted.sort, wanted.precision)
        total = len(faces)
    else:
        total = count(connection, tree)
        faces, scores = _first(connection, tree, wanted.sort, min(stop, total))
    faces, scores = faces[start:stop], scores[start:stop]
    around = snapshot.holding(connection, faces.tolist())
    hits = answers.hits(connection, around, np.searchsorted(around.face_ids, faces), scores.tolist())
    text = None if wanted.query is None else wanted.query.text
    return Answer(text, total, hits, around.state.generation)


def listing(connection: Connection, asked: Asked) -> Listing:
    """See `retrieval.answers.listing`."""
    tree = None if asked.query is None else asked.query.tree
    return Listing(*_every(connection, tree, asked.sort, asked.precision), state(connection).generation)


def cameras(connection: Connection, tree: Query) -> list[str]:
    """Those of the library, if the query asks for one: to find them takes a look at every photograph."""
    return sayings.cameras(connection) if asks_for_cameras(tree) else []


def asks_for_cameras(tree: Query | None) -> bool:
    return tree is not None and any(isinstance(leaf, Camera) for leaf in leaves(tree))


def _matching(connection: Connection, tree: Query | None, *columns: Any) -> Select[Any]:
    """A query over the faces that match; QueryError for a name that the library does not know: no SQL says that."""
    query = present(*columns)
    if tree is None:
        return query
    tree.bits(snapshot.some(connection, [], cameras(connection, tree)).columns)
    return query.where(tree.sql(snapshot.limits(connection)))


def _numbers(connection: Connection, tree: Query | None, sort: Sort, stop: int | None = None) -> Iterator[Ids]:
    """Those of the faces that match, in an order which the database knows, some at a time; by number for the surest."""
    face, photo = schema.face.c.id, schema.photo.c
    order = {
        "confidence": (face,),
        "path": (photo.path, face),
        "added": (photo.added.desc(), face.desc()),
        "taken": (photo.taken.desc().nulls_last(), photo.path, face),
    }[sort]
    for rows in chunks(connection, _matching(connection, tree, face).order_by(*order).limit(stop)):
        yield np.array([number for (number,) in rows], np.int64)


def _every(connection: Connection, tree: Query | None, sort: Sort, precision: float | None) -> tuple[Ids, Floats]:
    """All faces that match in their order, or the surest of them, and how sure each is."""
    faces = np.concatenate([*_numbers(connection, tree, sort), _NONE])
    score = _score(connection, tree)
    some = [score(np.array(part)) for part in parts(faces.tolist())]
    scores = np.concatenate([*some, np.empty(0, np.float32)])
    if precision is not None:
        kept = surest(scores, precision)
        faces, scores = faces[kept], scores[kept]
    order = ranking.best_first(scores, None) if sort == "confidence" else np.arange(len(faces))
    return faces[order], scores[order]


def _first(connection: Connection, tree: Query | None, sort: Sort, stop: int) -> tuple[Ids, Floats]:
    """So many of them, and no more in memory than these and what comes at once."""
    ordered = sort != "confidence" or tree is None
    score, found, scores = _score(connection, tree), _NONE, np.empty(0, np.float32)
    for faces in _numbers(connection, tree, sort, stop if ordered else None):
        found, scores = np.append(found, faces), np.append(scores, score(faces))
        if not ordered:
            best = ranking.best_first(scores, stop)
            found, scores = found[best], scores[best]
    return found, scores


def _score(connection: Connection, tree: Query | None) -> Callable[[Ids], Floats]:
    """How sure each of so many faces is, float32[n]."""
    if tree is None:
        return lambda faces: np.ones(len(faces), np.float32)
    known = cameras(connection, tree)

    def score(faces: Ids) -> Floats:
        around = snapshot.holding(connection, faces.tolist(), known)
        return tree.confidence(around.columns, np.searchsorted(around.face_ids, faces))

    return score


_NONE = np.empty(0, np.int64)
