"""A search as a URL: what is asked, in which order, which page of it, and which face it should resemble.

Everything a page shows follows from this one value. It knows the query language, and neither Streamlit nor faces.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal, Self, cast, get_args

from retrieval.errors import QueryError
from retrieval.nodes import And, Not, Query, Term, leaves
from retrieval.query import parse

Sort = Literal["confidence", "path", "added"]
_FIELD = re.compile(r"(?P<name>\w+\s*:)\s*(\"(?:[^\"\\]|\\.)*\"|[^\s()\"#]*)", re.DOTALL)  # pth:*.jpg
LARGEST = 2**53  # numbers beyond it do not survive a browser, and none of ours is near it


@dataclass(frozen=True, slots=True)
class Search:
    """`like` is a face to resemble; with `within`, only among the faces of `query`. `page` counts from 1."""

    query: str = ""
    sort: Sort = "confidence"
    page: int = 1
    like: int | None = None
    within: bool = False

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Self:
        """Reads what a URL says; whatever it cannot mean counts as not said."""
        sort = params.get("sort", "")
        return cls(
            query=params.get("q", ""),
            sort=cast(Sort, sort) if sort in get_args(Sort) else "confidence",
            page=_number(params.get("page")) or 1,
            like=_number(params.get("like")),
            within=params.get("within") == "1",
        )

    def params(self) -> dict[str, str]:
        """The URL's parameters, without those that go without saying."""
        said = {
            "q": self.query,
            "sort": "" if self.sort == "confidence" else self.sort,
            "page": "" if self.page == 1 else str(self.page),
            "like": "" if self.like is None else str(self.like),
            "within": "1" if self.within else "",
        }
        return {name: value for name, value in said.items() if value}

    def asking(self, **changes: Any) -> Self:
        """Another question, seen from its first page."""
        return replace(self, page=1, **changes)


def _number(text: str | None) -> int | None:
    found = re.fullmatch(r"0*([1-9]\d{0,15})", text or "", re.ASCII)
    return int(found[1]) if found and int(found[1]) <= LARGEST else None


def narrowed(query: str, name: str, wanted: bool) -> str:
    """`query` AND `name` (AND NOT `name` if not wanted); said before, it is taken back, and the opposite replaced.

    Raises QueryError when `query` is none.
    """
    condition = Term(name) if wanted else Not(Term(name))
    before = _conditions(query)
    rest = [part for part in before if part not in (Term(name), Not(Term(name)))]
    after = rest if condition in before else [*rest, condition]
    return str(after[0]) if len(after) == 1 else str(And(tuple(after)))


def chosen(query: str) -> dict[str, bool]:
    """The attributes that the whole query plainly asks for (True) or excludes (False)."""
    found = {}
    for part in _conditions(query):
        term = part.child if isinstance(part, Not) else part
        if isinstance(term, Term) and term.operator is None:
            found[term.name] = term is part
    return found


def named(query: str) -> set[str]:
    """All attributes that a query speaks of."""
    return {leaf.name for part in _conditions(query) for leaf in leaves(part) if isinstance(leaf, Term)}


def corrected(error: QueryError, suggestion: str) -> str:
    """The erroneous query with the words it stumbled over replaced by what was probably meant."""
    if field := _FIELD.match(error.query, error.position):
        end = field.end("name") if suggestion.endswith(":") else field.end()
        return error.query[: error.position] + suggestion + error.query[end:]
    symbols = re.compile(r"[^\w\s()]+").match(error.query, error.position)
    if symbols:
        return f"{error.query[: error.position]} {suggestion} {error.query[symbols.end() :].lstrip()}".replace(
            "  ", " "
        )
    words = re.compile(r"[^\s()<>=]+(?:\s+[^\s()<>=]+){0,3}").match(error.query, error.position)
    if words is None:
        return f"{error.query[: error.position]}{suggestion} {error.query[error.position :]}".strip()
    length = max(_runs(words[0]), key=lambda end: _likeness(words[0][:end], suggestion))
    return error.query[: error.position] + suggestion + error.query[error.position + length :]


def offers(error: QueryError) -> list[str]:
    """The suggestions that make the erroneous query one that can be read."""
    return [suggestion for suggestion in error.suggestions if _is_readable(corrected(error, suggestion))]


def _is_readable(query: str) -> bool:
    try:
        parse(query)
    except QueryError:
        return False
    return True


def _conditions(query: str) -> list[Query]:
    """The parts that must all be true."""
    if not query.strip():
        return []
    node = parse(query)
    return list(node.children) if isinstance(node, And) else [node]


def _runs(words: str) -> list[int]:
    """The ends of the first word, the first two, and so on, as far as no keyword follows."""
    ends: list[int] = []
    for word in re.finditer(r"\S+", words):
        if ends and word[0].upper() in ("AND", "OR", "NOT"):
            break
        ends.append(word.end())
    return ends


def _likeness(words: str, name: str) -> float:
    return SequenceMatcher(None, re.sub(r"[\s_]", "", words.lower()), re.sub(r"[\s_]", "", name.lower())).ratio()
