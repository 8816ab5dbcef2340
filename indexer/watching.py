"""Folders that are followed as they change. It knows names, and not what is done with them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from watchfiles import Change, watch

from indexer.passing import NO_MEDIA
from indexer.scan import has_picture_suffix

QUIET, LONGEST = 1000, 30_000  # milliseconds: until nothing more has changed, and after which that is not waited for


def changes(folders: Sequence[str], *, polling: bool = False) -> Iterator[int]:
    """How many pictures or folders changed, whenever some have; it ends by Ctrl-C. With `polling` names are listed
    again and again, since a system does not tell of what other machines do on a shared disk.
    """
    followed = watch(
        *folders,
        watch_filter=matters,
        debounce=LONGEST,
        step=QUIET,
        force_polling=polling or None,
        poll_delay_ms=5000,
        ignore_permission_denied=True,
    )
    for changed in followed:
        yield len({path for _, path in changed})


def matters(change: Change, path: str) -> bool:
    """Whether a change may be one of photographs: of a picture, of what has no suffix and so may be a folder, or of
    what says that a folder is not to be looked at. What begins with a dot is nobody's photograph.
    """
    name = Path(path).name
    return name == NO_MEDIA or (not name.startswith(".") and (has_picture_suffix(name) or not Path(name).suffix))
