"""A place in the tokens of a query, from which the parser reads on, and the errors that point at it."""

from retrieval.errors import QueryError, shown
from retrieval.language.fields import FIELDS, listed
from retrieval.language.names import KEYWORDS, LONGEST, recognise
from retrieval.language.tokens import Kind, Token, tokens
from retrieval.spelling import QUOTES, lookalike

MEANT = {
    "&": ("AND",),
    "+": ("AND",),
    "|": ("OR",),
    "!": ("NOT",),
    "~": ("NOT",),
    "-": ("NOT",),
    "≥": (">=",),
    "≤": ("<=",),
}
SPOKEN = {"WITH": "AND", "BUT": "AND", "WITHOUT": "NOT"}  # what people say for keywords
ARTICLES = ("A", "AN", "THE")


class Cursor:
    """Stands before one token of `text`, at first before the first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._tokens = _without_articles(list(tokens(text)))
        self._at = 0

    @property
    def token(self) -> Token:
        """The token that comes next; QueryError for a character that is none."""
        token = self._tokens[self._at]
        if token.kind == "stray":
            problem = f"“{shown(token.text)}” means nothing here; write names, AND, OR, NOT, >=, <=, ( and )."
            if token.text in QUOTES:
                quoted = FIELDS["path"].example
                problem = f"Quotation marks belong behind {listed('value')}, and come in pairs: {quoted}."
            raise self.error(problem, token, _meant(token.text))
        return token

    def is_at(self, kind: Kind) -> bool:
        """Whether the next token is of that kind."""
        return self.token.kind == kind

    @property
    def previous(self) -> Token:
        return self._tokens[self._at - 1]

    def following(self, distance: int = 1) -> Token:
        """The token so far behind the next one; the end is followed by itself."""
        return self._tokens[min(self._at + distance, len(self._tokens) - 1)]

    def take(self, count: int = 1) -> Token:
        """Goes on over `count` tokens; the first of them."""
        token = self.token
        self._at += count
        return token

    def accept(self, keyword: str) -> bool:
        """Goes on if the next token is that keyword; whether it was."""
        found = keyword_of(self.token) == keyword
        self._at += found
        return found

    def accept_no(self) -> bool:
        """Goes on over a `no` that denies what follows, and is not a part of the name No_Beard; whether it was one."""
        denies = self.token.text.upper() == "NO" and self.following().kind in ("word", "(")
        denies = denies and recognise(self.words()) is None
        self._at += denies
        return denies

    def skip(self, word: str) -> None:
        """Goes on if the next token is this word."""
        self._at += self.token.kind == "word" and self.token.text.upper() == word

    def expect(self, kind: Kind, otherwise: str) -> None:
        """Goes on over a token of that kind, or stays at the end; QueryError with the problem `otherwise`."""
        token = self.token
        if token.kind in ("comparison", "number"):
            raise self.error("A comparison belongs behind the name of an attribute: Smiling > 0.9.", token)
        if token.kind != kind:
            raise self.error(otherwise, token)
        self._at += kind != "end"

    def words(self) -> list[str]:
        """The words up to the next token that is none, as many as the longest name has."""
        words: list[str] = []
        for token in self._tokens[self._at : self._at + LONGEST]:
            if token.kind != "word" or keyword_of(token):
                break
            words.append(token.text)
        return words

    def error(self, problem: str, token: Token, suggestions: tuple[str, ...] = (), length: int = 0) -> QueryError:
        return QueryError(problem, self.text, token.position, suggestions, length)


def _meant(character: str) -> tuple[str, ...]:
    """What of the language was probably meant by a character that is none of it."""
    like = lookalike(character) or character
    return MEANT.get(like) or ((like,) if like in "()<>=" else ())


def keyword_of(token: Token) -> str | None:
    """AND, OR or NOT, if the token is one of them in any case, or is said for one."""
    if token.kind != "word" or not token.text.isascii():
        return None
    upper = token.text.upper()
    return upper if upper in KEYWORDS else SPOKEN.get(upper)


def _without_articles(found: list[Token]) -> list[Token]:
    """Without `a`, `an` and `the` before a name: `with a hat`."""
    named = [token.kind == "word" and not keyword_of(token) for token in (*found[1:], found[-1])]
    return [token for token, leads in zip(found, named, strict=True) if not (leads and token.text.upper() in ARTICLES)]
