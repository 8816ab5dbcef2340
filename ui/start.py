"""Where the installed `facequery` begins. It imports nothing before it can say that there is no memory for that."""

import errno
import os
import sys


def main() -> None:
    """Runs the command line; one sentence and status 1 where not even that fits into memory."""
    try:
        from ui.cli import main as run

        run()
    except (MemoryError, SystemError, ImportError, OSError) as error:
        if not _is_of_memory(error):
            raise
        sys.stderr.write("There is not enough memory for facequery to begin.\n")
        sys.stderr.flush()
        os._exit(1)  # what Python does at an end needs memory too


def _is_of_memory(error: Exception) -> bool:
    """Whether it is what a failed allocation becomes while Python imports."""
    if isinstance(error, ImportError):
        return "map segment" in str(error)
    return not isinstance(error, OSError) or error.errno == errno.ENOMEM


if __name__ == "__main__":
    main()
