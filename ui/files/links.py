"""Photographs as a folder of links, for programs that take a folder: numbered, so that they are shown in order. Where
links cannot be made, each is a small file that leads to the photograph (`.url`).
"""

from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import NamedTuple

from retrieval import unfinished
from retrieval.errors import AlreadyThere, shown
from ui.files.names import safe


class Linked(NamedTuple):
    """How many links, and of each photograph that has none the path, and why."""

    number: int
    problems: list[tuple[str, str]]


def check(folder: Path) -> None:
    """AlreadyThere unless the folder is new, or empty."""
    try:
        empty = not any(folder.iterdir())
    except FileNotFoundError:
        return
    except NotADirectoryError:
        raise AlreadyThere(f"{shown(str(folder))} is a file. Name a folder that is new or empty.") from None
    if not empty:
        raise AlreadyThere(f"{shown(str(folder))} is not empty, and nothing is mixed with it. Name a new folder.")


def write(photographs: Iterable[str], folder: Path) -> Linked:
    """A link to each photograph, which takes its place as a whole with the others; AlreadyThere, OSError."""
    check(folder)
    paths = list(dict.fromkeys(photographs))
    width, problems, number = len(str(len(paths))), list[tuple[str, str]](), 0
    folder.parent.mkdir(parents=True, exist_ok=True)
    with unfinished.folder(folder) as made:
        for at, path in enumerate(paths, 1):
            if not _is_file(path):
                problems.append((path, "there is no such file"))
                continue
            _link(path, made / f"{at:0{width}} {safe(PurePath(path).name)}")
            number += 1
    return Linked(number, problems)


def _is_file(path: str) -> bool:
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def _link(path: str, place: Path) -> None:
    try:
        place.symlink_to(path)
    except (OSError, NotImplementedError):
        shortcut = f"[InternetShortcut]\r\nURL={PurePath(path).as_uri()}\r\n"
        place.with_name(f"{place.name}.url").write_bytes(shortcut.encode())
