"""How a query's answer is explained on a terminal and in JSON: why each face matches, and what would turn it around."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from rich import box
from rich.table import Table

from classifiers.cards import reliability
from retrieval.answers.conditions import meanings
from retrieval.answers.emptied import Dropped
from retrieval.answers.explain import Explanation, Reason
from retrieval.errors import shown
from retrieval.language.query import Parsed, parsed
from retrieval.library import Answer, Library
from ui.options import meant
from ui.output import console, hits_as_json, hopes, say, write_json
from ui.words import counted, graded, sayings

MOST = 3  # single terms that a line names as flipping an answer, or as emptying it


def explained(library: Library, answer: Answer) -> list[Explanation]:
    """An explanation of every hit, in order."""
    return library.explain(answer.query, [hit.face for hit in answer.hits]) if answer.query is not None else []


def understood(library: Library, query: str) -> str:
    """The query itself, or the saved one where it is @NAME; says on standard error what its words are read as, where
    they are no names. QueryError, NoSuchSearch.
    """
    asked = meant(library, query)
    if read := meanings(parsed(asked).tree):
        say(f"Note: {reading(read)}.")
    return asked


def reading(read: Mapping[str, str]) -> str:
    """`“woman” is read as NOT Male, “glasses” as Eyeglasses`"""
    (word, meaning), *others = read.items()
    return ", ".join([f"“{word}” is read as {meaning}", *(f"“{other}” as {means}" for other, means in others)])


def warn(library: Library, query: str) -> None:
    """Says on standard error what one should know before believing the answer."""
    for caution in cautions(library, parsed(query)):
        say(f"Note: {caution}")


def say_what_is_sure(library: Library, query: str, precision: float) -> None:
    """Says why no face is left, when so much precision was asked for: how sure the surest is."""
    if best := library.find(query, limit=1).hits:
        say(f"No set of faces should be {precision:.0%} right: the surest face is at {best[0].score:.1%}.")


def say_what_to_drop(library: Library, query: str) -> list[Dropped]:
    """Says which conditions leave no face, and how many there would be without each; returns them."""
    found = library.dropped(query)
    if found:
        say(f"No face matches. {emptied(found)}")
    for one in library.moved(query)[:1]:
        say(f"With {one.instead} in place of {one.condition}: {counted(one.faces, 'face')}.")
    return found


def emptied(found: list[Dropped]) -> str:
    """`Without Bald: 42 faces; without NOT Male: 3 faces.`"""
    said = "; ".join(f"without {shown(one.condition)}: {counted(one.faces, 'face')}" for one in found[:MOST])
    return f"{said[:1].upper()}{said[1:]}."


def cautions(library: Library, query: Parsed) -> list[str]:
    """What one should know before believing the answer, a sentence each: of the query on this library, and of every
    attribute in it that the library's model grades D.
    """
    model = library.model
    given = reliability.grades(json.loads(model.card)) if model else {}
    doubtful = [name for name in sorted(query.attributes) if given.get(name) == "D"]
    return [*map(str, library.cautions(query)), *(graded(name, given[name]) for name in doubtful)]


def write_explained(
    answer: Answer,
    explanations: list[Explanation],
    dropped: list[Dropped],
    reviewed: str | None = None,
    *,
    as_json: bool,
) -> None:
    """Every hit with its reasons; in JSON as without them, and an `explanation` in each face."""
    if as_json:
        document = hits_as_json(answer, "confidence", dropped)
        for face, explanation in zip(document["faces"], explanations, strict=True):
            face["explanation"] = as_dict(explanation)
        return write_json(document)
    out = console()
    for hit, explanation in zip(answer.hits, explanations, strict=True):
        out.print(f"face {hit.face}  {explanation.confidence:.1%}  {shown(hit.photo)}")
        for line in sayings(hit):
            out.print(f"  {line}")
        out.print(_table(explanation))
        out.print(f"  {turning(explanation)}\n")
    more = f", the first {len(answer.hits)} above" if len(answer.hits) < answer.total else ""
    out.print(f"{counted(answer.total, 'face')}{more}{hopes(answer, reviewed)}")
    return None


def as_dict(explanation: Explanation) -> dict[str, Any]:
    """For JSON: the reasons in the order of the query, and the places of those that flip the answer."""
    reasons = list(explanation.reasons)
    return {
        "matches": explanation.matches,
        "confidence": round(explanation.confidence, 6),
        "reasons": [_rounded(asdict(reason)) for reason in reasons],
        "flips": [reasons.index(reason) for reason in explanation.flips],
    }


def turning(explanation: Explanation) -> str:
    """One sentence: which single terms would turn the answer around."""
    flips = explanation.flips
    if not flips:
        return "No single term would change this."
    named = ", or ".join(_otherwise(explanation, reason) for reason in flips[:MOST])
    more = f", or one of {len(flips) - MOST} more" if len(flips) > MOST else ""
    return f"It would {'not match' if explanation.matches else 'match'} if {named}{more}."


def rows(explanation: Explanation) -> list[tuple[str, str, str, str]]:
    """Term, probability, margin, and whether it holds, for people."""
    return [
        (
            _named(explanation, reason),
            "" if reason.probability is None else f"{reason.probability:.3f} of {reason.threshold:.3f}",
            "" if reason.margin is None else f"{reason.margin:+.3f}",
            ("yes" if reason.holds else "no") + (", you said" if reason.corrected else ""),
        )
        for reason in explanation.reasons
    ]


def _table(explanation: Explanation) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for header, justify in (("term", "left"), ("probability of threshold", "right"), ("margin", "right")):
        table.add_column(header, justify=justify)  # type: ignore[arg-type]
    table.add_column("holds")
    for row in rows(explanation):
        table.add_row(*row)
    return table


def _otherwise(explanation: Explanation, reason: Reason) -> str:
    by = "" if reason.margin is None else f" (by {abs(reason.margin):.3f})"
    return f"{_named(explanation, reason)} did {'not hold' if reason.holds else 'hold'}{by}"


def _named(explanation: Explanation, reason: Reason) -> str:
    return shown(reason.term) + ("" if reason.face == explanation.face else f" of face {reason.face}")


def _rounded(reason: dict[str, Any]) -> dict[str, Any]:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in reason.items()}
