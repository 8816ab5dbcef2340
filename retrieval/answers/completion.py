"""What can stand at a place of a query that somebody is typing, and how many faces it would leave.

Nothing is offered that the parser would stumble over: it is asked. Faces are counted on the packed sets, so that all
that is offered takes a few milliseconds. It knows no browser.
"""

from collections.abc import Mapping
from functools import reduce
from itertools import chain
from typing import NamedTuple

import numpy as np

from retrieval.answers import candidates
from retrieval.answers.candidates import Candidate
from retrieval.answers.typed import Typed, typed
from retrieval.columns import bits
from retrieval.columns.bits import Words
from retrieval.errors import QueryError
from retrieval.language.cursor import keyword_of
from retrieval.language.nodes import And, Columns, Not, Or, Quantified, Query, children
from retrieval.language.query import parse
from retrieval.language.tokens import tokens

MOST = 12  # offers
COUNTED = 60  # candidates of which the faces are counted before the best are chosen
UNASKED = {"search": 3, "number": 3, "attribute": 6, "field": 5}  # offers of each kind where nothing was typed


class Offer(NamedTuple):
    """What can be written, of which kind it is, what it stands for or finds, and the faces that match then: None where
    that cannot be said yet. `begun`: more has to follow before it is a condition.
    """

    text: str
    kind: candidates.Kind
    meaning: str
    faces: int | None
    begun: bool


class Completions(NamedTuple):
    """What can stand in place of the characters from `start` to `end`, the best first.

    A space parts it from what follows.
    """

    start: int
    end: int
    offers: list[Offer]


def completions(text: str, caret: int, columns: Columns, saved: Mapping[str, str]) -> Completions:
    """For the word before the caret, which counts characters; `saved` are searches by their names."""
    caret = max(0, min(caret, len(text)))
    at = typed(text, caret, columns, saved)
    asked = _Asked(text, at, columns)
    able = [one for one in at.candidates if one.kind == "search" or asked.reads(one)]
    offers = [Offer(one.text, one.kind, one.meaning, None, one.begun) for one in asked.best(able)]
    return Completions(at.start, at.end, [one._replace(faces=asked.faces(one)) for one in offers])


class _Asked:
    """A query with each candidate in its place; what all of these have in common is asked once."""

    def __init__(self, text: str, typed: Typed, columns: Columns) -> None:
        self.columns, self.typed = columns, typed
        self.head, self.tail = text[: typed.start], _parted(text[typed.end :])
        self.sets: dict[Query, Words] = {}
        self.condition, self.operator = _reads(f"{self.head} Male"), _reads(f"{self.head} AND Male")
        self.all_faces = len(columns) if not _unjoined(self.head) else self._count(_closed(_unjoined(self.head)))

    def reads(self, one: Candidate | Offer) -> bool:
        """Whether the parser reads on behind it."""
        if one.begun:
            return self.operator if one.text in candidates.JOINING else self.condition
        return _reads(self.head + one.text)

    def best(self, able: list[Candidate]) -> list[Candidate]:
        """The likest first, among equals those that leave the most faces, and last what leaves none, or changes none.
        Where counting is slow, they stay in the order in which they come.
        """
        able = sorted(able, key=lambda one: one.badness)[:COUNTED]
        if not self._is_slow():
            counts = {one: self.faces(one) for one in able}
            able.sort(key=lambda one: (one.badness, *_usefulness(counts[one], self.all_faces)))
        if self.typed.text or any(one.kind == "value" for one in able):
            return able[:MOST]
        joining, denied = ([one for one in able if (one.text in wanted)] for wanted in (candidates.JOINING, ["NOT"]))
        several = [[one for one in able if one.kind == kind][:most] for kind, most in UNASKED.items()]
        return [*joining, *chain.from_iterable(several), *denied]

    def faces(self, one: Candidate | Offer) -> int | None:
        """How many match the query with it; of one that cannot be read to its end, as far as it goes."""
        if one.begun or one.kind == "search":
            return None if one.begun else self._count(one.meaning)
        whole = self._count(self.head + one.text + self.tail)
        return self._count(_closed(self.head + one.text)) if whole is None else whole

    def _is_slow(self) -> bool:
        try:
            return _has_quantifier(parse(_closed(f"{self.head} Male")))
        except QueryError:
            return False

    def _count(self, text: str) -> int | None:
        try:
            return bits.count(self._set(parse(text)))
        except QueryError:
            return None

    def _set(self, node: Query) -> Words:
        match node:
            case Not(child):
                return bits.complement(self._set(child), len(self.columns))
            case And(several):
                return reduce(np.bitwise_and, map(self._set, several))
            case Or(several):
                return reduce(np.bitwise_or, map(self._set, several))
        if node not in self.sets:
            self.sets[node] = node.bits(self.columns)
        return self.sets[node]


def _usefulness(faces: int | None, all_faces: int | None) -> tuple[int, int]:
    if faces is None:
        return 0, 0
    return (2, 0) if faces == 0 else (1, 0) if faces == all_faces else (0, -faces)


def _has_quantifier(node: Query) -> bool:
    return isinstance(node, Quantified) or any(map(_has_quantifier, children(node)))


def _closed(text: str) -> str:
    """With the parentheses closed that are open at its end."""
    kinds = [token.kind for token in tokens(text)]
    return text + ")" * max(0, kinds.count("(") - kinds.count(")"))


def _unjoined(text: str) -> str:
    """Without what joins it at its end to what is not there yet."""
    found = list(tokens(text))[:-1]
    while found and (found[-1].kind in ("(", ",") or keyword_of(found[-1])):
        found.pop()
    return text[: found[-1].end] if found else ""


def _parted(tail: str) -> str:
    """With a space before it, unless it cannot be taken for a part of what is written there."""
    return f" {tail}" if tail and tail[0] not in ",)" and not tail[0].isspace() else tail


def _reads(text: str) -> bool:
    """Whether it is a query as far as it goes."""
    try:
        parse(_closed(text))
    except QueryError:
        return False
    return True
