import subprocess
import sys

from indexer.eyes import finder_for

MADE = """
from indexer.eyes import eyes
made = eyes("densenet121", "aligned", tags=True)
assert made.tags and made.finder is None and made.tagger.name == "densenet121", made
import sys
print(*[name for name in ("sqlalchemy", "alembic", "torch", "faiss", "asyncio") if name in sys.modules])
"""


def test_a_process_looks_without_what_only_a_library_needs() -> None:
    """It would take every process half a second of a core to load that."""
    done = subprocess.run([sys.executable, "-c", MADE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_nothing_finds_faces_where_each_picture_is_one() -> None:
    assert finder_for("aligned") is None
