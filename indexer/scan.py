"""A folder -> the picture files in it, in order of their names' bytes.

It looks at names and at `stat`, and never opens a file: what a file holds is `read`'s matter, whether the library knows
it already is `plan`'s, and which names are nobody's photographs is `passing`'s.
"""

import errno
import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from indexer.passing import NO_MEDIA, Passing
from retrieval.errors import FacequeryError

JPEG = {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"}
SUFFIXES = frozenset(JPEG | {".png", ".apng", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff"})
SUFFIXES |= {".heic", ".heif", ".hif", ".avif"}
RAW = frozenset({".cr2", ".cr3", ".nef", ".arw", ".dng", ".raf", ".orf", ".rw2"})
SUFFIXES |= RAW if find_spec("rawpy") else frozenset()  # their previews are read by the extra `raw`

RAWS = ".3fr .arw .cr2 .cr3 .crw .dcr .dng .erf .iiq .kdc .mef .mos .mrw .nef .nrw .orf .pef .raf .raw .rw2 .rwl"
RAWS += " .sr2 .srf .srw .x3f"
PICTURES = ".eps .exr .hdr .j2k .jp2 .jxl .jxr .pcx .psb .psd .svg .tga .xcf"
FILMS = ".3gp .avi .flv .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .webm .wmv"
OTHERS = frozenset(f"{RAWS} {PICTURES} {FILMS}".split())
"""Suffixes of raw, other pictures and films: not read, and counted, so that nobody takes them for searched."""

KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}


LAST = 2**63 - 1  # ns since 1970, in the year 2262: what a library can hold


class FolderError(FacequeryError):
    """A folder that cannot be indexed; nothing of it in the library was changed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A regular file with a picture's suffix; `path` is absolute, `size` in bytes."""

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A name that was passed by although a picture (or a folder of them) was to be expected there."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class PassedBy:
    """A folder, or a file that somebody excluded, of which nothing is looked at on purpose."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What one folder holds, the `whole` of it or some files that were named (`indexer.named`); `formats` counts by
    suffix the pictures and films of formats that are not read.
    """

    folder: str
    candidates: list[Candidate]
    skipped: list[Skipped]
    passed: list[PassedBy]
    formats: Counter[str]
    whole: bool = True


def scan(folder: str, passing: Passing | None = None) -> Listing:
    """Lists the pictures below `folder`, which becomes absolute, its own symbolic links resolved.

    So a folder given relatively, through a link or with `..` is always the same photographs. Links to files
    are followed, links to folders are not. Names that begin with a dot are passed by in silence, those that `passing`
    gives a reason for are named; `folder` itself is always looked at. A folder *inside* that cannot be read is a
    `Skipped`; raises `FolderError` when `folder` itself cannot.
    """
    root = resolve(folder)
    listing = Listing(root, [], [], [], Counter())
    for found in sorted(_walk(root, passing or Passing(()), listing.formats), key=lambda f: os.fsencode(f.path)):
        if isinstance(found, Candidate):
            listing.candidates.append(found)
        elif isinstance(found, PassedBy):
            listing.passed.append(found)
        else:
            listing.skipped.append(found)
    return listing


def resolve(folder: str) -> str:
    """The one absolute path of a folder; raises `FolderError` when it is not there or not a folder."""
    try:
        root = os.path.realpath(folder, strict=True)
    except FileNotFoundError:
        raise FolderError(f"There is no folder {folder!r}. Is its drive mounted, its name right?") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise FolderError(f"The folder {folder!r} cannot be opened: {cause(error)}.") from error
    if not Path(root).is_dir():
        raise FolderError(f"{folder!r} is not a folder. Give the folder that holds the photographs.")
    return root


def check(folders: Sequence[str]) -> None:
    """FolderError if none of them is a folder."""
    errors = []
    for folder in folders:
        try:
            resolve(folder)
            return
        except FolderError as error:
            errors.append(error)
    raise together(errors)


def together(errors: Sequence[FolderError]) -> FolderError:
    """What to say where no folder is left."""
    return FolderError(" ".join(dict.fromkeys(map(str, errors))))


def cause(error: BaseException) -> str:
    """The operating system's few words for an error, without number and file name."""
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno).lower()
    return " ".join(str(error).split()) or type(error).__name__


def _walk(root: str, passing: Passing, formats: Counter[str]) -> Iterator[Candidate | Skipped | PassedBy]:
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                entries = list(listing)
        except OSError as error:
            if folder == root:
                raise FolderError(f"The folder {folder!r} cannot be read: {cause(error)}.") from error
            yield Skipped(folder, f"this folder cannot be read: {cause(error)}")
            continue
        marked = folder != root and any(entry.name == NO_MEDIA for entry in entries)
        if marked and (reason := passing.reason(folder, folder=True, marked=True)):
            yield PassedBy(folder, reason)
            continue
        for entry in entries:
            found = None if entry.name.startswith(".") else _look_at(entry, passing, formats)
            if isinstance(found, str):
                waiting.append(found)
            elif found is not None:
                yield found


def _look_at(
    entry: os.DirEntry[str], passing: Passing, formats: Counter[str]
) -> Candidate | Skipped | PassedBy | str | None:
    """A candidate, one that is not, the path of a folder to walk into, or nothing of interest."""
    try:
        folder = entry.is_dir()
        if not folder and not has_picture_suffix(entry.name):
            _count(entry, passing, formats)
            return None
        if reason := passing.reason(entry.path, folder=folder):
            return PassedBy(entry.path, reason)
        if folder and entry.is_symlink():
            return Skipped(entry.path, "a link to a folder is not followed; give that folder itself")
        if folder:
            return entry.path
        info = entry.stat()
    except OSError as error:
        return _unreachable(entry, error) if has_picture_suffix(entry.name) else None
    kind = stat.S_IFMT(info.st_mode)
    if kind != stat.S_IFREG:
        return Skipped(entry.path, f"not a file but {KINDS.get(kind, 'something else')}")
    return Candidate(entry.path, info.st_size, changed(info))


def _count(entry: os.DirEntry[str], passing: Passing, formats: Counter[str]) -> None:
    suffix = _suffix(entry.name)
    if suffix in OTHERS and not passing.reason(entry.path, folder=False):
        formats[suffix] += 1


def changed(info: os.stat_result) -> int:
    """When the file was changed, in ns since 1970; beyond 2262 (or before 1677) the last (or first) such moment, since
    a wrong clock takes nothing from a picture.
    """
    return max(-LAST, min(info.st_mtime_ns, LAST))


def _unreachable(entry: os.DirEntry[str], error: OSError) -> Skipped | None:
    if error.errno == errno.ENOENT:  # a file removed since is nothing to speak of
        return Skipped(entry.path, "a link to a file that is not there") if entry.is_symlink() else None
    if error.errno == errno.ELOOP:
        return Skipped(entry.path, "a link that leads back to itself, or through too many others")
    return Skipped(entry.path, f"cannot be looked at: {cause(error)}")


def has_picture_suffix(name: str) -> bool:
    """Whether the suffix, in either case, is one of a format that `read` opens."""
    return _suffix(name) in SUFFIXES


def _suffix(name: str) -> str:
    """As `PurePath(name).suffix`, in small letters, in a fifth of the time."""
    return "." + name.rpartition(".")[2].lower() if "." in name else ""
