import subprocess
import sys

from tests.retrieval.made import ENVIRONMENT

HEAVY = ("torch", "torchvision", "faiss", "pandas", "streamlit", "PIL", "alembic", "classifiers", "indexer", "ui")


def test_asking_a_library_loads_nothing_heavy(tmp_path):
    script = "import sys, retrieval.library; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    assert not set(HEAVY) & set(loaded.stdout.split())


def test_finding_never_loads_faiss(template):
    script = f"""
import sys
from pathlib import Path
from retrieval.library import Library
with Library.open(Path({str(template)!r})) as library:
    library.find("Male")
    library.facets()
print(*sys.modules)
"""
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    assert not set(HEAVY) & set(loaded.stdout.split())
