"""Cuts a query into words, comparisons, numbers and parentheses, each with its position.

It does not know which words are names or operators, and refuses nothing.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

Kind = Literal["word", "comparison", "number", "(", ")", "stray", "end"]

_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_COMPARISON = re.compile(r">=|<=|>|<")
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])", re.ASCII)


class Token(NamedTuple):
    kind: Kind
    text: str
    position: int


def tokens(text: str) -> Iterator[Token]:
    """The pieces of `text` in order, closed by one of kind `end`; a character that starts none is `stray`."""
    position = _after_space(text, 0)
    previous: Kind = "end"
    while position < len(text):
        token = _token(text, position, number=previous == "comparison")
        yield token
        previous = token.kind
        position = _after_space(text, position + len(token.text))
    yield Token("end", "", len(text))


def _token(text: str, position: int, *, number: bool) -> Token:
    if number and (found := _NUMBER.match(text, position)):
        return Token("number", found.group(), position)
    if text[position] == "(":
        return Token("(", "(", position)
    if text[position] == ")":
        return Token(")", ")", position)
    if found := _COMPARISON.match(text, position):
        return Token("comparison", found.group(), position)
    if found := _WORD.match(text, position):
        return Token("word", found.group(), position)
    return Token("stray", text[position], position)


def _after_space(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position
