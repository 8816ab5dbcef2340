"""The command `retag`: the whole library tagged again by another model, and what that changes."""

import csv
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from classifiers import DEFAULT_MODEL
from ui import options
from ui.options import library_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.retag import Retagged
    from retrieval.library import Library

SHOWN = 20  # blocked photographs that are named on a terminal; JSON names all


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(retag)


def retag(
    model: options.AnyModel = DEFAULT_MODEL,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    drop_missing: Annotated[
        bool, typer.Option("--drop-missing", help="Forget photographs that are not there, corrections and all.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Forget them even if it is a tenth of the library, or a whole folder.")
    ] = False,
    library: options.LibraryPlace = None,
    device: options.Device = "auto",
    batch_size: options.BatchSize = 64,
    workers: options.Threads = 2,
    no_progress: options.NoProgress = False,
    as_json: options.Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Write each change as a row.")] = False,
) -> None:
    """Tags every face again with another model. It says what changes; the whole library switches, or nothing."""
    from indexer import models
    from indexer import retag as retagging
    from retrieval.library import Library
    from ui import progress

    with Library.open(library_place(library)) as open_library, progress.bar(quiet=no_progress) as show:
        tagger = models.loaded(model, device)
        report = retagging.retag(
            open_library, tagger, batch_size=batch_size, workers=workers, dry_run=dry_run, drop_missing=drop_missing,
            sure=yes, progress=lambda done, total: show(done, total, "faces"),
        )  # fmt: skip
        if as_json:
            _write_json(report, tagger.name, open_library)
        elif as_csv:
            _write_csv(report, open_library)
        else:
            _write(report, tagger.name)
    _say_what_blocks(report)
    if report.blocked or report.forgotten:
        raise typer.Exit(1)


def _write_json(report: "Retagged", name: str, library: "Library") -> None:
    from ui.output import write_json

    write_json({
        "model": name, "switched": report.switched, "faces": report.faces, "changed": report.changed,
        "gained": report.gained, "lost": report.lost,
        "changes": list(_changes(report, library)),
        "blocked": [blocked._asdict() for blocked in report.blocked],
        "forgotten": {"photos": report.forgotten, "corrections": report.corrections},
    })  # fmt: skip


def _write_csv(report: "Retagged", library: "Library") -> None:
    writer = csv.DictWriter(sys.stdout, ["face", "photo", "attribute", "has", "before", "after"], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**change, "has": int(change["has"])} for change in _changes(report, library))


def _changes(report: "Retagged", library: "Library") -> "Iterator[dict[str, Any]]":
    from retrieval.attributes import ATTRIBUTES

    photographs = library.photographs(report.changes["face"].tolist())
    for face, row, has, before, after in report.changes.tolist():
        yield {"face": face, "photo": photographs[face].path, "attribute": ATTRIBUTES[row], "has": has,
               "before": round(before, 6), "after": round(after, 6)}  # fmt: skip


def _write(report: "Retagged", name: str) -> None:
    from retrieval.attributes import ATTRIBUTES
    from ui.output import console, write_table

    gained, lost = report.gained, report.lost
    rows = [[f"{gained[name]:,}", f"{lost[name]:,}", name] for name in ATTRIBUTES if gained[name] or lost[name]]
    write_table(["gained", "lost", "attribute"], rows, numbers=2)
    verb = "changed" if report.switched else "would change"
    console().print(f"{report.changed:,} of {report.faces:,} faces {verb} in some attribute.")
    console().print(f"The library is {name}'s now." if report.switched else "Nothing was changed.")


def _say_what_blocks(report: "Retagged") -> None:
    from retrieval.errors import shown
    from ui.output import say

    for blocked in report.blocked[:SHOWN]:
        say(f"{shown(blocked.photo)}: {blocked.reason}")
    if len(report.blocked) > SHOWN:
        say(f"and {len(report.blocked) - SHOWN:,} more, all named by --json")
    if report.blocked:
        say(
            f"{len(report.blocked):,} photographs stand in the way: vectors of two models never mix. Index their "
            "folders first, which takes in what was changed or moved; --drop-missing forgets those that are gone."
        )
    if report.forgotten:
        said = f" and {report.corrections:,} corrections" if report.corrections else ""
        say(f"{report.forgotten:,} photographs that are not there were forgotten, with their faces{said}.")
