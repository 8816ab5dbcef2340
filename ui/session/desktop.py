"""The desktop of the machine that the app runs on, where there is one: it can show the folder of a photograph.

What is shown is said by the library and never by a browser; it is a folder that is there, by its whole path, as one
argument and without a shell, so that no name is an option or a command. On a Mac the file is revealed instead: there a
folder may be a program that would start.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

from retrieval.errors import FacequeryError, shown

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")  # one of them is said where a desktop on Linux or a BSD is


class NoDesktop(FacequeryError):
    """There is no desktop here that could show a folder, or no such folder."""


def opener(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> tuple[str, ...] | None:
    """The program that shows a folder here, and what comes ahead of the folder; None where there is no desktop."""
    if platform == "darwin":
        return _found("open", "-R")
    if platform == "win32":
        return _found("explorer")
    return _found("xdg-open") if any(environment.get(name) for name in SCREENS) else None


def show_folder(photo: str, program: tuple[str, ...] | None) -> None:
    """Shows the folder of a photograph, and waits for nothing; NoDesktop."""
    folder = Path(photo).parent
    if program is None:
        raise NoDesktop("The machine that this app runs on has no desktop to show a folder: copy the path instead.")
    if not folder.is_absolute() or not folder.is_dir():
        raise NoDesktop(f"There is no folder {shown(str(folder))} any more: is its disk plugged in?")
    try:
        process = subprocess.Popen(
            [*program, photo if "-R" in program else str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        raise NoDesktop(f"The folder cannot be shown: {shown(str(error))}. Copy the path instead.") from error
    Thread(target=process.wait, daemon=True).start()


def _found(name: str, *options: str) -> tuple[str, ...] | None:
    path = shutil.which(name)
    return None if path is None else (path, *options)
