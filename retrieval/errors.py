"""Every error that the product raises on purpose; `str(error)` is what a person reads: what, why, what to do.

Nothing here prints, and nothing here knows about SQL, images or networks.
"""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

JOINERS = "\u200c\u200d"  # ZWNJ and ZWJ: of themselves unseen, and a part of Persian and Hindi names and of emoji
WINDOW = 72  # columns of a long query shown around the place of an error


class FacequeryError(Exception):
    """The root of all errors that a person can do something about.

    `wrong_usage` says that what was asked cannot be meant, whatever the files hold.
    """

    wrong_usage = False


class LibraryMissing(FacequeryError):
    """There is no library in that folder."""


class LibraryUnfinished(FacequeryError):
    """A copy of another library is not complete there, and is no library yet."""


class LibraryTooNew(FacequeryError):
    """The library was made by a newer version; it was not touched."""


class LibraryDamaged(FacequeryError):
    """The library file is not one of ours, or SQLite finds it malformed."""


class ColumnsTooLarge(FacequeryError):
    """What answers are made of does not fit into this machine's memory: `needed` megabytes, of which there are `there`,
    by what it has left or a setting says. Many questions are asked of the database instead, and the others cannot be.
    """

    def __init__(self, needed: float, there: float) -> None:
        super().__init__(
            f"The library is too large for this machine's memory: its columns take {needed:,.0f} MB while they are "
            f"made, and there are {there:,.0f}. Searching and counting ask the database instead; all else needs a "
            "machine with more, or FACEQUERY_COLUMNS=MEGABYTES in the environment where these are there after all."
        )
        self.needed, self.there = needed, there


class LibraryFull(FacequeryError):
    """The disk refused a write; the running batch was rolled back, earlier ones are safe."""


class WrongModel(FacequeryError):
    """The library holds faces of another model; vectors of two models never mix."""


class NoSuchFace(FacequeryError):
    """No face with that number can be shown: unknown, replaced, or its photograph is missing."""


class UnknownAttribute(FacequeryError):
    """No attribute has that name; `suggestions` were probably meant."""

    wrong_usage = True

    def __init__(self, name: str, suggestions: tuple[str, ...] = ()) -> None:
        meant = f"Did you mean {either(suggestions)}?" if suggestions else "`facequery facets` lists all 40."
        super().__init__(f"No attribute is called “{shown(name[:40])}”. {meant}")
        self.suggestions = suggestions


class NothingToUndo(FacequeryError):
    """There is no such action, or it is undone already."""


class NoSuchSearch(FacequeryError):
    """No search was saved under that name."""


class NoSuchReview(FacequeryError):
    """No review has that number, or it was undone."""


class NothingToReview(FacequeryError):
    """There is no face to judge, or no attribute to judge it by."""


class LibraryChanged(FacequeryError):
    """The library moved on while a long answer was being written, or a person decided about one."""


class AmongPhotographs(FacequeryError):
    """Something was to be written where photographs lie, and nothing ever is."""

    wrong_usage = True


class InsideLibrary(FacequeryError):
    """Something for others was to be written into the library's own folder, where it could take the library's place."""

    wrong_usage = True


class AlreadyThere(FacequeryError):
    """Something was to be written where something is, and nobody said that it may go."""

    wrong_usage = True


class BackupRefused(FacequeryError):
    """A copy of the library was to be made where something is already."""

    wrong_usage = True


class NoSuchPerson(FacequeryError):
    """No group of faces has that number."""


class NotThatPerson(FacequeryError):
    """Something was said of a group, or of faces in it, that it cannot be."""

    wrong_usage = True


class NoSuchShortlist(FacequeryError):
    """No shortlist has that name."""


class NotThatShortlist(FacequeryError):
    """Something was said of a shortlist, or of faces in it, that it cannot be."""

    wrong_usage = True


class NotRecognised(FacequeryError):
    """The library's model cannot tell whether two faces are the same person."""


class ContradictoryExamples(FacequeryError):
    """Faces that others should resemble, and should not, leave nothing to look for."""

    wrong_usage = True


class LibraryBusy(FacequeryError):
    """Somebody else is writing to the library; `pid` says who, None where that is not known."""

    def __init__(self, library: Path | str, pid: int | None = None) -> None:
        who = f"process {pid}" if pid is not None else "another process"
        super().__init__(
            f"The library in {shown(str(library))} is being written by {who}. "
            "Wait until it has finished or stop it, then try again; searching works meanwhile."
        )
        self.pid = pid


class UnreadableImage(FacequeryError):
    """A picture that cannot be had; `reason` is one short sentence without a full stop.

    `passing` says that the bytes were not judged (no permission, no memory, a failing disk): trying again later
    may well succeed.
    """

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing


class QueryError(FacequeryError):
    """A query that cannot be read.

    `position` counts characters from 0 and lies inside the query (0 in an empty one); `suggestions` are
    names or operators that were probably meant, the best first. They stand for `length` characters of the query;
    0 where that is not known.
    """

    wrong_usage = True

    def __init__(
        self, problem: str, query: str, position: int, suggestions: tuple[str, ...] = (), length: int = 0
    ) -> None:
        super().__init__(problem, query, position, suggestions, length)
        self.problem = problem
        self.query = query
        self.position = position
        self.suggestions = suggestions
        self.length = length

    def __str__(self) -> str:
        line, column = excerpt(self.query, self.position)
        text = f"{self.problem}\n  {line}\n  {' ' * column}^"
        return f"{text}\nDid you mean {either(self.suggestions)}?" if self.suggestions else text


def excerpt(text: str, position: int) -> tuple[str, int]:
    """One printable line around `position`, and the terminal column at which that character starts in it."""
    start = max(0, min(position - WINDOW // 2, len(text) - WINDOW))
    lead = "…" if start else ""
    tail = "…" if start + WINDOW < len(text) else ""
    before = lead + shown(text[start:position])
    return before + shown(text[position : start + WINDOW]) + tail, sum(map(_columns, before))


def shown(text: str) -> str:
    """`text` with every character that would move the cursor, hide, or not encode replaced by a visible one."""
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    code = ord(character)
    if character in JOINERS:
        return character
    if code < 0x20:
        return chr(0x2400 + code)  # the control pictures of Unicode: U+240A for a line feed
    if code == 0x7F:
        return "\u2421"
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    return "\ufffd" if hidden else character


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0  # combining marks sit on the character before them, and joiners are not seen
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def either(choices: Sequence[str]) -> str:
    """`a, b or c`."""
    *others, last = choices
    return f"{', '.join(others)} or {last}" if others else last
