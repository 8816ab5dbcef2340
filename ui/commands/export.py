"""The commands `export` and `verify-set`: an answer for other programs. Every way out has its own module."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, NamedTuple

import typer

from ui import options
from ui.options import library_folder

if TYPE_CHECKING:
    from retrieval.language.nodes import Thresholds
    from retrieval.library import Answer, Hit, Library, Sort
    from retrieval.tables.photographs import Photograph

PAGE = 5_000  # faces in memory at once
SHEET = 100  # faces on a contact sheet


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    app.command()(export)
    app.command("verify-set")(verify_set)


def export(
    query: options.Query,
    to: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="A table: FILE.csv or FILE.parquet.")] = None,
    coco: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="COCO annotations, as JSON.")] = None,
    xmp: Annotated[
        list[Path] | None, typer.Option(metavar="FOLDER", help="XMP sidecars, in a tree like the photographs'.")
    ] = None,
    sheet: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help=f"The first {SHEET} faces as a picture, FILE.png.")
    ] = None,
    cite: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A result set that can be cited, as JSON.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what is there already.")] = False,
    library: options.LibraryPath = None,
) -> None:
    """Writes the faces that match for other programs. Never among the photographs; each option may be repeated."""
    _check_endings("--to", to, "a table", ".csv", ".parquet")
    _check_endings("--sheet", sheet, "a contact sheet", ".png")
    ways = ((to, _table), (coco, _coco), (sheet, _sheet), (cite, _cite), (xmp, _sidecars))
    wanted = [(path, write) for paths, write in ways for path in paths or ()]
    if not wanted:
        raise typer.BadParameter("say what to write: --to, --coco, --xmp, --sheet or --cite")
    if len({os.path.realpath(path) for path, _ in wanted}) < len(wanted):
        raise typer.BadParameter("two of these are the same place, and one would overwrite the other")
    from retrieval.errors import shown
    from retrieval.library import Library
    from ui.explanations import understood
    from ui.output import say
    from ui.words import counted

    with Library.open(library_folder(library)) as open_library:
        out = _Out(open_library, understood(open_library, query), open_library.folders_of_photographs(), force, set())
        for path, write in wanted:
            out.check(path, new=write is not _sidecars)  # before anything is written
        done = [(write(out, path), shown(str(path))) for path, write in wanted]
    say(f"Written: {', '.join(f'{counted(wrote.number, wrote.what)} to {place}' for wrote, place in done)}.")
    if any(wrote.skipped for wrote, _ in done):
        raise typer.Exit(1)


def _check_endings(option: str, paths: list[Path] | None, what: str, *endings: str) -> None:
    if any(path.suffix.lower() not in endings for path in paths or ()):
        raise typer.BadParameter(f"{what}'s file ends in {' or '.join(endings)}", param_hint=option)


def verify_set(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A result set written by export --cite.")],
    library: options.LibraryPath = None,
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
    with Library.open(library_folder(library)) as open_library:
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
    query: str
    photographs: frozenset[str]
    force: bool
    swept: set[Path]

    def check(self, path: Path, *, new: bool = True) -> None:
        """AmongPhotographs, InsideLibrary, and for what is to be `new` AlreadyThere."""
        from ui.files.written import check, check_new

        check(path, self.photographs, self.library.folder)
        if new:
            check_new(path, force=self.force)

    def file(self, path: Path) -> AbstractContextManager[BinaryIO]:
        """As `ui.files.written`."""
        from retrieval import unfinished
        from ui.files.written import written

        if path.parent not in self.swept:
            unfinished.sweep(path.parent)
            self.swept.add(path.parent)
        return written(path, self.photographs, self.library.folder)


class _Wrote(NamedTuple):
    """How many of what were written, and how many photographs could get none."""

    number: int
    what: str = "face"
    skipped: int = 0


def _pages(out: _Out, sort: "Sort" = "confidence") -> "Iterator[Answer]":
    """The whole answer, a bounded number of faces at a time, all of one generation; LibraryChanged."""
    from retrieval.errors import LibraryChanged

    first = page = out.library.find(out.query, limit=PAGE, sort=sort)
    for offset in range(PAGE, first.total + PAGE, PAGE):
        yield page
        page = out.library.find(out.query, limit=PAGE, offset=offset, sort=sort)
        if page.generation != first.generation:
            raise LibraryChanged("The library was changed while it was written out; run the command again.")


def _photographs(out: _Out, hits: "Iterable[Hit]") -> "dict[int, Photograph]":
    """The photographs of faces that were just found; LibraryChanged if one is gone meanwhile."""
    from retrieval.errors import LibraryChanged

    faces = [hit.face for hit in hits]
    found = out.library.photographs(faces)
    if len(found) < len(faces):
        raise LibraryChanged("The library was changed while it was written out; run the command again.")
    return found


def _table(out: _Out, path: Path) -> _Wrote:
    from ui.files import tables

    write = tables.write_csv if path.suffix.lower() == ".csv" else tables.write_parquet
    with out.file(path) as file:
        return _Wrote(write(_pages(out), file))


def _coco(out: _Out, path: Path) -> _Wrote:
    from ui.files import coco

    both = ((page, _photographs(out, page.hits)) for page in _pages(out, "path"))
    with out.file(path) as file:
        return _Wrote(coco.write(both, _thresholds(out), out.query, file))


def _sheet(out: _Out, path: Path) -> _Wrote:
    from retrieval.errors import shown
    from ui.files import contact_sheet

    with out.file(path) as file:
        return _Wrote(contact_sheet.write(out.library.find(out.query, limit=SHEET), shown(out.query), file))


def _cite(out: _Out, path: Path) -> _Wrote:
    document = out.library.cite(out.query)
    with out.file(path) as file:
        file.write(json.dumps(document, indent=1, allow_nan=False).encode() + b"\n")
    return _Wrote(document["total"])


def _sidecars(out: _Out, folder: Path) -> _Wrote:
    """Writes them, and names the photographs that could get none."""
    from indexer.read import UnreadableImage
    from retrieval.errors import AlreadyThere, shown
    from ui.output import say

    number = skipped = 0
    thresholds = _thresholds(out)
    hits = (hit for page in _pages(out, "path") for hit in page.hits)
    for photo, faces in groupby(hits, lambda hit: hit.photo):
        try:
            _sidecar(out, folder, list(faces), thresholds)
            number += 1
        except (UnreadableImage, AlreadyThere, OSError) as error:
            skipped += 1
            say(f"{shown(photo)}: {error.strerror if isinstance(error, OSError) else error}")
    return _Wrote(number, "sidecar", skipped)


def _sidecar(out: _Out, folder: Path, faces: "list[Hit]", thresholds: "Thresholds") -> None:
    """DIR/home/me/a.jpg.xmp for /home/me/a.jpg: never two photographs' in one place, and none outside of DIR."""
    from indexer.read import UnreadableImage, orientation, read_bytes
    from ui.files import xmp

    first = faces[0]
    if os.pardir in Path(first.photo).parts:
        raise UnreadableImage("its path leads out of the folder, as no indexed photograph's does")
    place = folder / (first.photo.lstrip(os.sep) + ".xmp")
    out.check(place)
    content, photograph = read_bytes(first.photo), _photographs(out, faces)[first.face]
    if content.sha256 != photograph.sha256:
        raise UnreadableImage("its bytes are not those that were indexed")
    regions = [xmp.Region(hit.box, [n for n, p in hit.attributes.items() if p >= thresholds[n]]) for hit in faces]
    said = first.facts if first.dated == "picture" else replace(first.facts, taken=None, utc_offset=None)
    document = xmp.sidecar(regions, photograph.width, photograph.height, orientation(content.data), said)
    with out.file(place) as file:
        document.write(file, "utf-8", xml_declaration=True)


def _thresholds(out: _Out) -> "Thresholds":
    model = out.library.model
    return model.thresholds if model else {}
