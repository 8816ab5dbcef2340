"""How an indexing run is shown, and what is said of a disk or a picture before one. Importing this loads no network."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from indexer import describe, pipeline
from indexer.faces import Finder
from indexer.pipeline import Progress, Report
from indexer.preview import Preview
from indexer.read import UnreadableImage
from indexer.report import NO_FACE, Passed
from retrieval.errors import shown
from retrieval.likeness.examples import Example
from retrieval.stores.places import Place
from retrieval.stores.sqlite.disks import network
from ui import recognised
from ui.output import console, say, write_json, write_table
from ui.progress import Show
from ui.words import counted

if TYPE_CHECKING:
    from classifiers.tagger import Tagger
    from indexer.describe import Described

WORK = {
    "scan": "listing the folders",
    "read": "reading the files",
    "decode": "decoding pictures",
    "faces": "finding faces",
    "prepare": "preparing faces",
    "tag": "tagging faces",
    "store": "writing the library",
    "publish": "making the columns that answer",
}
MATTERS = 0.3  # of the time: below that, a run mostly waited for its processes to begin
VANISHED = "was there when the run began, and not when it was to be read"
SHOWN = 20  # rejected photographs that are named on a terminal; JSON names all


def warn_of_a_shared_disk(place: Place) -> None:
    """Says that a library is better not kept where it is, if other machines may see its disk."""
    if isinstance(place, Path) and (kind := network(place)):
        say(
            f"The library in {shown(str(place))} lies on a disk that other machines may share ({kind}). It is safe "
            "only while one of them uses it, and slow: name a folder on a disk of this machine with --library."
        )


def on_progress(show: Show) -> Callable[[Progress], None]:
    """Shows an indexing run on a progress bar."""
    return lambda now: show(
        now.done, now.total, f"{now.faces:,} faces, {now.without_face:,} without a face, {now.rejected:,} rejected"
    )


def write_report(report: Report, described: "Described | None" = None, *, as_json: bool) -> None:
    """What a run did with every photograph, and what was `described` at its end, if that was wanted."""
    if report.advice:
        say(f"Note: {report.advice}")
    if as_json:
        write_json(report.as_json() | ({"people": recognised.as_json(described)} if described else {}))
        return
    facts = report.as_json()
    counts = facts["photos"] | {"without a face": len(report.without_face), "new faces": report.faces}
    counts |= {"vanished while the run was under way": len(report.vanished)} if report.vanished else {}
    write_table(["photographs", ""], [[f"{count:,}", what] for what, count in counts.items()], numbers=1)
    stages = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in report.seconds.items() if stage != "total")
    console().print(
        f"{report.seconds['total']:.1f} seconds, {report.photos_per_second:.1f} photographs a second ({stages})"
    )
    if report.asked:
        asked = counted(report.asked, "photograph")
        console().print(f"Of {asked} known before, the date, the camera and the place were read.")
    stage, busy = report.limit
    if report.faces and busy >= MATTERS:
        console().print(f"What limited it: {WORK[stage]}, {busy:.0%} of the time.")
    _write_reasons("rejected", report.rejected)
    _write_reasons("vanished", [(path, VANISHED) for path in report.vanished])
    _write_reasons("passed by", [(passed.path, passed.reason) for passed in report.passed.names])
    for sentence in on_what_was_passed_by(report.passed):
        console().print(sentence)
    if described:
        recognised.write(described)


def write_preview(preview: Preview, *, as_json: bool) -> None:
    """What a run would do."""
    if as_json:
        write_json(preview.as_json())
        return
    counts = {
        "new, to be looked at": preview.new,
        "changed or looked at otherwise, to be read": preview.known,
        "unchanged": preview.unchanged,
        "missing": preview.missing,
        "rejected": len(preview.rejected),
    }
    write_table(["photographs", ""], [[f"{count:,}", what] for what, count in counts.items()], numbers=1)
    console().print(f"{preview.bytes / 1e6:,.1f} MB would be read. No photograph was.")
    _write_reasons("rejected", preview.rejected)
    _write_reasons("passed by", [(passed.path, passed.reason) for passed in preview.passed.names])
    for sentence in on_what_was_passed_by(preview.passed):
        console().print(sentence)


def on_what_was_passed_by(passed: Passed) -> list[str]:
    """What is to be said of pictures that no answer shows although they are there, or the other way round."""
    said = []
    if passed.formats:
        counts = ", ".join(f"{number:,} {suffix}" for suffix, number in passed.formats.most_common())
        said.append(f"Of formats that are not read: {counts}.")
    if passed.known:
        said.append(
            f"{counted(passed.known, 'photograph')} that the library knows from what is passed by: not deleted, but "
            "missing, in no answer. `facequery index FOLDER --include NAME` brings them back."
        )
    if passed.unused:
        globs = ", ".join(map(shown, passed.unused))
        said.append(f"No name matches {globs}, so nothing is included or excluded by that: is it spelt as on the disk?")
    return said


def _write_reasons(what: str, reasons: Sequence[tuple[str, str]]) -> None:
    write_table([what, "why"], [[shown(path), reason] for path, reason in reasons[:SHOWN]])
    if len(reasons) > SHOWN:
        say(f"and {len(reasons) - SHOWN:,} more, all named by --json")


def example_of(image: Path, tagger: "Tagger", finder: Finder | None, *, described: bool = False) -> Example:
    """The largest face in a picture, with a descriptor if wanted; UnreadableImage names a picture without a face."""
    name = shown(str(image))
    try:
        faces, tags = pipeline.faces_of(str(image), tagger, finder)
        descriptor = describe.of_picture(str(image), faces[0]) if faces and described else None
    except UnreadableImage as error:
        raise UnreadableImage(f"{name}: {error.reason}") from error
    if not faces:
        advice = "Try --crop aligned if the picture is nothing but one face."
        raise UnreadableImage(f"{name}: {NO_FACE}. {advice}")
    if len(faces) > 1:
        say(f"{name} shows {len(faces)} faces: comparing with the largest, at {faces[0].box}.")
    return Example(tags.embeddings[0], descriptor)
