"""Folders that are followed as they change. It knows names, and not what is done with them."""

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from watchfiles import Change, watch

from indexer.passing import NO_MEDIA
from indexer.scan import has_picture_suffix

QUIET, LONGEST = 1000, 30_000  # milliseconds: until nothing more has changed, and after which that is not waited for
AGAIN = 1000  # milliseconds, after which it is seen whether the folders themselves are still the same


def changes(folders: Sequence[str], *, polling: bool = False) -> Iterator[int]:
    """0 as soon as the folders are followed, and then how many pictures or folders changed, whenever some have; it ends
    by Ctrl-C. A folder that is gone, or not there yet, is followed once it is there. With `polling` names are listed
    again and again, since a system does not tell of what other machines do on a shared disk.
    """
    number, there = 0, _there(folders)
    while True:
        with closing(_followed(list(there), polling=polling)) as followed:
            next(followed)
            yield number
            for changed in followed:
                if changed:
                    yield changed
                if (now := _there(folders)) != there:
                    break
        number, there = len(dict(now.items() ^ there.items())), now


def _there(folders: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Which folders there are, and whether each is still the one that it was: a drive comes back as another."""
    found = {}
    for folder in folders:
        with suppress(OSError):
            info = Path(folder).stat()
            found[folder] = (info.st_dev, info.st_ino)
    return found


def _followed(folders: Sequence[str], *, polling: bool) -> Generator[int, None, None]:
    """How many changes there were, and 0 now and then; what changes after the first of these is told by the others."""
    if not folders:
        while True:
            yield 0
            time.sleep(AGAIN / 1000)
    followed = watch(
        *folders,
        watch_filter=matters,
        debounce=LONGEST,
        step=QUIET,
        rust_timeout=AGAIN,
        yield_on_timeout=True,
        force_polling=polling or None,
        poll_delay_ms=5000,
        ignore_permission_denied=True,
    )
    for changed in followed:
        yield len({path for _, path in changed})


def matters(change: Change, path: str) -> bool:
    """Whether a change may be one of photographs: of a picture, of what is a folder or may have been one, or of what
    says that a folder is not to be looked at. What begins with a dot is nobody's photograph.
    """
    name = Path(path).name
    if name == NO_MEDIA or name.startswith("."):
        return name == NO_MEDIA
    return has_picture_suffix(name) or _may_be_folder(change, Path(path))


def _may_be_folder(change: Change, path: Path) -> bool:
    """Of what is gone only the name is left: few files have a suffix such as that of "2019.07"."""
    strange = not path.suffix[1:].isidentifier()
    return not path.suffix or (strange if change is Change.deleted else path.is_dir())
