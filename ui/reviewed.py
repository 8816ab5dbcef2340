"""What a person's judgement of a sample says of an answer, in words. It asks the library, and draws nothing."""

import math
import time
from typing import TYPE_CHECKING, Any

from ui.words import counted, spelled

if TYPE_CHECKING:
    from retrieval.calibrations import Proposal
    from retrieval.language.query import Parsed
    from retrieval.library import Library
    from retrieval.reviewing.statement import Interval, Statement
    from retrieval.tables.reviews import Review

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
HOLDS = "In 95 of 100 reviews every such interval holds what is true of this collection, however often one looks."

CHANCE = "Chance alone could do as much for it: leave it as it is, or judge more faces first."


def said_of(library: "Library", query: "str | Parsed | None", precision: float | None = None) -> str | None:
    """How good the answer is by the last review of it, in a few words; None where there is none that says anything.

    `87 to 95 % right in a review of 50 on 27 November; 61 to 85 % of all such faces found`
    """
    review = None if query is None else library.reviews.of(query, precision)
    if review is None:
        return None
    statement = library.reviews.statement(review.id)
    return said(review, statement, library.reviews.since(review.id)) if statement.precision else None


def said(review: "Review", statement: "Statement", since: list[str]) -> str:
    """What a review with a precision says; that it is older than the answer, where that has changed."""
    assert statement.precision is not None
    line = f"{between(statement.precision)} right in a review of {statement.judged[0]:,} on {day(review)}"
    if statement.recall is not None:
        line += f"; {between(statement.recall)} of all such faces found"
    return f"{line} (the answer has changed since)" if since else line


def between(interval: "Interval") -> str:
    """`87 to 95 %`, rounded outwards, so that it claims no more than it may."""
    low, high = math.floor(round(interval.low * 100, 6)), math.ceil(round(interval.high * 100, 6))
    return f"{low} %" if low == high else f"{low} to {high} %"


def day(review: "Review") -> str:
    """`27 November`, with the year where it is another than this."""
    moment, now = time.localtime(review.last or review.made), time.localtime()
    year = "" if moment.tm_year == now.tm_year else f" {moment.tm_year}"
    return f"{moment.tm_mday} {_MONTHS[moment.tm_mon - 1]}{year}"


def sentences(library: "Library", number: int) -> list[str]:
    """All that a review says by now, and what to do next."""
    review, statement = library.reviews.named(number), library.reviews.statement(number)
    progress = library.reviews.progress(number)
    lines = []
    if statement.precision is not None:
        about = f"{statement.right:,} of {statement.judged[0]:,} judged"
        lines.append(f"{between(statement.precision)} of the {counted(review.hits, 'face')} are right ({about}).")
    if statement.recall is not None:
        about = f"{statement.missed:,} of {statement.judged[1]:,} that do not match were such faces after all"
        lines.append(f"{between(statement.recall)} of all such faces here are among them ({about}).")
    if lines:
        lines.append(HOLDS)
    if statement.unsure:
        lines.append(f"{counted(statement.unsure, 'face')} could not be judged, and are left out of it.")
    return [*lines, *library.reviews.since(number), _next(progress.hits, progress.misses)]


def of_calibration(proposal: "Proposal") -> list[str]:
    """What moving an attribute's calibration would change."""
    moved, name = proposal.moved, spelled(proposal.moved.attribute)
    before, after = f"{moved.before * 100:.1f}", f"{moved.after * 100:.1f}"
    lines = [
        f"{counted(moved.faces, 'judged face')} say how often {name} is true here, where the model says it: its "
        f"log-odds would be multiplied by {moved.move.slope:.2f}, then {moved.move.shift:+.2f} added.",
        f"Expected calibration error: {before} points as the model is, {after} once it is moved (each tenth of the "
        "judged faces foretold by the rest).",
        f"{counted(proposal.gained, 'face')} would count as {name} that {'does' if proposal.gained == 1 else 'do'} not "
        f"now, and {proposal.lost:,} no more.",
    ]
    if proposal.standing is not None:
        lines.append("It is moved already; this would take that one's place.")
    return lines if proposal.better else [*lines, CHANCE]


def calibration_as_dict(proposal: "Proposal") -> dict[str, Any]:
    """The same, for JSON."""
    moved = proposal.moved
    return {
        "attribute": moved.attribute,
        "model": moved.model,
        **{name: round(value, 4) for name, value in moved.move._asdict().items()},
        "judged": moved.faces,
        "error": {"before": round(moved.before, 4), "after": round(moved.after, 4)},
        "better": proposal.better,
        "gained": proposal.gained,
        "lost": proposal.lost,
        "threshold": proposal.threshold,
    }


def as_dict(library: "Library", review: "Review") -> dict[str, Any]:
    """A review for JSON: what it is about, how far it is, and what it says."""
    statement, progress = library.reviews.statement(review.id), library.reviews.progress(review.id)
    return {
        "review": review.id,
        "query": review.query,
        "precision_asked": review.precision,
        "model": review.model,
        "generation": review.generation,
        "hits": review.hits,
        "misses": review.misses,
        "judged": {"hits": progress.hits[0], "misses": progress.misses[0], "unsure": statement.unsure},
        "precision": _interval(statement.precision),
        "recall": _interval(statement.recall),
        "since": library.reviews.since(review.id),
        "to_judge": progress.to_judge,
    }


def _interval(found: "Interval | None") -> dict[str, float] | None:
    return None if found is None else {name: round(value, 4) for name, value in found._asdict().items()}


def _next(hits: tuple[int, int | None], misses: tuple[int, int | None]) -> str:
    """What comes of judging on: hits and misses take turns."""
    if hits[1] is not None and (misses[1] is None or hits[1] <= misses[1]):
        return f"Judge {counted(hits[1] - hits[0], 'more face')} of the answer, and it says how many are right."
    if misses[1] is not None:
        left = counted(misses[1] - misses[0], "more face")
        return f"Judge {left} that do not match but nearly do, and it says how many of all such faces are found."
    return "All that were drawn are judged."
