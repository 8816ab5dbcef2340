"""Photographs that are named one by one, in a list, and not by the folder that they are in. It looks at `stat`, and
never opens one.
"""

import os
import stat
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from indexer.scan import KINDS, Candidate, Listing, Skipped, cause, changed, has_picture_suffix


def paths_in(data: bytes) -> list[str]:
    """One a line; or between NULs where there are any, for names that hold the end of a line."""
    lines = data.split(b"\0") if b"\0" in data else data.splitlines()
    return [os.fsdecode(line) for line in lines if line.strip()]


def listed(paths: Iterable[str]) -> list[Listing]:
    """A listing for each folder in which some of them are, of these alone: nobody's other photographs are missing. Each
    is looked at, whatever is passed by in folders; one that is not there, or no picture, is a `Skipped`.
    """
    listings = dict[str, Listing]()
    for path in dict.fromkeys(map(_absolute, paths)):
        folder = str(Path(path).parent)
        listing = listings.setdefault(folder, Listing(folder, [], [], [], Counter(), whole=False))
        found = _look_at(path)
        (listing.candidates if isinstance(found, Candidate) else listing.skipped).append(found)  # type: ignore[arg-type]
    return list(listings.values())


def _absolute(path: str) -> str:
    """As `scan` would call it: links to the folders around it are resolved, one to itself is not."""
    around, name = os.path.split(path)
    return os.path.join(os.path.realpath(around), name)  # noqa: PTH118 - for any bytes


def _look_at(path: str) -> Candidate | Skipped:
    try:
        info = Path(path).stat()
    except FileNotFoundError:
        return Skipped(path, "there is no such file")
    except (OSError, ValueError) as error:
        return Skipped(path, f"cannot be looked at: {cause(error)}")
    kind = stat.S_IFMT(info.st_mode)
    if kind != stat.S_IFREG:
        advice = "; give it as a FOLDER" if kind == stat.S_IFDIR else ""
        return Skipped(path, f"not a file but {KINDS.get(kind, 'something else')}{advice}")
    if not has_picture_suffix(path):
        return Skipped(path, "its name does not end as that of a picture which can be read")
    return Candidate(path, info.st_size, changed(info))
