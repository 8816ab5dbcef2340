"""What indexing would do with a folder, told before anything is read or written: by names, sizes and dates alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from indexer.decisions import Only
from indexer.passing import Passing
from indexer.pipeline import patterns, scanned
from indexer.plan import Comparison, compare
from indexer.report import Passed, Rejected, Tally
from indexer.scan import Listing

if TYPE_CHECKING:
    from retrieval.library import Library


@dataclass(frozen=True, slots=True)
class Preview:
    """How many photographs, and how many bytes of them, would be read: `new` ones and `known` ones that have another
    size or date, are to be looked at again, or were not readable. Of these some may turn out to be copies, renamed or
    unchanged. `unchanged` would not be read; `missing` are not there. Also what would be `rejected` by name, and what
    is `passed` by.
    """

    new: int
    known: int
    bytes: int
    unchanged: int
    missing: int
    rejected: list[Rejected]
    passed: Passed = field(default_factory=Passed)

    def as_json(self) -> dict[str, Any]:
        """The contract of `facequery index --dry-run --json`."""
        counts = ("new", "known", "bytes", "unchanged", "missing")
        return {
            **{name: getattr(self, name) for name in counts},
            "rejected": [rejected._asdict() for rejected in self.rejected],
            **self.passed.as_json(),
        }


def preview(
    library: "Library | None",
    folders: Sequence[str],
    only: Only,
    *,
    rehash: bool = False,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    paths: Sequence[str] = (),
) -> Preview:
    """As `pipeline.index` would begin; without a library everything is new. FolderError if no folder is there, and
    LibraryBusy.
    """
    tally = Tally(None)
    said = patterns(folders, include, exclude)
    passing = Passing([*(library.patterns() if library else ()), *said])
    listings = scanned(folders, passing, tally, paths)
    if library is None:
        files = {file.path: file for listing in listings for file in listing.candidates}
        comparison = Comparison([], [], [(file, None) for file in files.values()], [], [], [])
    else:
        with library.looking() as writer:
            comparison = compare(writer, listings, only, rehash=rehash)
    return _counted(comparison, listings, tally, passing.unused(pattern.glob for pattern in said))


def _counted(comparison: Comparison, listings: list[Listing], tally: Tally, unused: list[str]) -> Preview:
    to_read = [file for file, _ in (*comparison.todo, *comparison.doubtful)]
    new = sum(known is None for _, known in comparison.todo)
    for folder, error in comparison.refused:
        tally.refuse(folder, error)
    for skipped in {skipped.path: skipped for listing in listings for skipped in listing.skipped}.values():
        tally.reject(skipped.path, skipped.reason)
    report = tally.report()
    return Preview(
        new=new,
        known=len(to_read) - new,
        bytes=sum(file.size for file in to_read),
        unchanged=len(comparison.unchanged),
        missing=len(comparison.lost),
        rejected=report.rejected,
        passed=Passed(report.passed.names, report.passed.formats, len(comparison.passed), unused),
    )
