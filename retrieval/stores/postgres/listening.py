"""Who is told of changes: the server says of each, once it is committed, that there is one (NOTIFY), and a thread here
hears it. It knows nothing of what changed.
"""

import threading
from collections.abc import Callable
from contextlib import suppress

import psycopg

from retrieval.errors import FacequeryError
from retrieval.stores.postgres.address import Address
from retrieval.tables.generation import CHANNEL

WAIT = 0.5  # seconds between two looks at whether anybody still listens
AGAIN = 5.0  # seconds until a lost connection is tried again


class Listener:
    """Calls `heard` after changes, once for several, from `start` to `stop`. Errors of ours are passed over."""

    def __init__(self, address: Address, heard: Callable[[], object]) -> None:
        self._address, self._heard = address, heard
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="changes", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """From here on nothing is called; it does not wait for a call that lasts."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                self._listen()
            except psycopg.Error:
                self._ended.wait(AGAIN)

    def _listen(self) -> None:
        with psycopg.connect(self._address.text, autocommit=True, application_name="facequery listens") as connection:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            while not self._ended.is_set():
                if list(connection.notifies(timeout=WAIT)) and not self._ended.is_set():
                    with suppress(FacequeryError):  # who asks next is told
                        self._heard()
