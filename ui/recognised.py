"""What is said of who is the same person: by what faces were compared, what was left out, and how that is mended. And
the pass that makes descriptors, as a command shows it.
"""

from typing import TYPE_CHECKING, Any

from retrieval.errors import shown
from ui import progress
from ui.output import console, say, write_table
from ui.words import counted

if TYPE_CHECKING:
    from indexer.describe import Described
    from retrieval.library import Answer, Library
    from retrieval.people import Grouped

SHOWN = 20  # photographs that could not be described are named on a terminal; JSON names all


def describe(library: "Library", workers: int, *, quiet: bool) -> "Described":
    """Gives every face that has none a descriptor; says how to go on if it is stopped."""
    from indexer import describe as describing

    try:
        with progress.bar(quiet=quiet) as show, describing.processes(workers) as pool:
            return describing.describe(
                library,
                describing.by_dlib,
                pool,
                workers=workers,
                progress=lambda done, total: show(done, total, "descriptors"),
            )
    except KeyboardInterrupt:
        say("Stopped. The descriptors made so far are in the library; `facequery people describe` goes on from there.")
        raise


def as_json(report: "Described") -> dict[str, Any]:
    """What a pass did."""
    return {"described": report.faces, "rejected": [rejected._asdict() for rejected in report.rejected]}


def write(report: "Described") -> None:
    """The same, for people."""
    console().print(f"{counted(report.faces, 'face')} described")
    if report.rejected:
        write_table(["not described", "why"], [[shown(one.photo), one.reason] for one in report.rejected[:SHOWN]])
        if len(report.rejected) > SHOWN:
            say(f"and {len(report.rejected) - SHOWN:,} more, all named by --json")


def remark_on_answer(answer: "Answer", library: "Library") -> None:
    """Says if the model's head stood in for descriptors, and how many faces were left out for want of one."""
    if answer.by == "head":
        without = "not every example has a descriptor" if library.described() else "no face has a descriptor yet"
        say(f"Who is the same person was asked of the model's own head: {without}. {how()}")
    elif answer.undescribed:
        say(f"Without a descriptor, and so left out: {counted(answer.undescribed, 'matching face')}. {how()}")


def remark_on_groups(found: "Grouped") -> None:
    """Says by what faces were grouped, where it was not by descriptors."""
    if found.means == "head":
        say(f"Grouped by the model's own head: {counted(found.undescribed, 'face')} without a descriptor. {how()}")


def how() -> str:
    """How descriptors are had."""
    from indexer.describe import installed

    first = "" if installed() else "`pip install 'facequery[people]'`, then "
    return f"They know people better: {first}`facequery people describe` makes them."
