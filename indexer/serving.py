"""What a process does that looks at pictures for another one: whatever fails becomes an answer."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from traceback import format_exception

from indexer.eyes import eyes
from indexer.faces import USUALLY
from indexer.look import look
from indexer.scan import cause
from indexer.seen import NO_MEMORY, Eyes, Given, Seen
from retrieval.errors import FacequeryError
from retrieval.tables.records import Crop

NO_START = (
    "No process could be started to look at photographs, most often for want of memory: fewer --workers take less."
)


def serve(pipe: Connection, expected: tuple[str, Crop] | None = None) -> None:
    """Until nobody is there any more to ask. First it is sent by what its eyes are made, and says why they cannot be,
    or an empty text.
    """
    if expected is not None:
        with suppress(Exception):  # what fails here fails again where it is told
            eyes(*expected, USUALLY, tags=True)
    with suppress(EOFError, OSError):
        made = _made(pipe.recv())
        if isinstance(made, str):
            return pipe.send(made)
        pipe.send("")
        while True:
            pipe.send(_seen(pipe.recv(), made))


def _made(make: Callable[[], Eyes]) -> Eyes | str:
    try:
        return make()
    except MemoryError:
        return NO_START
    except RuntimeError:  # OpenVINO's
        return NO_START
    except FacequeryError as error:
        return f"No process could be started to look at photographs: {error}"


def _seen(pictures: Sequence[Given], made: Eyes) -> list[Seen] | str | Exception:
    try:
        return look(pictures, made)
    except MemoryError:
        return NO_MEMORY
    except RuntimeError as error:  # OpenVINO's
        return f"looking at it failed ({cause(error)[:120]})"
    except Exception as error:  # noqa: BLE001 - a fault of ours, raised again where somebody sees it
        error.add_note("".join(format_exception(error)))
        return error
