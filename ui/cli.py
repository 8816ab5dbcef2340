"""The command line: `facequery COMMAND`. Data goes to standard output, everything else to standard error.

Exit status: 0 done, 1 something was skipped or not found, 2 wrong usage; `ui.ending` has the others. Heavy packages are
imported by the commands that need them, so that help and searching answer at once.
"""

import codecs
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from classifiers import DEFAULT_MODEL
from retrieval import garbage
from ui import ending, given, options
from ui.commands import (
    backup,
    copy,
    correct,
    erase,
    export,
    grant,
    index,
    people,
    retag,
    review,
    searches,
    shortlists,
    similar,
    tag,
    verify,
)
from ui.commands import map as map_of_faces
from ui.options import all_if_zero, library_place
from ui.study import card, compare, evaluate, explore, grid, people_head, train

app = typer.Typer(
    name="facequery",
    help="Search your own collection of face photographs by what the faces look like.",
    epilog='Begin with: facequery index ~/Pictures, then: facequery find "Smiling AND NOT Eyeglasses"',
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Rich takes as long to load as all the rest of `--help`
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def main() -> None:
    """What the installed `facequery` runs."""
    garbage.collect_seldom()
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # torch's threads spin else, and stall when a core is busy
    codecs.register_error("filename", _bytes_or_question_mark)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="filename")  # type: ignore[union-attr]
    status = ending.status_of(app)
    garbage.leave()
    sys.exit(status)


def _bytes_or_question_mark(error: UnicodeError) -> tuple[str | bytes, int]:
    """Writes a file's name as the bytes it has, and what the terminal's encoding does not know as a question mark."""
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeEncodeError as unknown:
        return "?" * (unknown.end - unknown.start), unknown.end


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        sys.stdout.write(f"facequery {version('facequery')}\n")
        raise typer.Exit


@app.callback()
def facequery(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Write the version and end.")
    ] = False,
) -> None:
    """What every command is part of."""


index.add_to(app)


@app.command()
def find(
    query: options.Query,
    library: options.LibraryPlace = None,
    limit: options.Limit = 60,
    offset: Annotated[int, typer.Option(metavar="N", min=0, help="Faces to pass over first.")] = 0,
    sort: Annotated[
        options.Sort, typer.Option(help="The order of the faces; by when they were added or taken, the newest first.")
    ] = "confidence",
    precision: options.Precision = None,
    as_json: options.Json = False,
    as_csv: options.Csv = False,
    paths: options.Paths = False,
    null: options.Null = False,
    explain: options.Explain = False,
) -> None:
    """Faces that match a query, the most certain first."""
    options.one_form(as_json=as_json, as_csv=as_csv, paths=paths, null=null)
    if explain and (as_csv or paths or null):
        raise typer.BadParameter("--explain writes a table or JSON, neither CSV nor paths")
    if precision is not None and not 0 <= precision <= 1:
        raise typer.BadParameter("--precision is a share between 0 and 1, such as 0.95")
    from retrieval.library import Library
    from ui import explanations, reviewed
    from ui.output import write_answer

    with Library.open(library_place(library)) as open_library:
        query = explanations.understood(open_library, query)
        answer = open_library.find(query, limit=all_if_zero(limit), offset=offset, sort=sort, precision=precision)
        reasons = explanations.explained(open_library, answer) if explain else []
        explanations.warn(open_library, query)
        dropped = [] if answer.total else explanations.say_what_to_drop(open_library, query)
        if precision and not answer.total:
            explanations.say_what_is_sure(open_library, query, precision)
        known = reviewed.said_of(open_library, query, precision)
    if explain:
        return explanations.write_explained(answer, reasons, dropped, known, as_json=as_json)
    return write_answer(
        answer, "confidence", dropped, as_json=as_json, as_csv=as_csv, paths=paths, null=null, reviewed=known
    )


@app.command()
def facets(
    query: Annotated[
        str | None, typer.Argument(metavar="QUERY", help="Count among the faces that match; without it, among all.")
    ] = None,
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """How many of the matching faces have each attribute."""
    from retrieval.library import Library
    from ui import explanations
    from ui.output import read_as, write_json, write_table

    with Library.open(library_place(library)) as open_library:
        found = open_library.facets(query and explanations.understood(open_library, query))
        if found.query and not found.total:
            explanations.say_what_to_drop(open_library, found.query)
    if as_json:
        write_json({"query": found.query, "total": found.total, "counts": found.counts, **read_as(found.query)})
        return
    ordered = sorted(found.counts.items(), key=lambda count: -count[1])
    rows = [[f"{count:,}", f"{count / max(1, found.total):.1%}", name] for name, count in ordered]
    write_table(["faces", f"of {found.total:,}", "attribute"], rows, numbers=2)


similar.add_to(app)
tag.add_to(app)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the contact sheet goes.")] = Path("demo"),
    query: Annotated[
        str, typer.Option(metavar="QUERY", help="What to look for.")
    ] = "Male AND Eyeglasses AND NOT Smiling",
    model: options.AnyModel = DEFAULT_MODEL,
    as_json: options.Json = False,
) -> None:
    """Answers a query over the shipped samples. They go into a throw-away library; a contact sheet shows the answer."""
    from ui.commands.demo import demonstrate

    demonstrate(out, query, model, as_json=as_json)


@app.command()
def ui(
    library: options.LibraryPlace = None,
    port: Annotated[int, typer.Option(metavar="N", min=1, max=65535, help="On 127.0.0.1.")] = 8501,
    root: Annotated[
        list[Path] | None,
        typer.Option(metavar="FOLDER", help="Where folders may be added from; without it, your home."),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
) -> None:
    """Opens the app in a browser, for this machine only."""
    from ui.server import serve

    roots = root or [Path.home()]
    raise typer.Exit(serve(library_place(library), port=port, roots=roots, open_browser=not no_browser))


train.add_to(app)
people_head.add_to(app)
people.add_to(app)
map_of_faces.add_to(app)
evaluate.add_to(app)
compare.add_to(app)
explore.add_to(app)
grid.add_to(app)
card.add_to(app)
correct.add_to(app)
searches.add_to(app)
review.add_to(app)
shortlists.add_to(app)
retag.add_to(app)
export.add_to(app)
verify.add_to(app)
backup.add_to(app)
copy.add_to(app)
grant.add_to(app)
erase.add_to(app)
given.check_paths(app)


if __name__ == "__main__":
    main()
