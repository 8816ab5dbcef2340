"""Files that are made for somebody to download: on disk, not in memory, in the user's cache folder, until a few newer
ones are made or the server ends. Whoever has the token of one may have it; it knows nothing of what is in it.
"""

import atexit
import secrets
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

import streamlit as st

from retrieval import unfinished
from ui.options import cache_folder

KEPT = 4  # files
FOLDER = "downloads"
Told = TypeVar("Told")


class Download(NamedTuple):
    """A file, what it is called where it goes, and its type on the web."""

    path: Path
    name: str
    media: str


class Downloads:
    """Those of one server, in a folder of its own inside of `where`, which the next server removes should this one be
    killed. Safe to use from threads.
    """

    def __init__(self, where: Path) -> None:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.sweep(where)
        self._making = unfinished.folder(where / "never")  # held as long as we live, and given up with our lock
        self._folder = self._making.__enter__()
        self._files: dict[str, Download] = {}
        self._lock = threading.Lock()
        atexit.register(shutil.rmtree, self._folder, ignore_errors=True)

    def make(self, name: str, media: str, write: Callable[[BinaryIO], Told]) -> tuple[str, Told]:
        """Has a file written, and returns its token and what `write` does; whatever that raises leaves no file."""
        token = secrets.token_urlsafe(24)
        path = self._folder / token
        try:
            with path.open("xb") as file:
                told = write(file)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        with self._lock:
            self._files[token] = Download(path, name, media)
            for old in list(self._files)[:-KEPT]:
                self._files.pop(old).path.unlink(missing_ok=True)
        return token, told

    def get(self, token: str) -> Download | None:
        """The file of a token, if it is still there."""
        with self._lock:
            return self._files.get(token)


@st.cache_resource(show_spinner=False)
def downloads() -> Downloads:
    """Those of this server."""
    return Downloads(cache_folder(None) / FOLDER)
