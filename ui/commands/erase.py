"""The command `erase`: faces forgotten for good."""

import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ui import options
from ui.options import library_place

if TYPE_CHECKING:
    from retrieval.writing.erasure import Erased


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(erase)


def erase(
    faces: Annotated[list[int] | None, typer.Argument(metavar="ID", help="Faces by their numbers.")] = None,
    query: Annotated[str | None, typer.Option(metavar="QUERY", help="Every face that matches, or @NAME's.")] = None,
    finish: Annotated[bool, typer.Option("--finish", help="Finish what a reader of the library held up.")] = False,
    forget: Annotated[
        bool,
        typer.Option(
            "--forget", help="Let the next indexing bring them back; without faces, all that were ever erased."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """Forgets faces for good. It proves that no byte of them is left in the library, and keeps indexing from bringing
    them back; a backup that was made before still holds them.
    """
    if query is not None and faces:
        raise typer.BadParameter("give either faces by their numbers or --query")
    if query is None and not faces and not finish:
        if forget:
            return _forget(library, yes=yes, as_json=as_json)
        raise typer.BadParameter("give faces by their numbers, --query, or --finish for an erasure that was held up")
    from retrieval.library import Library
    from ui.explanations import understood
    from ui.output import console, write_json
    from ui.words import counted

    with Library.open(library_place(library)) as open_library:
        which = (faces or []) if query is None else understood(open_library, query)
        numbers = open_library.every(which) if isinstance(which, str) else sorted(set(which))
        there = open_library.photographs(numbers)
        absent = [number for number in numbers if number not in there]
        if numbers and not yes:
            typer.confirm(f"Forget {counted(len(numbers), 'face')} for good?", abort=True, err=True)
        erased, beyond = open_library.erase(numbers, forget=forget), open_library.store.beyond
    if as_json:
        write_json(asdict(erased))
    else:
        gone = counted(erased.faces, "face"), counted(erased.photographs, "photograph")
        console().print(f"Forgotten: {gone[0]}, and {gone[1]} with them.")
    _say_what_is_left(erased, absent, beyond)
    if not erased.complete or absent:
        raise typer.Exit(1)
    return None


def _say_what_is_left(erased: "Erased", absent: list[int], beyond: str | None) -> None:
    from retrieval.errors import shown
    from ui.output import say

    if absent:
        say(f"The library has no face {', '.join(map(str, absent))}. Look it up again with `facequery find`.")
    if beyond and erased.faces:
        say(beyond)
    if erased.unremoved:
        say(f"The library's cache is empty but for what could not be removed: {shown(', '.join(erased.unremoved))}.")
    for name in erased.searches:
        remove = f"facequery searches remove {shlex.quote(shown(name))}"
        say(f"The saved search “{shown(name)}” still names somebody who was erased; `{remove}` removes it.")
    if erased.read:
        say("Not yet erased from the disk: somebody still reads it. `facequery erase --finish` completes it later.")
    elif not erased.complete:
        say(
            "Forgotten, but the same bytes are still in the library's files: most likely the same picture is there as "
            "another file, with a face of its own. Find that face and erase it, too."
        )


def _forget(library: str | None, *, yes: bool, as_json: bool) -> None:
    """Forgets what may not come back."""
    from retrieval.library import Library
    from ui.output import console, say, write_json
    from ui.words import counted

    with Library.open(library_place(library)) as open_library:
        if not yes:
            question = "Forget which photographs and faces were erased? The next indexing brings back those it finds."
            typer.confirm(question, abort=True, err=True)
        forgotten = open_library.forget_erased()
    if as_json:
        write_json(forgotten._asdict())
    else:
        console().print(
            f"Forgotten: {counted(forgotten.marks, 'mark')} of what was erased. What of it is still in a folder of "
            "photographs comes back with the next indexing."
        )
    if not forgotten.complete:
        say("Not yet gone from the disk: somebody still reads it. `facequery erase --finish` completes it later.")
        raise typer.Exit(1)
