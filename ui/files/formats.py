"""The files that faces can be taken away as: each writes what is chosen into one file, and says what became of it."""

import json
from collections.abc import Callable, Iterable
from typing import BinaryIO, NamedTuple, Self

from retrieval.errors import shown
from retrieval.library import Answer, Hit
from ui.chosen import Chosen
from ui.files import archive, coco, contact_sheet, sidecars, tables

SHEET = 100  # faces on a contact sheet of one page


class Wrote(NamedTuple):
    """How many of what were written, and a line for each photograph that was not."""

    number: int
    what: str = "face"
    problems: tuple[str, ...] = ()

    @classmethod
    def but(cls, number: int, what: str, problems: Iterable[tuple[str, str]]) -> Self:
        """All but those photographs, with their paths and why."""
        return cls(number, what, tuple(f"{shown(path)}: {reason}" for path, reason in problems))


class Format(NamedTuple):
    """A kind of file: what people call it, how its name ends, its type on the web, and what writes it."""

    label: str
    ending: str
    media: str
    write: Callable[[Chosen, BinaryIO], Wrote]


def write_csv(chosen: Chosen, file: BinaryIO) -> Wrote:
    """A table."""
    return Wrote(tables.write_csv(chosen.pages(), file, chosen.notes))


def write_parquet(chosen: Chosen, file: BinaryIO) -> Wrote:
    """A table."""
    return Wrote(tables.write_parquet(chosen.pages(), file, chosen.notes))


def write_coco(chosen: Chosen, file: BinaryIO) -> Wrote:
    """Annotations: of a query photograph by photograph, else in the order in which the faces were chosen."""
    pages = chosen.pages("path" if chosen.query is not None else "confidence")
    both = ((page, chosen.photographs(page.hits)) for page in pages)
    return Wrote(coco.write(both, chosen.thresholds(), chosen.title, file, chosen.notes))


def write_png(chosen: Chosen, file: BinaryIO) -> Wrote:
    """The first SHEET faces on one page."""
    if chosen.query is not None:
        answer = chosen.library.find(chosen.query, limit=SHEET)
    else:
        answer = Answer(None, chosen.total, chosen.library.faces(chosen.faces[:SHEET]), 0)
    return Wrote(contact_sheet.write(answer, shown(chosen.title), file, chosen.notes))


def write_pdf(chosen: Chosen, file: BinaryIO) -> Wrote:
    """All faces, on as many pages as it takes."""
    return Wrote(contact_sheet.write_pdf(chosen.hits(), shown(chosen.title), file, chosen.notes))


def write_citation(chosen: Chosen, file: BinaryIO) -> Wrote:
    """Only of what is the answer to a query."""
    if chosen.cited is None:
        raise ValueError("Only a query or a shortlist can be cited, since it can be asked again.")
    document = chosen.library.cite(chosen.cited)
    file.write(json.dumps(document, indent=1, allow_nan=False).encode() + b"\n")
    return Wrote(document["total"])


def write_originals(chosen: Chosen, file: BinaryIO) -> Wrote:
    """A ZIP of the photographs."""
    packed = archive.originals(_asked(chosen), file)
    return Wrote.but(packed.number, "photograph", packed.problems)


def write_faces(chosen: Chosen, file: BinaryIO) -> Wrote:
    """A ZIP of the faces, cut out."""
    packed = archive.faces(_asked(chosen), file)
    return Wrote.but(packed.number, "face", packed.problems)


def write_sidecars(chosen: Chosen, file: BinaryIO) -> Wrote:
    """A ZIP of XMP, a document a photograph."""
    packed = archive.documents(sidecars.documents(chosen), file)
    return Wrote.but(packed.number, "sidecar", packed.problems)


FORMATS = {
    "originals": Format("Photographs (ZIP)", ".zip", "application/zip", write_originals),
    "faces": Format("Faces cut out (ZIP)", ".zip", "application/zip", write_faces),
    "pdf": Format("Contact sheet (PDF)", ".pdf", "application/pdf", write_pdf),
    "png": Format(f"Contact sheet (PNG, the first {SHEET})", ".png", "image/png", write_png),
    "csv": Format("Table (CSV)", ".csv", "text/csv", write_csv),
    "parquet": Format("Table (Parquet)", ".parquet", "application/vnd.apache.parquet", write_parquet),
    "coco": Format("Annotations (COCO)", ".json", "application/json", write_coco),
    "xmp": Format("XMP sidecars (ZIP)", ".zip", "application/zip", write_sidecars),
    "citation": Format("Citation (JSON)", ".json", "application/json", write_citation),
}


def _asked(chosen: Chosen) -> archive.Asked:
    def sha256(hits: list[Hit]) -> dict[int, str]:
        return {face: photo.sha256 for face, photo in chosen.photographs(hits).items()}

    return archive.Asked(chosen.hits(), chosen.note, sha256, [photo.path for photo in chosen.missing()])
