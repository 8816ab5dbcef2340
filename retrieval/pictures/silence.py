"""What the decoders would say on everybody's terminal is not said there: the reason for a picture is an exception's."""

import ctypes
import logging
import re
import warnings
from contextlib import suppress
from functools import cache

from PIL import _imaging

QUIET = ("ignore", None, Warning, re.compile(r"PIL\."), 0)  # a rule as `warnings.filters` holds it


def silence() -> None:
    """Keeps remarks about odd metadata and broken bytes off stderr, whatever Python's filters are now."""
    _silence_pillow()
    _silence_libtiff()


def _silence_pillow() -> None:
    """`warnings.catch_warnings` swaps the filters of all threads; adding one filter for one package, once, does not."""
    if warnings.filters[:1] != [QUIET]:
        warnings.filterwarnings("ignore", module=QUIET[3].pattern)


@cache
def _silence_libtiff() -> None:
    """libtiff prints from C, also what its libjpeg says. Pillow turns off its warnings but not its errors; where its
    library cannot be reached (on Windows it is a part of Pillow's own), they are heard.
    """
    logging.getLogger("PIL").addHandler(logging.NullHandler())  # or Python would print Pillow's remarks
    with suppress(OSError, AttributeError):
        handler = ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler
        handler.argtypes, handler.restype = [ctypes.c_void_p], ctypes.c_void_p
        handler(None)
