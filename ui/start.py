"""Where the installed `facequery` begins. It imports nothing before it can say that there is no memory for that."""

import sys


def main() -> None:
    """Runs the command line; one sentence and status 1 where not even that fits into memory."""
    try:
        from ui.cli import main as run

        run()
    except (MemoryError, SystemError, ImportError) as error:  # what a failed allocation becomes while Python imports
        if isinstance(error, ImportError) and "map segment" not in str(error):
            raise
        sys.stderr.write("There is not enough memory for facequery to begin.\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
