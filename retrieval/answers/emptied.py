"""Where a query finds nothing: which condition of it to drop, or which threshold to move and how far, and how many
faces there are then. It knows no table.
"""

import math
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from retrieval.columns import bits
from retrieval.language.editing import Branch, put
from retrieval.language.nodes import And, Columns, Not, Or, Query, Term, children, without_one

CONDITIONS = 64  # that are left out in turn, each for the price of the query
FARTHEST = 0.25  # that a threshold is moved; beyond it, the condition is hardly the same


class Dropped(NamedTuple):
    """Without `condition` the query is `rest`, which `faces` match."""

    condition: str
    rest: str
    faces: int


class Moved(NamedTuple):
    """With `instead` in place of `condition` the query is `rest`, which `faces` match."""

    condition: str
    instead: str
    rest: str
    faces: int


def dropped(tree: Query, columns: Columns) -> list[Dropped]:
    """The conditions without which some face matches a query that none does, that of the most faces first. Empty where
    any face matches, and where no one condition is to blame.
    """
    if bits.count(tree.bits(columns)):
        return []
    pruned = dict.fromkeys(islice(without_one(tree), CONDITIONS))
    tried = [Dropped(str(condition), str(rest), bits.count(rest.bits(columns))) for condition, rest in pruned]
    return sorted((one for one in tried if one.faces), key=lambda one: -one.faces)


def moved(tree: Query, columns: Columns) -> list[Moved]:
    """The thresholds that a face misses by little, each moved so far that one matches or more, that of the least way
    first. Empty where any face matches, and where no one threshold is to blame.
    """
    if bits.count(tree.bits(columns)):
        return []
    tried = {_moved(tree, columns, *found) for found in islice(_terms(tree), CONDITIONS)}
    return [one for _, one in sorted(found for found in tried if found)]


def _moved(tree: Query, columns: Columns, place: Branch, term: Term, wanted: bool) -> tuple[float, Moved] | None:
    """With how far the threshold has to move; None where that is of no use. A term that is not `wanted` is in a NOT."""
    compare, number = term.comparison(columns.thresholds)
    from_above = compare in (">", ">=")
    granted = put(tree, place, Term(term.name, ">=" if wanted else "<", 0.0))
    at = bits.positions(granted.bits(columns), len(columns))
    if not len(at):
        return None
    missed = columns.of(term.name)[at]
    if from_above == wanted:
        nearest = math.floor(float(missed.max()) * 100) / 100
    else:
        nearest = (math.floor(float(missed.min()) * 100) + 1) / 100
    new = Term(term.name, ">=" if from_above else "<", nearest)
    rest = put(tree, place, new)
    faces = bits.count(rest.bits(columns))
    way = round(abs(nearest - number), 4)
    if not faces or nearest > 1 or way > FARTHEST:
        return None
    said = (str(term), str(new)) if wanted else (f"NOT {term}", f"NOT {new}")
    return way, Moved(*said, str(rest), faces)


def _terms(node: Query, place: Branch = (), wanted: bool = True) -> Iterator[tuple[Branch, Term, bool]]:
    """Every attribute that is asked of the face itself, with its place, and whether it is to hold."""
    if isinstance(node, Term):
        yield place, node, wanted
    elif isinstance(node, And | Or | Not):
        for number, child in enumerate(children(node)):
            yield from _terms(child, (*place, number), wanted != isinstance(node, Not))
