"""What the commands need that look at pictures: a tagger that fits the library, a finder, and how a run is shown.

Importing this loads no torch; making a tagger does.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer import pipeline
from indexer.faces import Finder
from indexer.pipeline import Progress, Report
from indexer.read import UnreadableImage
from indexer.report import NO_FACE
from retrieval.errors import LibraryMissing, WrongModel, shown
from retrieval.library import Library
from retrieval.tables.disks import network
from retrieval.tables.schema import DIMENSIONS
from ui.options import DEFAULT_MODEL, Crop
from ui.output import console, say, write_json, write_table
from ui.progress import Show

if TYPE_CHECKING:
    from classifiers.tagger import Tagger

SHOWN = 20  # rejected photographs that are named on a terminal; JSON names all


def tagger_for_folder(folder: Path, name: str | None, device: str) -> "Tagger":
    """As `tagger_for`, for a library that need not be there yet, and is not made."""
    try:
        with Library.open(folder) as library:
            return tagger_for(library, name, device)
    except LibraryMissing:
        return loaded(name or DEFAULT_MODEL, device)


def tagger_for(library: Library, name: str | None, device: str) -> "Tagger":
    """The tagger of that name, or the one that tagged the library, or the default for an empty one.

    WrongModel when the library's faces are another model's: their vectors cannot be compared.
    """
    known = library.model
    tagger = loaded(name or (known.name if known else DEFAULT_MODEL), device)
    if known and known.fingerprint != tagger.fingerprint:
        raise WrongModel(
            f"The library in {shown(str(library.folder))} was tagged by {known.name} {known.fingerprint[:12]}, "
            f"and this is {tagger.name} {tagger.fingerprint[:12]}: two models' faces do not compare. "
            "Name the model that tagged it with --model, or index into another --library."
        )
    return tagger


def loaded(name: str, device: str) -> "Tagger":
    """A tagger whose embeddings fit a library; WrongModel for another."""
    from classifiers.tagger import Tagger

    tagger = Tagger.load(name, device)
    if tagger.card.features != DIMENSIONS:
        raise WrongModel(
            f"{shown(tagger.name)} embeds a face in {tagger.card.features} numbers, and a library holds {DIMENSIONS}: "
            f"it can `tag` pictures, not index them. Train one with --features {DIMENSIONS}."
        )
    return tagger


def warn_of_a_shared_disk(folder: Path) -> None:
    """Says that a library is better not kept where it is, if other machines may see its disk."""
    if kind := network(folder):
        say(
            f"The library in {shown(str(folder))} lies on a disk that other machines may share ({kind}). It is safe "
            "only while one of them uses it, and slow: name a folder on a disk of this machine with --library."
        )


def finder_for(crop: Crop, device: str) -> Finder | None:
    """What finds faces; None where each picture already is one."""
    if crop is Crop.aligned:
        return None
    from classifiers.tagger import available

    return Finder(available(device))


def on_progress(show: Show) -> Callable[[Progress], None]:
    """Shows an indexing run on a progress bar."""
    return lambda now: show(now.done, now.total, f"{now.faces:,} faces, {now.rejected:,} rejected")


def write_report(report: Report, *, as_json: bool) -> None:
    """What a run did with every photograph."""
    if as_json:
        write_json(report.as_json())
        return
    facts = report.as_json()
    rows = [[f"{count:,}", outcome] for outcome, count in facts["photos"].items()]
    write_table(["photographs", ""], [*rows, [f"{report.faces:,}", "new faces"]], numbers=1)
    stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in report.seconds.items() if stage != "total")
    console().print(
        f"{report.seconds['total']:.1f} seconds, {report.photos_per_second:.1f} photographs a second ({stages})"
    )
    if report.rejected:
        reasons = [[shown(rejected.photo), rejected.reason] for rejected in report.rejected[:SHOWN]]
        write_table(["rejected", "why"], reasons)
        if len(report.rejected) > SHOWN:
            say(f"and {len(report.rejected) - SHOWN:,} more, all named by --json")


def embedding_of(image: Path, tagger: "Tagger", finder: Finder | None) -> NDArray[np.float32]:
    """float32[512] of the largest face in a picture; UnreadableImage names the picture when there is none."""
    name = shown(str(image))
    try:
        faces, tags = pipeline.faces_of(str(image), tagger, finder)
    except UnreadableImage as error:
        raise UnreadableImage(f"{name}: {error.reason}") from error
    if not faces:
        advice = "Try --crop aligned if the picture is nothing but one face."
        raise UnreadableImage(f"{name}: {NO_FACE}. {advice}")
    if len(faces) > 1:
        say(f"{name} shows {len(faces)} faces: comparing with the largest, at {faces[0].box}.")
    embedding: NDArray[np.float32] = tags.embeddings[0]
    return embedding
