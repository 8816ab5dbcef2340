"""What one should know before believing an answer: that the query contradicts itself, or that a condition in it changes
next to nothing on this library. It knows no table, and says nothing of how good a model is.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from retrieval.attributes import ATTRIBUTES
from retrieval.columns import bits
from retrieval.columns.codes import bound
from retrieval.language.nodes import And, Columns, Not, Or, Quantified, Query, Term, children, leaves, mask

NEARLY = 0.98  # Jaccard's index of two answers, from which they count as nearly the same
ENOUGH = 50  # faces in the larger answer; among fewer, an equal answer says little
CONDITIONS = 24  # that are left out in turn; each costs as much as the query
KINDS = 1 << 16  # of faces that a query is tried on


class Redundant(NamedTuple):
    """Without `condition` the answer would be nearly the same: `changed` faces come or go, of the `faces` in either."""

    condition: str
    changed: int
    faces: int

    def __str__(self) -> str:
        changes = f"changes {self.changed:,} of" if self.changed else "changes none of"
        return f"{self.condition} {changes} {self.faces:,} faces: without it, this is nearly the same query."


class Constant(NamedTuple):
    """No face can match the query, or each one does, whatever the library holds."""

    matches: bool

    def __str__(self) -> str:
        if self.matches:
            return "Every face matches this query, whatever it looks like: it leaves nothing out."
        return "No face can match this query: its conditions contradict each other."


Caution = Redundant | Constant


def cautions(tree: Query, columns: Columns) -> list[Caution]:
    """What is to be said of a query on this library: first what holds on any."""
    constant = _constant(tree, columns)
    return [constant] if constant else list(_redundant(tree, columns))


def _redundant(tree: Query, columns: Columns) -> Iterator[Redundant]:
    pruned = list(_without_one(tree))
    if len(pruned) > CONDITIONS:
        return
    answer = tree.bits(columns)
    for condition, rest in pruned:
        other = rest.bits(columns)
        changed, either = bits.count(answer ^ other), bits.count(answer | other)
        if either >= ENOUGH and changed <= (1 - NEARLY) * either:
            yield Redundant(str(condition), changed, either)


def _without_one(node: Query) -> Iterator[tuple[Query, Query]]:
    """Every condition of the query, at any depth, and the query less it."""
    match node:
        case Not(child):
            yield from ((condition, Not(rest)) for condition, rest in _without_one(child))
        case Quantified(quantifier, child):
            yield from ((condition, Quantified(quantifier, rest)) for condition, rest in _without_one(child))
        case And(parts) | Or(parts):
            for at, part in enumerate(parts):
                before, after = parts[:at], parts[at + 1 :]
                others = before + after
                yield part, others[0] if len(others) == 1 else type(node)(others)
                for condition, rest in _without_one(part):
                    yield condition, type(node)((*before, rest, *after))


def _constant(tree: Query, columns: Columns) -> Constant | None:
    """Asks the query of every kind of face that it could tell apart. None for queries that ask for more than
    attributes, and where there are too many kinds.
    """
    if not _is_of_attributes(tree):
        return None
    terms: dict[str, list[Term]] = {}
    for leaf in leaves(tree):
        if isinstance(leaf, Term):
            terms.setdefault(leaf.name, []).append(leaf)
    kinds = [_kinds(several, columns) for several in terms.values()]
    if np.prod([float(len(values)) for values in kinds]) > KINDS:
        return None
    table = np.array(list(product(*kinds)), np.float32)
    probabilities = np.zeros((len(ATTRIBUTES), len(table)), np.float32)
    probabilities[[ATTRIBUTES.index(name) for name in terms]] = table.T
    found = bits.count(tree.bits(Columns.from_probabilities(probabilities, columns.thresholds)))
    return Constant(bool(found)) if found in (0, len(table)) else None


def _is_of_attributes(node: Query) -> bool:
    if isinstance(node, Quantified):
        return False
    return all(map(_is_of_attributes, children(node))) if children(node) else isinstance(node, Term)


def _kinds(terms: list[Term], columns: Columns) -> list[float]:
    """Probabilities of one attribute, one for each way in which its terms can hold or not together."""
    numbers = [number for _, number in (term.comparison(columns.thresholds) for term in terms)]
    edges = {float(bound(operator, number)) for number in numbers for operator in (">=", ">")}
    values = np.array(sorted({0.0, 1.0, *(edge for edge in edges if edge <= 1)}), np.float32)
    faces = Columns.from_probabilities(np.tile(values, (len(ATTRIBUTES), 1)), columns.thresholds)
    held = np.array([mask(term, faces) for term in terms])
    return list({tuple(column): value for column, value in zip(held.T.tolist(), values.tolist(), strict=True)}.values())
