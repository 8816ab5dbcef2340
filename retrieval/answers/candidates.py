"""Which words could stand in a query for what somebody has typed of one: attributes, what people say for them,
fields, keywords and numbers, each with how well it fits. It does not know where in the query that is, or any face.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from retrieval.attributes import ATTRIBUTES, JUDGEMENTS, UNRELIABLE
from retrieval.language.fields import FIELDS, Field
from retrieval.language.names import parts
from retrieval.language.synonyms import SHAKY, SYNONYMS
from retrieval.language.terms import written
from retrieval.spelling import SHORT, folded, resembles

Kind = Literal["attribute", "synonym", "nearest", "field", "keyword", "number", "value", "search"]

NUMBERS = ("0.5", "0.7", "0.8", "0.9", "0.95", "0.99", "1", "2", "3", "5", "10")
COMPARISONS = ("> 0.9", "> 0.5", "= 1", "= 2", "> 2")
JOINING = {"AND": "both", "OR": "either"}


class Candidate(NamedTuple):
    """`text` could be written, with `behind` it before anything can follow; `meaning` is what it stands for or finds.
    `badness` is 0 for what begins as it was typed, and more for what is less like it. `begun`: by itself it is no
    condition yet.
    """

    text: str
    kind: Kind
    meaning: str = ""
    badness: float = 0
    begun: bool = False


DENIED = Candidate("NOT", "keyword", "not what follows", 0, True)


def conditions(typed: str) -> list[Candidate]:
    """What a condition can begin with; of several words that mean the same, the likest."""
    found: dict[str, Candidate] = {}
    for candidate in sorted(_conditions(typed), key=lambda one: one.badness):
        found.setdefault(candidate.meaning if candidate.kind == "synonym" else candidate.text, candidate)
    return list(found.values())


def unasked(known: Collection[str]) -> list[Candidate]:
    """The same where nothing was typed: no attribute that is an opinion of people or nearly random, and of the fields
    those that are `known` to tell faces apart.
    """
    plain = [name for name in ATTRIBUTES if name not in JUDGEMENTS | UNRELIABLE]
    return [*(Candidate(name, "attribute") for name in plain), *(_field(FIELDS[name], 0) for name in known), DENIED]


def going_on(typed: str) -> list[Candidate]:
    """The names of which these words are the first, and others follow."""
    begun = _key(typed) + " "
    return [Candidate(name, "attribute") for name in ATTRIBUTES if _key(name).startswith(begun)]


def operators(typed: str) -> list[Candidate]:
    """What can stand behind a condition beside another one."""
    said = typed.upper()
    return [Candidate(word, "keyword", JOINING[word], -1, True) for word in JOINING if word.startswith(said)]


def comparisons(typed: str) -> list[Candidate]:
    """What a name can be compared with; only where nothing was typed of it."""
    return [] if typed else [Candidate(text, "number") for text in COMPARISONS]


def numbers(typed: str) -> list[Candidate]:
    """Numbers that begin as the typed one."""
    return [Candidate(number, "number") for number in NUMBERS if number.startswith(typed)]


def values(typed: str, known: Iterable[str]) -> list[Candidate]:
    """Of the known values those that fit, as one writes them."""
    wanted = folded(typed)
    fits = ((value, resembles(wanted, folded(value))) for value in known)
    return [Candidate(written(value), "value", "", badness) for value, badness in fits if badness is not None]


def searches(typed: str, saved: Mapping[str, str]) -> list[Candidate]:
    """Saved searches; `typed` is what stands behind the @."""
    fits = ((name, resembles(folded(typed), folded(name))) for name in saved)
    return [Candidate(f"@{name}", "search", saved[name], bad) for name, bad in fits if bad is not None]


def _conditions(typed: str) -> Iterator[Candidate]:
    wanted = _key(typed)
    for name in ATTRIBUTES:
        if (badness := resembles(wanted, _key(name))) is not None:
            yield Candidate(name, "attribute", "", badness)
    yield from _spoken(wanted)
    for field in FIELDS.values():
        fits = [resembles(wanted, word) for word in (field.name, *field.synonyms)]
        if (least := min((bad for bad in fits if bad is not None and bad < 2), default=None)) is not None:
            yield _field(field, least)
    if "not".startswith(wanted):
        yield DENIED


def _spoken(wanted: str) -> Iterator[Candidate]:
    """An attribute that is as like is preferred: what is said for it adds half a point."""
    for row in SYNONYMS:
        fits = [(bad + 0.5, word) for word in row.words if (bad := resembles(wanted, _key(word))) is not None]
        if fits:
            badness, word = min(fits)
            yield Candidate(word, "synonym", row.meaning, badness)
    for shaky in SHAKY:
        begun = [word for word in map(_key, shaky.words) if len(wanted) >= SHORT and word.startswith(wanted)]
        for word in begun[:1]:
            reason, badness = f"{word}? {shaky.reason}.", 0.75 if word == wanted else 1.5
            yield from (Candidate(nearest, "nearest", reason, badness) for nearest in shaky.nearest)


def _field(field: Field, badness: float) -> Candidate:
    text = f"{field.name}(" if field.form == "quantifier" else field.written
    return Candidate(text, "field", field.help.replace("`", ""), badness, field.form != "alone")


def _key(words: str) -> str:
    return " ".join(parts(folded(words)))
