"""The command `review`: how good an answer is on this collection, by judging a sample of it."""

from typing import TYPE_CHECKING, Annotated

import typer

from ui import options
from ui.options import library_place, meant

if TYPE_CHECKING:
    from retrieval.library import Library
    from retrieval.reviewing.statement import Answer
    from retrieval.tables.reviews import Review

NEXT = 10  # faces that are named to be judged next


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(review)


def review(
    query: Annotated[str | None, typer.Argument(metavar="QUERY", help="Whose answer, or @NAME's.")] = None,
    yes: Annotated[str | None, typer.Option(metavar="FACES", help="These are so: numbers, such as 12,15.")] = None,
    no: Annotated[str | None, typer.Option(metavar="FACES", help="These are not.")] = None,
    unsure: Annotated[str | None, typer.Option(metavar="FACES", help="Nobody can say of these.")] = None,
    take_back: Annotated[str | None, typer.Option(metavar="FACES", help="Nothing is said of these yet.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Begin another review, of other faces.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="Every review in the library.")] = False,
    calibrate: Annotated[
        str | None,
        typer.Option(metavar="ATTRIBUTE", help="Move its calibration to your photographs, by what was judged of it."),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Of --calibrate: do not ask.")] = False,
    precision: options.Precision = None,
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """How good an answer is on your photographs, by a sample.

    Judge 50 of its faces, and 50 that nearly match; what you say is kept. It says which faces to judge next;
    in the app, "Review this answer" shows them, and keys answer.
    """
    if [listed, query is not None, calibrate is not None].count(True) != 1:
        raise typer.BadParameter("give either a QUERY, or --list, or --calibrate with an attribute")
    if apply and calibrate is None:
        raise typer.BadParameter("--apply is of --calibrate ATTRIBUTE")
    said = _said(yes, no, unsure, take_back)
    from retrieval.library import Library

    with Library.open(library_place(library)) as open_library:
        if calibrate is not None:
            return _calibrate(open_library, calibrate, apply=apply, as_json=as_json)
        if query is None:
            return _list(open_library, as_json)
        begun = _review(open_library, meant(open_library, query), precision, new)
        if said:
            open_library.reviews.judge(begun.id, said)
        return _write(open_library, open_library.reviews.named(begun.id), as_json)


def _review(library: "Library", query: str, precision: float | None, new: bool) -> "Review":
    """The last one of that question; a new one where there is none, or another is wanted."""
    known = None if new else library.reviews.of(query, precision)
    return known or library.reviews.begin(query, precision)


def _said(yes: str | None, no: str | None, unsure: str | None, take_back: str | None) -> "dict[int, Answer | None]":
    given: list[tuple[str | None, Answer | None]] = [(yes, "yes"), (no, "no"), (unsure, "unsure"), (take_back, None)]
    said: dict[int, Answer | None] = {}
    for text, answer in given:
        for face in _numbers(text or ""):
            if face in said:
                raise typer.BadParameter(f"face {face} is named twice")
            said[face] = answer
    return said


def _numbers(text: str) -> list[int]:
    parts = text.replace(",", " ").split()
    if wrong := [part for part in parts if not (part.isascii() and part.isdigit()) or len(part) > 15]:
        raise typer.BadParameter(f"{wrong[0]!r} is no number of a face; give them as 12,15")
    return [int(part) for part in parts]


def _calibrate(library: "Library", attribute: str, *, apply: bool, as_json: bool) -> None:
    """Says what it would change, and changes it on a yes; as JSON, only with --apply."""
    from ui import reviewed
    from ui.output import console, say, write_json
    from ui.words import described

    proposal = library.calibrations.proposal(attribute)
    if not as_json:
        for line in reviewed.of_calibration(proposal):
            console().print(line)
        if not apply:
            typer.confirm(f"Move the calibration of {proposal.moved.attribute}?", abort=True, err=True)
    action = library.calibrations.move(proposal) if apply or not as_json else None
    if as_json:
        write_json({**reviewed.calibration_as_dict(proposal), "action": action and action.id})
    elif action is not None:
        say(f"Done: {described(action)}. `facequery undo {action.id}` takes it back.")


def _list(library: "Library", as_json: bool) -> None:
    from retrieval.errors import shown
    from ui import reviewed
    from ui.output import write_json, write_table

    known = library.reviews.listed()
    if as_json:
        return write_json({"reviews": [reviewed.as_dict(library, one) for one in known]})
    rows = []
    for one in known:
        statement = library.reviews.statement(one.id)
        says = reviewed.said(one, statement, library.reviews.since(one.id)) if statement.precision else "nothing yet"
        rows.append([str(one.id), str(one.judged), shown(one.query), says])
    return write_table(["review", "judged", "query", "says"], rows, numbers=2)


def _write(library: "Library", review: "Review", as_json: bool) -> None:
    from retrieval.errors import shown
    from ui import reviewed
    from ui.output import console, write_json, write_table

    if as_json:
        return write_json(reviewed.as_dict(library, review))
    out = console()
    out.print(f"Review {review.id} of {shown(review.query)}: {review.judged:,} judged")
    for line in reviewed.sentences(library, review.id):
        out.print(line)
    coming = library.reviews.progress(review.id).to_judge[:NEXT]
    rows = [
        [str(hit.face), ",".join(map(str, hit.box[:2])) + " " + ",".join(map(str, hit.box[2:])), shown(hit.photo)]
        for hit in library.faces(coming)
    ]
    return write_table(["judge", "box", "photograph"], rows, numbers=1)
