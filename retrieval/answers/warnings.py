"""What one should know before believing an answer: that the query contradicts itself, that a condition in it changes
next to nothing on this library, or that a value in it is not read as it may be meant. It knows no table, and says
nothing of how good a model is.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from retrieval.attributes import ATTRIBUTES
from retrieval.columns import bits
from retrieval.columns.codes import bound
from retrieval.errors import either, shown
from retrieval.language.nodes import (
    Camera,
    Columns,
    Folder,
    Leaf,
    Path,
    Person,
    Quantified,
    Query,
    TaggedBy,
    Term,
    children,
    leaves,
    mask,
    without_one,
)
from retrieval.language.photographs import likely
from retrieval.language.terms import quoted, written
from retrieval.spelling import lookalikes

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


class Literally(NamedTuple):
    """A value's characters that are taken as they stand, and the ones of ASCII that each of them looks like."""

    condition: str
    characters: dict[str, str]

    def __str__(self) -> str:
        *others, last = [_looking(*pair) for pair in self.characters.items()]
        which = f"{', '.join(others)} and {last}" if others else last
        return f"In {shown(self.condition)} characters are taken as they stand and as nothing else: {which}."


class Whole(NamedTuple):
    """A pattern without a wildcard matches no path of the library."""

    pattern: str

    def __str__(self) -> str:
        return (
            f"path:{shown(written(self.pattern))} has no star, so it matches a whole path or a whole name at its end, "
            f"and no photograph has that one. Write path:{shown(written(f'*{self.pattern}*'))} for paths with it "
            "anywhere in them."
        )


class Nowhere(NamedTuple):
    """No photograph lies in a folder of that name; `meant` are names that there are."""

    folder: str
    meant: tuple[str, ...]

    def __str__(self) -> str:
        asked = either([f"folder:{shown(quoted(name))}" for name in self.meant]) if self.meant else ""
        meant = f" Did you mean {asked}?" if asked else " Upper and lower case are different there."
        return f"No photograph that is there lies in a folder “{shown(self.folder)[:40]}”.{meant}"


class Slow(NamedTuple):
    """The columns would take `needed` megabytes of memory, of which there are `there`, so the database was asked."""

    needed: float
    there: float

    def __str__(self) -> str:
        return (
            f"The database itself was asked, which takes seconds a million faces: the library's columns would take "
            f"{self.needed:,.0f} MB of memory while they are made, and there are {self.there:,.0f}. How good the "
            "answer should be is not known so. FACEQUERY_COLUMNS=MEGABYTES says how many there are."
        )


Caution = Redundant | Constant | Literally | Whole | Nowhere | Slow


def cautions(tree: Query, columns: Columns) -> list[Caution]:
    """What is to be said of a query on this library: first what holds on any."""
    constant = _constant(tree, columns)
    of_all: list[Caution] = [constant] if constant else list(_redundant(tree, columns))
    return [*of_all, *(caution for leaf in dict.fromkeys(leaves(tree)) for caution in _of_value(leaf, columns))]


def _of_value(leaf: Leaf, columns: Columns) -> Iterator[Literally | Whole | Nowhere]:
    match leaf:
        case Path(value) | Person(value) | TaggedBy(value) | Camera(value) | Folder(value):
            if found := lookalikes(value):
                yield Literally(str(leaf), found)
    if isinstance(leaf, Path) and not _has_wildcard(leaf.pattern) and not bits.count(leaf.bits(columns)):
        yield Whole(leaf.pattern)
    if isinstance(leaf, Folder) and not bits.count(leaf.bits(columns)):
        yield Nowhere(leaf.name, tuple(likely(leaf.name, columns.photographs.paths.folders())))


def _has_wildcard(pattern: str) -> bool:
    return pattern.endswith("/") or any(character in pattern for character in "*?[")


def _redundant(tree: Query, columns: Columns) -> Iterator[Redundant]:
    pruned = list(without_one(tree))
    if len(pruned) > CONDITIONS:
        return
    answer = tree.bits(columns)
    for condition, rest in pruned:
        other = rest.bits(columns)
        changed, either = bits.count(answer ^ other), bits.count(answer | other)
        if either >= ENOUGH and changed <= (1 - NEARLY) * either:
            yield Redundant(str(condition), changed, either)


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


def _looking(character: str, like: str) -> str:
    is_like = f"is no {like}" if like.strip() else "is no plain space" if like else "is not seen"
    return f"“{shown(character)}” (U+{ord(character):04X}), which {is_like}"
