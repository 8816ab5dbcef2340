"""What somebody is typing where the caret stands in a query, and what could be meant by it: a word of the language, the
value of a field, a number behind a comparison, or a saved search. It counts no faces.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from retrieval.answers import candidates
from retrieval.answers.candidates import Candidate
from retrieval.answers.values import values
from retrieval.columns.columns import Columns
from retrieval.errors import shown
from retrieval.language.cursor import keyword_of
from retrieval.language.fields import named
from retrieval.language.names import LONGEST
from retrieval.language.tokens import Token, tokens, unquoted
from retrieval.spelling import QUOTES

TELLING = ("taken", "camera", "folder", "person", "list", "model")  # fields whose values can be listed
_REST_OF_WORD, _REST_OF_VALUE = re.compile(r"[\w'’-]*"), re.compile(r'[^\s()"#]*')


class Typed(NamedTuple):
    """What is typed where the caret is: `text`, from `start` to `end`, and what could stand there."""

    start: int
    end: int
    text: str
    candidates: list[Candidate]


def typed(text: str, caret: int, columns: Columns, saved: Mapping[str, str]) -> Typed:
    """At the caret, which counts characters; `saved` are searches by their names."""
    if text.lstrip().startswith("@"):
        start = text.index("@")
        return Typed(start, len(text), text[start + 1 : caret], candidates.searches(text[start + 1 : caret], saved))
    before = list(tokens(text[:caret]))[:-1]
    if "#" in text[before[-1].end if before else 0 : caret].rpartition("\n")[2]:
        return Typed(caret, caret, "", [])
    return (
        _value(text, caret, before, columns)
        or _number(text, caret, before)
        or _word(text, caret, before)
        or Typed(caret, caret, "", _unasked(text, columns, saved))
    )


def _value(text: str, caret: int, before: list[Token], columns: Columns) -> Typed | None:
    """What stands behind a field and its colon; None where that is not where the caret is."""
    at = next((at for at in range(len(before) - 1, -1, -1) if before[at].kind == "field"), None)
    field = named(before[at].text[:-1].rstrip(), "value") if at is not None else None
    if at is None or field is None:
        return None
    first = before[at + 1] if at + 1 < len(before) else Token("value", "", caret)
    if first.kind == "stray" and first.text in QUOTES:
        start, said, end = first.position, text[first.end : caret], caret
        end += text[caret : caret + 1] in tuple(QUOTES)
    elif first.kind == "value" and first.end == caret and not first.text.startswith(tuple(QUOTES)):
        end = caret + len(_matched(_REST_OF_VALUE, text, caret))
        start, said = first.position, unquoted(first.text) if first.text else ""
    else:
        return None
    known = [value for value in values(field.name, said, columns) if shown(value) == value]
    return Typed(start, end, said, candidates.values(said, known))


def _number(text: str, caret: int, before: list[Token]) -> Typed | None:
    """What stands behind a comparison; None elsewhere."""
    if before and before[-1].kind == "comparison":
        return Typed(caret, caret, "", candidates.numbers(""))
    if len(before) > 1 and before[-2].kind == "comparison" and before[-1].end == caret:
        last, end = before[-1], caret + len(_matched(_REST_OF_WORD, text, caret))
        return Typed(last.position, end, last.text, candidates.numbers(last.text))
    return None


def _word(text: str, caret: int, before: list[Token]) -> Typed | None:
    """As many words as are the beginning of something, else the last alone; None where none is at the caret."""
    run = _run(before, caret)
    end = caret + len(_matched(_REST_OF_WORD, text, caret)) if run else caret
    for first in range(len(run)):
        typed = text[run[first].position : caret]
        fitting = candidates.conditions(typed)
        if first == len(run) - 1 or any(one.badness < 1 for one in fitting):
            fitting += candidates.operators(typed) if first == len(run) - 1 else []
            return Typed(run[first].position, end, typed, fitting)
    words = [] if run else _run(before, before[-1].end if before else 0)
    for first in range(len(words)):
        if following := candidates.going_on(text[words[first].position : words[-1].end]):
            return Typed(words[first].position, caret, text[words[first].position : caret], following)
    return None


def _unasked(text: str, columns: Columns, saved: Mapping[str, str]) -> list[Candidate]:
    """What can be written where nothing is."""
    known = [name for name in TELLING if len(values(name, "", columns)) > 1]
    begun = [*candidates.operators(""), *candidates.comparisons(""), *candidates.unasked(known)]
    return begun if text.strip() else [*candidates.searches("", saved), *begun]


def _run(before: list[Token], caret: int) -> list[Token]:
    """The words that end at the caret, so many as the longest name has."""
    run: list[Token] = []
    for token in reversed(before[-LONGEST:]):
        if token.kind != "word" or (run and keyword_of(token)) or (not run and token.end != caret):
            break
        run.insert(0, token)
    return run


def _matched(pattern: re.Pattern[str], text: str, at: int) -> str:
    found = pattern.match(text, at)
    return found.group() if found else ""
