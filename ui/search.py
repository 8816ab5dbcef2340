"""A search as a URL: what is asked, how sure, in which order, and which faces it should resemble.

Everything a page shows follows from this one value. It knows the query language, and neither Streamlit nor faces.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal, Self, cast, get_args

from retrieval.errors import QueryError
from retrieval.language.nodes import And, Not, Query, Term
from retrieval.language.query import Parsed, parse
from retrieval.language.tokens import VALUE

Sort = Literal["confidence", "path", "added", "taken"]
Meaning = Literal["look", "person"]
_FIELD = re.compile(rf"(?P<name>\w+\s*:)\s*({VALUE})?", re.DOTALL)  # pth:*.jpg
EXAMPLES = 50  # faces of each kind; a URL has an end
LARGEST = 2**53  # numbers beyond it do not survive a browser, and none of ours is near it


@dataclass(frozen=True, slots=True)
class Search:
    """`precision` (0..1) asks for only the surest faces of `query`. `like` are faces to resemble, `unlike` faces not
    to, by their look or as the same person; with `within`, only among the faces of `query`, with `fold`, near-identical
    ones once.
    """

    query: str = ""
    sort: Sort = "confidence"
    like: tuple[int, ...] = ()
    unlike: tuple[int, ...] = ()
    within: bool = False
    fold: bool = False
    by: Meaning = "look"
    precision: float | None = None

    @classmethod
    def from_params(cls, params: Mapping[str, str]) -> Self:
        """Reads what a URL says; whatever it cannot mean counts as not said."""
        sort, like = params.get("sort", ""), _numbers(params.get("like"))
        return cls(
            query=params.get("q", ""),
            sort=cast(Sort, sort) if sort in get_args(Sort) else "confidence",
            like=like,
            unlike=tuple(face for face in _numbers(params.get("unlike")) if face not in like),
            within=params.get("within") == "1",
            fold=params.get("fold") == "1",
            by="person" if params.get("by") == "person" else "look",
            precision=_share(params.get("precision")),
        )

    def params(self) -> dict[str, str]:
        """The URL's parameters, without those that go without saying."""
        said = {
            "q": self.query,
            "sort": "" if self.sort == "confidence" else self.sort,
            "like": ",".join(map(str, self.like)),
            "unlike": ",".join(map(str, self.unlike)),
            "within": "1" if self.within else "",
            "fold": "1" if self.fold else "",
            "by": "" if self.by == "look" else self.by,
            "precision": "" if self.precision is None else repr(self.precision),
        }
        return {name: value for name, value in said.items() if value}

    def asking(self, **changes: Any) -> Self:
        """Another question."""
        return replace(self, **changes)

    def resembling(self, face: int, wanted: bool = True) -> Self:
        """With a face that others should be like, or unlike; of too many examples the oldest goes."""
        other = self.without(face)
        if wanted:
            return other.asking(like=(*other.like, face)[-EXAMPLES:])
        return other.asking(unlike=(*other.unlike, face)[-EXAMPLES:])

    def led(self, way: str, face: int) -> Self:
        """Where a face leads: to faces `similar` to it or to the same `person`, or to more `like` it, or `unlike`."""
        if way in ("similar", "person"):
            return self.asking(like=(face,), unlike=(), by="person" if way == "person" else self.by)
        return self.resembling(face, way == "like")

    def without(self, *faces: int) -> Self:
        """Without these examples."""
        like, unlike = (tuple(n for n in known if n not in faces) for known in (self.like, self.unlike))
        return self.asking(like=like, unlike=unlike)

    def alone(self) -> Self:
        """The query by itself, without any example."""
        return self.asking(like=(), unlike=(), within=False, fold=False, by="look")


def _numbers(text: str | None) -> tuple[int, ...]:
    found = map(positive, (text or "").split(",", EXAMPLES)[:EXAMPLES])
    return tuple(dict.fromkeys(number for number in found if number))


def positive(text: str | None) -> int | None:
    """The whole number from 1 that a URL's parameter says, if it says one."""
    found = re.fullmatch(r"0*([1-9]\d{0,15})", text or "", re.ASCII)
    return int(found[1]) if found and int(found[1]) <= LARGEST else None


def _share(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if 0 < value <= 1 else None


def narrowed(query: Parsed | None, name: str, wanted: bool) -> str:
    """`query` AND `name` (AND NOT `name` if not wanted); said before, it is taken back, and the opposite replaced."""
    condition = Term(name) if wanted else Not(Term(name))
    before = _conditions(query)
    rest = [part for part in before if part not in (Term(name), Not(Term(name)))]
    after = rest if condition in before else [*rest, condition]
    return str(after[0]) if len(after) == 1 else str(And(tuple(after)))


def chosen(query: Parsed | None) -> dict[str, bool]:
    """The attributes that the whole query plainly asks for (True) or excludes (False)."""
    found = {}
    for part in _conditions(query):
        term = part.child if isinstance(part, Not) else part
        if isinstance(term, Term) and term.operator is None:
            found[term.name] = term is part
    return found


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
    """The suggestions that make the erroneous query one that can be read, or in place of a word, one that can be read
    further than that.
    """
    mended = {suggestion: _erroneous_at(corrected(error, suggestion)) for suggestion in error.suggestions}
    a_word = error.query[error.position : error.position + 1].isalnum()
    return [meant for meant, at in mended.items() if at is None or (a_word and at >= error.position + len(meant))]


def _erroneous_at(query: str) -> int | None:
    """Where it stops making sense; None if it can be read."""
    try:
        parse(query)
    except QueryError as error:
        return error.position
    return None


def _conditions(query: Parsed | None) -> list[Query]:
    """The parts that must all be true."""
    if query is None:
        return []
    return list(query.tree.children) if isinstance(query.tree, And) else [query.tree]


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
