"""The one process that gives faces their places on the map, with how far it is: one for all browser sessions, and it
ends with the app. It knows neither Streamlit nor how a map is made.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import NamedTuple

from retrieval.stores.places import Place


class Pace(NamedTuple):
    """Whether a map is being made and what share of it is done; or the sentence that says why there is none."""

    running: bool
    share: float
    error: str | None = None


class Mapping:
    """Holds one process at a time, and how the last one ended."""

    def __init__(self, place: Place, command: Sequence[str] = ("-P", "-m", "ui.start", "map", "--told")) -> None:
        self._command = [sys.executable, *command]
        self._environment = os.environ | {"FACEQUERY_LIBRARY": str(place)}  # where a password is nobody else's to read
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[str] | None = None
        self._share = 0.0
        self._error: str | None = None

    @property
    def pace(self) -> Pace:
        return Pace(self._thread is not None and self._thread.is_alive(), self._share, self._error)

    def begin(self, *, again: bool = False) -> None:
        """Begins, unless one is running, or the last has failed and nobody says that it should try `again`."""
        with self._starting:
            if self.pace.running or (self._error and not again):
                return
            self._share, self._error = 0.0, None
            self._thread = threading.Thread(target=self._run, name="map", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Ends what is running."""
        if self._process is not None:
            self._process.kill()

    def _run(self) -> None:
        try:
            self._follow()
        except OSError as error:
            self._error = f"The map could not be made: {error.strerror}."

    def _follow(self) -> None:
        """Its standard input is ours to close: it ends when that does, however this process may have ended."""
        pipe = subprocess.PIPE
        with subprocess.Popen(
            self._command, env=self._environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True, errors="replace"
        ) as one:
            self._process = one
            assert one.stdout is not None and one.stderr is not None
            for line in one.stdout:
                self._share = _share(line, self._share)
            said = one.stderr.read().strip()
        if one.returncode:
            self._error = said[-500:] or "The map could not be made: its process was ended from outside."


def _share(line: str, before: float) -> float:
    try:
        return min(1.0, max(0.0, float(line)))
    except ValueError:
        return before
