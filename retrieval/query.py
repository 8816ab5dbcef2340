"""The query language: text in, a tree of nodes out, or an error that says where and what was probably meant.

    query := and (OR and)*       and := not (AND? not)*       not := NOT not | "(" query ")" | term
    term  := attribute [(">" | ">=" | "<" | "<=") number]

    Big_Nose AND NOT Eyeglasses       And(Term(Big_Nose), Not(Term(Eyeglasses)))
    big nose smiling > 0.9            And(Term(Big_Nose), Term(Smiling, ">", 0.9)): any spelling, AND may be left out
    a OR b AND c                      Or(a, And(b, c))

Limits are checked while parsing, before any recursion that they guard against, and lie below those of SQLite and
SQLAlchemy (RELIABILITY, section 6).
"""

from retrieval.errors import QueryError, shown
from retrieval.names import KEYWORDS, LONGEST, recognise, suggest
from retrieval.nodes import And, Columns, Comparison, Not, Or, Query, Term, depth
from retrieval.tokens import Kind, Token, tokens

__all__ = ["And", "Columns", "Not", "Or", "Query", "Term", "parse"]

CHARACTERS = 4096
TERMS = 256
DEPTH = 16
MEANT = {
    "&": ("AND",),
    "+": ("AND",),
    ",": ("AND", "OR"),
    "|": ("OR",),
    "!": ("NOT",),
    "~": ("NOT",),
    "-": ("NOT",),
    "=": (">=", "<="),
    "≥": (">=",),
    "≤": ("<=",),
}
LATER = frozenset({"path", "faces", "any", "all", "none", "only", "corrected", "model"})


def parse(text: str) -> Query:
    """Reads a query; raises QueryError for everything that is not one."""
    if len(text) > CHARACTERS:
        problem = f"The query has {len(text):,} characters; {CHARACTERS:,} is the limit."
        raise QueryError(problem, text, CHARACTERS)
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(tokens(text))
        self.at = 0
        self.terms = 0
        self.nesting = 0

    def query(self) -> Query:
        if self.token.kind == "end":
            raise QueryError("The query is empty; name an attribute, such as Smiling.", self.text, 0)
        node = self.either()
        self.expect("end", "This parenthesis was never opened.")
        return node

    def either(self) -> Query:
        start = self.token
        children = [self.both()]
        while self.accept("OR"):
            children.append(self.both())
        if len(children) == 1:
            return children[0]
        flat = [part for child in children for part in (child.children if isinstance(child, Or) else [child])]
        return self.bounded(Or(tuple(flat)), start)

    def both(self) -> Query:
        start = self.token
        children = [self.single()]
        while self.accept("AND") or self.begins_another():
            children.append(self.single())
        if len(children) == 1:
            return children[0]
        flat = [part for child in children for part in (child.children if isinstance(child, And) else [child])]
        return self.bounded(And(tuple(flat)), start)

    def single(self) -> Query:
        start = self.token
        if self.accept("NOT"):
            self.enter(start)
            child = self.single()
            self.nesting -= 1
            return self.bounded(Not(child), start)
        return self.group() if start.kind == "(" else self.term()

    def group(self) -> Query:
        opening = self.take()
        self.enter(opening)
        node = self.either()
        if self.token.kind == "end":
            raise self.error("This parenthesis is never closed.", opening)
        self.expect(")", "")
        self.nesting -= 1
        return node

    def term(self) -> Query:
        start = self.token
        if start.kind != "word" or _keyword(start):
            raise self.expected_a_name()
        if start.text.lower() in LATER:
            raise self.error(f"“{start.text}” is not in this version; a query names attributes of faces.", start)
        self.terms += 1
        if self.terms > TERMS:
            raise self.error(f"The query has more than {TERMS} terms.", start)
        name = self.name()
        if self.token.kind != "comparison":
            return Term(name, position=start.position)
        return Term(name, *self.comparison(), position=start.position)

    def name(self) -> str:
        words = self.words()
        if found := recognise(words):
            name, length = found
            self.at += length
            return name
        suggestions, length = suggest(words)
        problem = f"No attribute is called “{shown(' '.join(words[:length])[:40])}”."
        if not suggestions:
            problem += " The 40 names are listed by `facequery facets`."
        raise self.error(problem, self.token, suggestions)

    def words(self) -> list[str]:
        words: list[str] = []
        for token in self.tokens[self.at : self.at + LONGEST]:
            if token.kind != "word" or _keyword(token):
                break
            words.append(token.text)
        return words

    def comparison(self) -> tuple[Comparison, float]:
        compare = self.take()
        if self.token.kind != "number":
            problem = f"After {compare.text} comes a number between 0 and 1."
            raise self.error(problem, compare if self.token.kind == "end" else self.token)
        number = self.take()
        value = float(number.text)
        if not 0 <= value <= 1:
            percent = (f"{value / 100:g}",) if 2 <= value <= 100 else ()
            raise self.error("A threshold is a probability, between 0 and 1.", number, percent)
        return compare.text, value  # type: ignore[return-value]  # the tokens hold no other comparison

    @property
    def token(self) -> Token:
        token = self.tokens[self.at]
        if token.kind == "stray":
            problem = f"“{shown(token.text)}” means nothing here; write names, AND, OR, NOT, >=, <=, ( and )."
            raise self.error(problem, token, MEANT.get(token.text, ()))
        return token

    def take(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def accept(self, keyword: str) -> bool:
        found = _keyword(self.token) == keyword
        self.at += found
        return found

    def expect(self, kind: Kind, otherwise: str) -> None:
        token = self.token
        if token.kind in ("comparison", "number"):
            raise self.error("A comparison belongs behind the name of an attribute: Smiling > 0.9.", token)
        if token.kind != kind:
            raise self.error(otherwise, token)
        self.at += kind != "end"

    def begins_another(self) -> bool:
        return self.token.kind == "(" or (self.token.kind == "word" and _keyword(self.token) in (None, "NOT"))

    def enter(self, token: Token) -> None:
        self.nesting += 1
        if self.nesting > DEPTH:
            raise self.error(f"The query is nested more than {DEPTH} deep.", token)

    def bounded(self, node: Query, start: Token) -> Query:
        if depth(node) > DEPTH:
            raise self.error(f"The query is nested more than {DEPTH} deep.", start)
        return node

    def expected_a_name(self) -> QueryError:
        if self.token.kind == "end":
            before = self.tokens[self.at - 1]
            return self.error(f"Something is missing after {before.text}.", before)
        return self.error(f"Here should be the name of an attribute, not {self.token.text}.", self.token)

    def error(self, problem: str, token: Token, suggestions: tuple[str, ...] = ()) -> QueryError:
        return QueryError(problem, self.text, token.position, suggestions)


def _keyword(token: Token) -> str | None:
    upper = token.text.upper()
    return upper if token.kind == "word" and upper in KEYWORDS and token.text.isascii() else None
