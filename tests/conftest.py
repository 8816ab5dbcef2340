"""For all tests: torch's threads sleep while they wait, so that a busy machine slows a test and does not stall it; and
what is kept in the user's data folder goes to one that is thrown away.
"""

import os
import sys
import tempfile
from collections.abc import Iterator

import pytest

from tests import postgres

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
_data = tempfile.TemporaryDirectory(prefix="facequery-tests-")
os.environ["XDG_DATA_HOME"] = os.environ["XDG_CACHE_HOME"] = _data.name
postgres.begin_run()


WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@pytest.fixture
def database() -> Iterator[str]:
    """The address of a database of PostgreSQL with today's schema, and an empty library in it."""
    with postgres.database() as address:
        yield address


@pytest.fixture
def bare_database() -> Iterator[str]:
    """The address of one with nothing in it."""
    with postgres.database(migrated=False) as address:
        yield address


@pytest.fixture
def written() -> Iterator[set[str]]:
    """The files that were opened for writing while the test ran."""
    seen: set[str] = set()
    listening = [True]

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        if listening[0] and event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING:
            seen.add(str(arguments[0]))

    sys.addaudithook(audit)  # there is no way to remove one
    yield seen
    listening[0] = False
