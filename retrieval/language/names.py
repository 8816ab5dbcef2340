"""Recognises attribute names as people write them, and guesses what was meant by words that are none.

It knows spellings, not grammar: which words to try is the parser's business.
"""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TypeVar

from retrieval.attributes import ATTRIBUTES
from retrieval.language.fields import Form, of_form
from retrieval.language.synonyms import SHAKY, SYNONYMS, Shaky, Synonym
from retrieval.language.terms import COMPARE

KEYWORDS = ("AND", "OR", "NOT")
LONGEST = 4  # words in the longest name, `5 o clock shadow`
LIKELY = 0.6  # difflib's own cut-off for a close match
SURE = 2.0  # more than any resemblance

_Known = TypeVar("_Known")


def parts(text: str) -> list[str]:
    """The lower-case pieces of a name: `5_o'Clock-Shadow` has four."""
    return [part for part in re.split(r"[\s_'’-]+", text.lower()) if part]


_NAMES = {" ".join(parts(name)): name for name in ATTRIBUTES}
_NAMES |= {"".join(parts(name)): name for name in ATTRIBUTES}  # bignose
_MEANT = {" ".join(parts(word)): row for row in SYNONYMS for word in row.words}
_SHAKY = {" ".join(parts(word)): row for row in SHAKY for word in row.words}


def recognise(words: Sequence[str]) -> tuple[str, int] | None:
    """The attribute that the longest possible run at the start of `words` names, and the length of that run."""
    return _longest(_NAMES, words)


def understand(words: Sequence[str]) -> tuple[Synonym, int] | None:
    """The same of words that people say for an attribute."""
    return _longest(_MEANT, words)


def doubt(words: Sequence[str]) -> tuple[Shaky, int] | None:
    """The same of words whose meaning is shaky."""
    return _longest(_SHAKY, words)


def synonym(said: str) -> Synonym | None:
    """What these words are said for, if they are one of the words that stand for an attribute."""
    return _MEANT.get(" ".join(parts(said)))


def _longest(known: Mapping[str, _Known], words: Sequence[str]) -> tuple[_Known, int] | None:
    for length in range(min(LONGEST, len(words)), 0, -1):
        run = " ".join(words[:length]).replace("’", "'")
        # Only ASCII: a Kelvin sign would otherwise become a k, and a look-alike pass for a name.
        if run.isascii() and (found := known.get(" ".join(parts(run)))):
            return found, length
    return None


def suggest(words: Sequence[str], following: str = "") -> tuple[tuple[str, ...], int]:
    """Up to three names or operators that were probably meant at the start of `words`, the likeliest first, and how
    many of the words the first of them stands for. `following` is what stands behind them: a parenthesis or a
    comparison says much about what they are.
    """
    return _suggested(tuple(words), following)


@lru_cache(maxsize=64)  # who types a query has it read again at every key, with the same slip in it
def _suggested(words: tuple[str, ...], following: str) -> tuple[tuple[str, ...], int]:
    scores: dict[str, tuple[float, int]] = {}
    for length in range(1, min(LONGEST, len(words)) + 1):
        run = parts(" ".join(words[:length])[:64])
        candidates = _candidates("".join(run), run)
        if length == len(words):
            candidates |= _by_following("".join(run), following)
        for candidate, score in candidates.items():
            if score >= LIKELY:  # the same likeness over more words is the stronger sign
                scores[candidate] = max(scores.get(candidate, (0, 0)), (score + (length - 1) / 10, length))
    likely = sorted(scores, key=lambda name: (-scores[name][0], name))[:3]
    return tuple(likely), scores[likely[0]][1] if likely else 1


def suggest_field(word: str) -> tuple[str, ...]:
    """The fields that were probably meant by a word before a colon, the likeliest first."""
    name, fields = word.lower()[:64], of_form("value")
    if called := [field.written for field in fields if name in field.synonyms]:
        return tuple(called)
    scores = {field.written: SequenceMatcher(None, name, field.name).ratio() for field in fields}
    return tuple(sorted((field for field in scores if scores[field] >= LIKELY), key=lambda field: -scores[field]))


def _by_following(run: str, following: str) -> dict[str, float]:
    """The words of the language that are no names, and how surely one is meant; a little surer than a name as like."""
    form: Form = "quantifier" if following == "(" else "count" if following in COMPARE else "alone"
    return {
        field.name: SURE if run in field.synonyms else SequenceMatcher(None, run, field.name).ratio() + 0.05
        for field in of_form(form)
    }


def _candidates(run: str, words: list[str]) -> dict[str, float]:
    scores = {name: _likeness(run, words, name) for name in ATTRIBUTES}
    for keyword in KEYWORDS:
        letters = sorted(run.upper()) == sorted(keyword)  # adn
        scores[keyword] = 0.95 if letters else SequenceMatcher(None, run, keyword.lower()).ratio()
    spoken = " ".join(words)
    for word, row in _MEANT.items():
        meant = word if row.denied else row.name
        scores[meant] = max(scores.get(meant, 0.0), SequenceMatcher(None, spoken, word).ratio())
    if said := _MEANT.get(spoken):
        scores[said.meaning] = SURE
    return scores


def _likeness(run: str, words: list[str], name: str) -> float:
    pieces = parts(name)
    if len(words) == 1 and len(run) >= 3 and any(run in piece or piece in run for piece in pieces if len(piece) > 2):
        return 0.9  # `hat`, `glasses`: part of the name
    return SequenceMatcher(None, run, "".join(pieces)).ratio()
