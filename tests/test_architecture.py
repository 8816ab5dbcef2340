"""The arrows between the rooms, read from the imports: any other is a mistake in the design."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("retrieval", "classifiers", "indexer", "ui", "migrations")
ARROWS = {
    "retrieval": {"migrations"},
    "classifiers": {"retrieval.attributes", "retrieval.errors"},
    "indexer": {"classifiers", "retrieval"},
    "ui": {"indexer", "classifiers", "retrieval"},
    "migrations": set[str](),
}
BELONGS = {  # a package, and the only rooms or modules that may import it
    "torch": {"classifiers", "indexer.faces"},
    "torchvision": {"classifiers"},
    "facenet_pytorch": {"indexer.faces"},
    "faiss": {"retrieval.likeness.faiss_index"},
    "sqlalchemy": {"retrieval", "migrations"},
    "alembic": {"retrieval", "migrations"},
    "streamlit": {"ui"},
    "typer": {"ui"},
    "rich": {"ui"},
}


def imports() -> Iterator[tuple[str, str]]:
    """(module, imported name) for every import in the rooms, those inside functions too."""
    for path in sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((module, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{module} imports relatively"
                yield from ((module, f"{node.module}.{alias.name}") for alias in node.names)


def within(name: str, allowed: set[str]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in allowed)


def test_rooms_import_only_along_the_arrows() -> None:
    wrong = [
        f"{module} -> {name}"
        for module, name in imports()
        if (room := name.split(".")[0]) in ROOMS
        and room != module.split(".")[0]
        and not within(name, ARROWS[module.split(".")[0]])
    ]
    assert wrong == []


def test_packages_are_imported_only_where_they_belong() -> None:
    wrong = [
        f"{module} -> {name}"
        for module, name in imports()
        if (package := name.split(".")[0]) in BELONGS and not within(module, BELONGS[package])
    ]
    assert wrong == []


def test_nothing_here_unpickles_or_writes_sql_by_hand() -> None:
    forbidden = (r"import pickle", r"torch\.load\(", r"allow_pickle=True", r"(?<!st\.)\btext\(f", r"joblib")
    found = [
        f"{path.relative_to(ROOT)}: {spelling}"
        for folder in (*ROOMS, "tests", "data", "benchmarks")
        for path in (ROOT / folder).rglob("*.py")
        for spelling in forbidden
        if re.search(spelling, path.read_text()) and path != Path(__file__)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("ui.cli", "torch sqlalchemy faiss streamlit pandas numpy PIL"),
        ("retrieval.library", "torch faiss streamlit pandas PIL"),
        ("ui.indexing", "torch faiss streamlit pandas"),
        ("classifiers.tagger", "sklearn scipy pandas sqlalchemy"),
    ],
)
def test_nothing_heavy_is_loaded_by_what_can_do_without_it(module: str, heavy: str) -> None:
    code = f"import sys, {module}; print(*[name for name in {heavy.split()} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert loaded.stdout.split() == []
