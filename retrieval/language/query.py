"""The query language: text in, a tree of nodes out, or an error that says where and what was probably meant.

    query := and (OR and)*       and := not (AND? not)*       not := NOT not | [any|all|none|only] "(" query ")" | leaf
    leaf  := attribute [(">" | ">=" | "<" | "<=") number]  |  path:"glob"  |  faces ("=" | "<" | ...) n
           | corrected  |  model:name  |  person:name  |  list:name  |  folder:name  |  taken:date[..date]
           | camera:name  |  near:north,east,radius

    Big_Nose AND NOT Eyeglasses       And(Term(Big_Nose), Not(Term(Eyeglasses)))
    big nose smiling > 0.9            And(Term(Big_Nose), Term(Smiling, ">", 0.9)): any spelling, AND may be left out
    a OR b AND c                      Or(a, And(b, c))
    taken:2023-05..2023-08            Taken((2023, 5), (2023, 8)): from the first of May to the end of August
    only(Smiling) path:*/2024/*       And(Quantified(only, Term(Smiling)), Path("*/2024/*"))   # and a comment

Limits are checked while parsing, before any recursion that they guard against, and lie below those of SQLite and
SQLAlchemy (RELIABILITY, section 6). Leaves are read by `leaves`, their words stand in `fields`.
"""

from dataclasses import dataclass
from functools import lru_cache

from retrieval.errors import QueryError
from retrieval.language.cursor import Cursor, keyword_of
from retrieval.language.fields import named
from retrieval.language.leaves import leaf
from retrieval.language.nodes import And, Columns, Not, Or, Query, Term, depth, leaves
from retrieval.language.tokens import Token

__all__ = ["And", "Columns", "Not", "Or", "Parsed", "Query", "Term", "parse", "parsed"]

CHARACTERS = 4096
TERMS = 256
DEPTH = 16
REMEMBERED = 256  # queries; what is not one is read again each time, for its error


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query as it was written, and its tree: for whoever asks several things of one query."""

    text: str
    tree: Query

    @property
    def attributes(self) -> set[str]:
        """All attributes that it speaks of."""
        return {leaf.name for leaf in leaves(self.tree) if isinstance(leaf, Term)}


def parsed(query: str | Parsed) -> Parsed:
    """Reads a query, unless it was read before; QueryError."""
    return Parsed(query, parse(query)) if isinstance(query, str) else query


def parse(text: str) -> Query:
    """Reads a query; raises QueryError for everything that is not one."""
    if len(text) > CHARACTERS:
        problem = f"The query has {len(text):,} characters; {CHARACTERS:,} is the limit."
        raise QueryError(problem, text, CHARACTERS)
    return _parsed(text)


@lru_cache(maxsize=REMEMBERED)
def _parsed(text: str) -> Query:
    return _Parser(text).query()


class _Parser:
    """A method for each rule of the grammar, and the counters of its limits."""

    def __init__(self, text: str) -> None:
        self.cursor = Cursor(text)
        self.terms = 0
        self.nesting = 0

    def query(self) -> Query:
        if self.cursor.token.kind == "end":
            raise QueryError("The query is empty; name an attribute, such as Smiling.", self.cursor.text, 0)
        node = self.either()
        self.cursor.expect("end", "This parenthesis was never opened.")
        return node

    def either(self) -> Query:
        start = self.cursor.token
        children = [self.both()]
        while self.cursor.accept("OR"):
            children.append(self.both())
        if len(children) == 1:
            return children[0]
        flat = [part for child in children for part in (child.children if isinstance(child, Or) else [child])]
        return self.bounded(Or(tuple(flat)), start)

    def both(self) -> Query:
        start = self.cursor.token
        children = [self.single()]
        while self.cursor.accept("AND") or self.begins_another():
            children.append(self.single())
        if len(children) == 1:
            return children[0]
        flat = [part for child in children for part in (child.children if isinstance(child, And) else [child])]
        return self.bounded(And(tuple(flat)), start)

    def single(self) -> Query:
        start = self.cursor.token
        if self.cursor.accept("NOT"):
            self.enter(start)
            child = self.single()
            self.nesting -= 1
            return self.bounded(Not(child), start)
        if start.kind == "(":
            return self.group()
        quantifier = named(start.text, "quantifier")
        if quantifier is not None and self.cursor.following().kind == "(":
            self.cursor.take()
            return self.bounded(quantifier.node(quantifier.name, self.group()), start)
        return self.leaf()

    def group(self) -> Query:
        opening = self.cursor.take()
        self.enter(opening)
        node = self.either()
        if self.cursor.token.kind == "end":
            raise self.cursor.error("This parenthesis is never closed.", opening)
        self.cursor.expect(")", "")
        self.nesting -= 1
        return node

    def leaf(self) -> Query:
        start = self.cursor.token
        node = leaf(self.cursor)
        self.terms += 1
        if self.terms > TERMS:
            raise self.cursor.error(f"The query has more than {TERMS} terms.", start)
        return node

    def begins_another(self) -> bool:
        token = self.cursor.token
        return token.kind in ("(", "field") or (token.kind == "word" and keyword_of(token) in (None, "NOT"))

    def enter(self, token: Token) -> None:
        self.nesting += 1
        if self.nesting > DEPTH:
            raise self.cursor.error(f"The query is nested more than {DEPTH} deep.", token)

    def bounded(self, node: Query, start: Token) -> Query:
        if depth(node) > DEPTH:
            raise self.cursor.error(f"The query is nested more than {DEPTH} deep.", start)
        return node
