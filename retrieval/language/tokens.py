"""Cuts a query into words, comparisons, numbers, fields with their values and parentheses, each with its position.

`path:` is a field, and what follows it its value: between quotation marks of any shape, or up to a space, a parenthesis
or a `#`, and without a comma at its end. Between straight ones, others are characters like any. A `#` anywhere else
begins a comment, to the end of the line. It does not know which words are names or operators, and refuses nothing.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from retrieval.spelling import QUOTES

Kind = Literal["word", "comparison", "number", "field", "value", "(", ")", ",", "stray", "end"]

_SPACE = re.compile(r"(?:\s|#[^\n]*)*")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_FIELD = re.compile(r"\w+(?:['’-]\w+)*\s*:")
_COMPARISON = re.compile(r">=|<=|==|>|<|=")
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])", re.ASCII)
VALUE = rf'"(?:[^"\\]|\\.)*"|[{QUOTES[1:]}](?:[^{QUOTES}\\]|\\.)*[{QUOTES}]|(?![{QUOTES}])[^\s()"#]*[^\s()"#,]'
_VALUE = re.compile(VALUE, re.DOTALL)
_SIGNS: tuple[Kind, ...] = ("(", ")", ",")
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("comparison", _COMPARISON),
    ("field", _FIELD),
    ("word", _WORD),
)


class Token(NamedTuple):
    kind: Kind
    text: str
    position: int

    @property
    def end(self) -> int:
        return self.position + len(self.text)


def tokens(text: str) -> Iterator[Token]:
    """The pieces of `text` in order, closed by one of kind `end`; a character that starts none is `stray`."""
    position = _after_space(text, 0)
    previous: Kind = "end"
    while position < len(text):
        token = _token(text, position, previous)
        yield token
        previous = token.kind
        position = _after_space(text, position + len(token.text))
    yield Token("end", "", len(text))


def unquoted(value: str) -> str:
    """What the text of a value stands for."""
    return re.sub(rf"\\([\\{QUOTES}])", r"\1", value[1:-1]) if value[0] in QUOTES else value


def _token(text: str, position: int, previous: Kind) -> Token:
    if previous == "comparison" and (found := _NUMBER.match(text, position)):
        return Token("number", found.group(), position)
    if previous == "field" and (found := _VALUE.match(text, position)):
        return Token("value", found.group(), position)
    for sign in _SIGNS:
        if text[position] == sign:
            return Token(sign, sign, position)
    for kind, pattern in _PATTERNS:
        if found := pattern.match(text, position):
            return Token(kind, found.group(), position)
    return Token("stray", text[position], position)


def _after_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position
