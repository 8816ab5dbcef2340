"""The commands `export` and `verify-set`: faces for other programs. Every way out has its own module in `ui.files`."""

import json
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NamedTuple

import typer

from ui import options
from ui.options import library_place

if TYPE_CHECKING:
    from retrieval.library import Library
    from ui.chosen import Chosen
    from ui.files.formats import Wrote

Query = Annotated[
    str | None, typer.Argument(metavar="QUERY", help="Every face that matches, or @NAME's; else say --shortlist.")
]
Shortlist = Annotated[str | None, typer.Option(metavar="NAME", help="A shortlist, in its order and with its notes.")]
Faces = Annotated[list[int] | None, typer.Option(metavar="ID", help="A face by its number; may be repeated.")]
Tables = Annotated[list[Path] | None, typer.Option(metavar="FILE", help="A table: FILE.csv or FILE.parquet.")]
Coco = Annotated[list[Path] | None, typer.Option(metavar="FILE", help="COCO annotations, as JSON.")]
Xmp = Annotated[
    list[Path] | None, typer.Option(metavar="FOLDER", help="XMP sidecars, in a tree like the photographs'.")
]
Sheets = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="A contact sheet: FILE.pdf of all, or FILE.png of the first 100."),
]
Cited = Annotated[list[Path] | None, typer.Option(metavar="FILE", help="A result set that can be cited, as JSON.")]
Originals = Annotated[
    list[Path] | None, typer.Option("--zip", metavar="FILE", help="The photographs themselves, in FILE.zip.")
]
Crops = Annotated[list[Path] | None, typer.Option(metavar="FILE", help="The faces cut out, in FILE.zip.")]
Links = Annotated[
    list[Path] | None, typer.Option(metavar="FOLDER", help="Links to the photographs, in a new or empty folder.")
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there already.")]

ENDINGS = {  # of the files that a way out writes, and what such a file is
    "to": ("a table", ".csv", ".parquet"),
    "sheet": ("a contact sheet", ".png", ".pdf"),
    "zip": ("an archive", ".zip"),
    "crops": ("an archive", ".zip"),
}
_Ways = dict[str, list[Path] | None]
"""The ways out, named as their options are, and where to."""


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    app.command()(export)
    app.command("verify-set")(verify_set)


def export(
    query: Query = None,
    shortlist: Shortlist = None,
    face: Faces = None,
    to: Tables = None,
    coco: Coco = None,
    xmp: Xmp = None,
    sheet: Sheets = None,
    cite: Cited = None,
    originals: Originals = None,
    crops: Crops = None,
    links: Links = None,
    force: Force = False,
    library: options.LibraryPlace = None,
) -> None:
    """Writes faces for other programs. Never among the photographs; each option may be repeated."""
    files: _Ways = {"to": to, "coco": coco, "sheet": sheet, "cite": cite, "zip": originals, "crops": crops}
    ways = files | {"links": links, "xmp": xmp}
    _check_endings(ways)
    _check_whose(query, shortlist, face, citing=bool(cite))
    wanted = _wanted(ways)
    from retrieval.library import Library

    with Library.open(library_place(library)) as open_library:
        chosen = _chosen(open_library, query, shortlist, face or [])
        out = _Out(open_library, chosen, open_library.folders_of_photographs(), force, set())
        for way, path in wanted:
            out.check(path, way)  # before anything is written
        _tell([(_write(out, way, path), str(path)) for way, path in wanted], chosen)


def _check_endings(ways: _Ways) -> None:
    for way, (what, *endings) in ENDINGS.items():
        if any(path.suffix.lower() not in endings for path in ways[way] or ()):
            raise typer.BadParameter(f"{what}'s file ends in {' or '.join(endings)}", param_hint=f"--{way}")


def _check_whose(query: str | None, shortlist: str | None, faces: list[int] | None, *, citing: bool) -> None:
    if sum(given is not None for given in (query, shortlist, faces)) != 1:
        raise typer.BadParameter("say whose faces: either a QUERY, or --shortlist NAME, or --face ID")
    if faces and citing:
        raise typer.BadParameter("only a query or a shortlist can be cited, since it can be asked again")


def _wanted(ways: _Ways) -> list[tuple[str, Path]]:
    """Each place and the way to write it; none, and one place twice, are wrong usage."""
    wanted = [(way, path) for way, paths in ways.items() for path in paths or ()]
    if not wanted:
        raise typer.BadParameter("say what to write: --to, --coco, --xmp, --sheet, --cite, --zip, --crops or --links")
    if len({os.path.realpath(path) for _, path in wanted}) < len(wanted):
        raise typer.BadParameter("two of these are the same place, and one would overwrite the other")
    return wanted


def _chosen(library: "Library", query: str | None, shortlist: str | None, faces: list[int]) -> "Chosen":
    from ui.chosen import Chosen

    if shortlist is not None:
        return Chosen.of_list(library, shortlist)
    if query is not None:
        from ui.explanations import understood

        return Chosen.of_query(library, understood(library, query))
    for number in faces:
        library.face(number)  # NoSuchFace
    return Chosen.of_faces(library, faces)


def _tell(done: "list[tuple[Wrote, str]]", chosen: "Chosen") -> None:
    """Says what was written, and names the photographs that were not."""
    from retrieval.errors import shown
    from ui.output import say
    from ui.words import counted

    for problem in dict.fromkeys(problem for wrote, _ in done for problem in wrote.problems):
        say(problem)
    if missing := len(chosen.faces) - len(chosen.library.there(chosen.faces)):
        say(f"{counted(missing, 'face')} could not be taken: the photographs are missing.")
    say(f"Written: {', '.join(f'{counted(wrote.number, wrote.what)} to {shown(place)}' for wrote, place in done)}.")
    if missing or any(wrote.problems for wrote, _ in done):
        raise typer.Exit(1)


def verify_set(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A result set written by export --cite.")],
    library: options.LibraryPlace = None,
    as_json: options.Json = False,
) -> None:
    """Checks a cited result set against the library. The same faces, model and thresholds?"""
    from retrieval.answers.citation import BadCitation
    from retrieval.library import Library
    from ui.output import console, write_json

    try:
        cited = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:  # the latter for thousands of open brackets
        raise BadCitation("This is no result set of facequery: it is not even JSON.") from error
    with Library.open(library_place(library)) as open_library:
        differences = open_library.differences(cited)
    if as_json:
        write_json({"query": cited["query"], "total": cited["total"], "differences": differences})
    else:
        for sentence in differences or [f"The library gives the same {cited['total']:,} faces."]:
            console().print(sentence)
    if differences:
        raise typer.Exit(1)


class _Out(NamedTuple):
    """What is written out, and where nothing may be; in the folders `swept` nothing half written is left of others."""

    library: "Library"
    chosen: "Chosen"
    photographs: frozenset[str]
    force: bool
    swept: set[Path]

    def check(self, path: Path, way: str = "xmp") -> None:
        """AmongPhotographs, InsideLibrary, and AlreadyThere for what has to be new."""
        from ui.files import links
        from ui.files.written import check, check_new

        check(path, self.photographs, self.library.folder)
        if way == "links":
            links.check(path)
        elif way != "xmp":
            check_new(path, force=self.force)

    def file(self, path: Path) -> AbstractContextManager[BinaryIO]:
        """As `ui.files.written`."""
        from ui.files.written import written

        self.sweep(path.parent)
        return written(path, self.photographs, self.library.folder)

    def sweep(self, folder: Path) -> None:
        """Removes what others have left there half written, once."""
        from retrieval import unfinished

        if folder not in self.swept:
            unfinished.sweep(folder)
            self.swept.add(folder)


def _write(out: _Out, way: str, path: Path) -> "Wrote":
    """Writes what is chosen to one place."""
    from ui.files.formats import FORMATS, Wrote

    if way == "links":
        return _links(out, path)
    if way == "xmp":
        return _sidecars(out, path)
    named = {"zip": "originals", "crops": "faces", "cite": "citation", "coco": "coco"}
    with out.file(path) as file:
        wrote: Wrote = FORMATS[named.get(way) or path.suffix.lower().removeprefix(".")].write(out.chosen, file)
    return wrote


def _links(out: _Out, folder: Path) -> "Wrote":
    from ui.files import links
    from ui.files.formats import Wrote

    out.sweep(folder.parent)
    linked = links.write((hit.photo for hit in out.chosen.hits()), folder)
    return Wrote.but(linked.number, "link", linked.problems)


def _sidecars(out: _Out, folder: Path) -> "Wrote":
    """Writes them in a tree; why a photograph got none is one of the problems."""
    from indexer.read import UnreadableImage
    from retrieval.errors import AlreadyThere
    from ui.files import sidecars
    from ui.files.formats import Wrote

    number, problems, thresholds = 0, list[tuple[str, str]](), out.chosen.thresholds()
    for photo, faces in sidecars.of_photographs(out.chosen):
        try:
            place = sidecars.beside(folder, photo)
            out.check(place)
            document = sidecars.document(out.chosen, faces, thresholds)
            out.check(place, "new")
            with out.file(place) as file:
                document.write(file, "utf-8", xml_declaration=True)
            number += 1
        except (UnreadableImage, AlreadyThere, OSError) as error:
            problems.append((photo, str(error.strerror if isinstance(error, OSError) else error)))
    return Wrote.but(number, "sidecar", problems)
