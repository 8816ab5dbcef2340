"""Ctrl-C waits for the end of what must not be left half done. It knows nothing of what that is."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def deferred() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt at the end of the block; a second one raises it at once, wherever that is.

    Python raises it between any two lines, of a database's driver too, which then loses it, or its transaction, or
    fails with an error of its own. Nothing changes in another thread than the main one, which gets no signals, and
    where somebody else answers Ctrl-C.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual, came = signal.getsignal(signal.SIGINT), False
    if usual is not signal.default_int_handler:
        yield
        return

    def remember(number: int, frame: FrameType | None) -> None:
        nonlocal came
        if came:
            signal.default_int_handler(number, frame)
        came = True

    signal.signal(signal.SIGINT, remember)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if came:
            signal.default_int_handler(signal.SIGINT, None)
