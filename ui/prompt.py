"""Has a server's answers leave at once. It knows no app."""

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path

OPEN = Path("/dev/fd")  # the numbers of this process's open files; there is none on Windows


def send_at_once(port: int) -> None:
    """Turns Nagle's algorithm (RFC 896) off for whoever connects to the port that this process listens on.

    Streamlit makes its socket without saying that it speaks TCP, and so asyncio leaves the algorithm on: an answer,
    written as a head and a body, then waits 40 ms until the browser has said that the head came. Connections inherit
    what is set for the socket that listens.
    """
    for number in map(int, os.listdir(OPEN) if OPEN.is_dir() else ()):
        with suppress(OSError):  # that of the list itself is closed by now
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            with socket.socket(fileno=os.dup(number)) as there:
                if _listens(there) and there.getsockname()[1] == port:
                    there.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _listens(there: socket.socket) -> bool:
    return there.family == socket.AF_INET and bool(there.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
