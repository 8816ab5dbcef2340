"""How a command ends: the exit status, and one sentence where it did not do what was asked. It knows no command.

0 done; 1 something was skipped or not found, or a disk, a library or facequery itself failed; 2 wrong usage; 130
stopped by Ctrl-C; 141 whoever read the output has left, as shells say of a program that ended by SIGPIPE.
"""

import os
import sys
from collections.abc import Callable

from retrieval.errors import FacequeryError, shown

FAILED, WRONG_USAGE, STOPPED, LEFT = 1, 2, 130, 141
DEBUG = "FACEQUERY_DEBUG"
LONG = 300  # characters of another's error that are repeated
OF_TORCH = ("torch", "torchvision")
OF_MEMORY = (
    "annot allocate memory",  # glibc, torch
    "failed to map segment",  # the loader
    "can't start new thread",
    "bad_alloc",
    "CUDA out of memory",
)


def status_of(run: Callable[[], object]) -> int:
    """The exit status of a program of Typer's, which ends by SystemExit; why it failed is said on standard error."""
    try:
        try:
            run()
        finally:
            sys.stdout.flush()  # at the exit it would be too late to say anything
    except SystemExit as ended:
        return _left() if isinstance(ended.__context__, BrokenPipeError) else int(ended.code or 0)
    except BrokenPipeError:
        return _left()
    except Exception as error:
        if os.environ.get(DEBUG) and not (is_of_stopping(error) or isinstance(error, FacequeryError)):
            raise
        return _failed(error)
    return 0


def _failed(error: Exception) -> int:
    """The exit status; why is said in one sentence."""
    if is_of_stopping(error):
        return STOPPED
    if isinstance(error, FacequeryError):
        _say(str(error))
        return WRONG_USAGE if error.wrong_usage else FAILED
    _say(_sentence(error))
    return FAILED


def _sentence(error: Exception) -> str:
    """What a person reads of an error that nobody foresaw."""
    if is_of_memory(error):
        return "There is not enough memory for this. A smaller --batch-size or --limit, or fewer --workers, takes less."
    if isinstance(error, ModuleNotFoundError) and error.name in OF_TORCH:
        return "This needs torch, which is not installed: pip install 'facequery[train]'. Indexing and asking do not."
    if isinstance(error, OSError):
        name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else "A file or the output"
        return f"{shown(name)} cannot be used: {error.strerror or _brief(error)}."
    if _is_sqlites(error):
        return (
            f"The library's database refused this ({_brief(getattr(error, 'orig', error))}). What was committed before "
            f"is safe. `facequery verify` says whether it is damaged; {DEBUG}=1 before the same command shows where."
        )
    return (
        f"This is a defect of facequery ({type(error).__name__}: {_brief(error)}). What was committed before is safe. "
        f"{DEBUG}=1 before the same command shows where it happened: please report that."
    )


def is_of_memory(error: BaseException | None) -> bool:
    """Whether memory was refused, to Python or to a library that has no word of its own for that: torch, the loader of
    shared libraries, threads.
    """
    if error is None:
        return False
    refused = isinstance(error, MemoryError) or any(word in str(error) for word in OF_MEMORY)
    return refused or is_of_memory(error.__cause__ or error.__context__)


def is_of_stopping(error: BaseException | None) -> bool:
    """Whether it came of Ctrl-C, which may meet a library in the middle, so that this fails for a reason of its own."""
    if error is None:
        return False
    return isinstance(error, KeyboardInterrupt) or is_of_stopping(error.__cause__ or error.__context__)


def _is_sqlites(error: Exception) -> bool:
    import sqlite3

    return isinstance(getattr(error, "orig", error), sqlite3.Error)


def _brief(error: object) -> str:
    return shown(" ".join(str(error).split()))[:LONG] or type(error).__name__


def _say(text: str) -> None:
    from ui.output import say

    say(text)


def _left() -> int:
    """Nobody reads any more: what is still to be written goes nowhere, and quietly."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
    return LEFT
