"""The arrows between the rooms, read from the imports: any other is a mistake in the design."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter
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
# of `ui`:
_SHARED = (
    "chosen conditions ending explanations indexing options output progress "
    "recognised reviewed runs search shipped words"
)
INSIDE = {  # a room or a module of a package, and what beside it in the package it may import
    "retrieval": {
        "attributes": "",
        "errors": "",
        "facts": "",
        "garbage": "",
        "links": "errors",
        "spelling": "errors",
        "unfinished": "",
        "columns": "attributes errors links spelling unfinished",
        "reviewing": "",
        "tables": "attributes errors facts spelling columns reviewing",
        "stores": "errors links spelling columns tables",
        "language": "attributes errors facts spelling columns tables",
        "likeness": "attributes errors columns tables language",
        "writing": "attributes errors facts spelling unfinished columns reviewing tables stores language likeness",
        "pictures": "errors facts spelling",
        "answers": "attributes errors facts spelling columns tables language likeness writing pictures",
        "current": "columns errors tables stores likeness",
        "browse": "attributes errors columns tables language answers current",
        "people": "errors columns tables likeness writing current",
        "maps": "attributes errors columns tables language likeness writing answers current",
        "shortlists": "tables writing",
        "reviews": "attributes errors columns reviewing tables language writing answers",
        "calibrations": "errors columns reviewing tables language writing",
        "questions": "columns errors tables language answers current",
        "library": "errors columns tables stores language likeness writing answers browse calibrations current maps "
        "people questions reviews shortlists",
        "__init__": "library",
    },
    "classifiers": {
        "cards": "",
        "networks": "cards",
        "tagger": "cards networks",
        "hyperparameters": "cards networks",
        "sets": "cards",
        "embeddings": "tagger sets",
        "evaluation": "cards sets",
        "teaching": "cards networks hyperparameters sets",
        "training": "cards networks hyperparameters sets evaluation teaching",
        "__init__": "",
    },
    "ui": {
        **dict.fromkeys(_SHARED.split(), _SHARED),
        "files": _SHARED,
        "study": f"{_SHARED} files",
        "commands": f"{_SHARED} files",
        "session": f"{_SHARED} files",
        "widgets": f"{_SHARED} files session",
        "endpoints": f"{_SHARED} files session",
        "screens": f"{_SHARED} files session widgets",
        "given": "",
        "gate": "",
        "prompt": "",
        "server": "gate options endpoints prompt",
        "app": f"{_SHARED} server session widgets screens",
        "cli": f"{_SHARED} given server study commands",
        "start": "cli",
        "__init__": "",
    },
}
VIEWS = {"retrieval.answers.frames", "retrieval.answers.notebook"}
"""They show an `Answer`, and its methods call them: for the type checker, and for it alone, each knows the other."""

BELONGS = {  # a package, and the only rooms or modules that may import it
    "openvino": {"classifiers.networks.processor"},  # which keeps its telemetry from being loaded
    "torch": {"classifiers.networks", "classifiers.teaching", "classifiers.training"},
    "torchvision": {"classifiers.networks"},
    "faiss": {"retrieval.likeness.faiss_index"},
    "sqlalchemy": {"retrieval", "migrations"},
    "psycopg": {"retrieval.stores.postgres"},
    "sqlite3": {"retrieval.stores.sqlite", "ui.ending"},
    "alembic": {"retrieval", "migrations"},
    "ray": {"indexer.cluster.ray_data"},
    "streamlit": {"ui"},
    "starlette": {"ui.gate", "ui.server", "ui.endpoints"},
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


def against_the_order(found: Iterable[tuple[str, str]]) -> list[str]:
    """Those of the imports (module, imported name) inside one package that `INSIDE` does not allow."""
    return [
        f"{module} -> {name}"
        for module, name in found
        if (package := module.split(".")[0]) in INSIDE
        and name.split(".")[0] == package
        and (room := module.split(".")[1]) != (other := name.split(".")[1])
        and other not in INSIDE[package][room].split()
    ]


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


def test_inside_a_package_too_imports_go_along_the_arrows() -> None:
    """Those for the type checker alone count like all others: what a room knows of, it depends on."""
    assert against_the_order(imports()) == []


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("retrieval.columns.bits", "retrieval.tables.schema"),
        ("retrieval.tables.rows", "retrieval.library.Library"),
        ("retrieval.language.nodes", "retrieval.likeness.vectors.Vectors"),
        ("retrieval.answers.answers", "retrieval.current.Current"),
        ("retrieval.errors", "retrieval.columns.bits"),
        ("retrieval.tables.rows", "retrieval.Library"),
        ("classifiers.cards.card", "classifiers.networks.checkpoint"),
        ("classifiers.networks.checkpoint", "classifiers.sets.celeba.load"),
        ("classifiers.networks.graphs", "classifiers.tagger.Tagger"),
        ("classifiers.evaluation.calibrate", "classifiers.training.finish"),
        ("classifiers.teaching.examples", "classifiers.training.run.Run"),
        ("classifiers.tagger", "classifiers.DEFAULT_MODEL"),
        ("ui.words", "ui.files.tables"),
        ("ui.files.tables", "ui.commands.export"),
        ("ui.commands.export", "ui.study.charts"),
        ("ui.session.models", "ui.widgets.gallery"),
        ("ui.screens.search", "ui.commands.searches.meant"),
        ("ui.commands.similar", "ui.screens.similar"),
    ],
)
def test_a_wrong_arrow_is_found(module: str, name: str) -> None:
    right = [(module, "numpy"), (module, f"{module}.name"), ("ui.screens.search", "ui.words.shown")]
    assert against_the_order([*right, (module, name)]) == [f"{module} -> {name}"]


def test_no_import_leads_back_to_where_it_came_from() -> None:
    graph: dict[str, set[str]] = {module: set() for module, _ in imports()}
    for module, name in imports():
        if module not in VIEWS or not name.startswith("retrieval.answers.answers."):
            graph[module].update({name, name.rpartition(".")[0]} & graph.keys() - {module})
    TopologicalSorter(graph).prepare()  # CycleError names the circle


def test_every_room_says_in_a_line_what_belongs_there() -> None:
    for room in (ROOT / package / room for package, rooms in INSIDE.items() for room in rooms):
        if room.is_dir():
            said = ast.get_docstring(ast.parse((room / "__init__.py").read_text()))
            assert said and "\n" not in said, room


def test_every_module_has_its_tests_or_the_readme_says_who_tests_it() -> None:
    said = (ROOT / "tests" / "README.md").read_text()
    modules = (path.relative_to(ROOT) for room in ROOMS[:-1] for path in (ROOT / room).rglob("[!_]*.py"))
    unsaid = [
        str(module)
        for module in modules
        if not (ROOT / "tests" / module).with_name(f"test_{module.name}").exists() and f"`{module}`" not in said
    ]
    assert unsaid == []


def test_the_readme_names_tests_that_are_there() -> None:
    """`path` `test_name` `..rest_of_a_name`, as its tables have them."""
    texts: list[str] = []
    missing: list[str] = []
    for name in re.findall(r"`([^`\s]+)`", (ROOT / "tests" / "README.md").read_text()):
        if name.endswith(".py"):
            found = [ROOT / "tests" / name, ROOT / name, *(ROOT / "tests").rglob(name)]
            texts = [path.read_text() for path in found if path.exists()][:1]
            missing += [] if texts else [name]
        elif name.startswith(("test_", "..")) and not re.search(name.strip(".").strip("_"), "".join(texts)):
            missing.append(name)
    assert missing == []


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
        ("ui.cli", "torch openvino sqlalchemy faiss streamlit pandas numpy PIL"),
        ("retrieval.library", "torch openvino faiss streamlit pandas PIL"),
        ("ui.indexing", "torch openvino faiss streamlit pandas"),
        ("classifiers.tagger", "torch openvino sklearn scipy pandas sqlalchemy"),
        ("indexer.workers", "torch openvino faiss pandas sqlalchemy"),
    ],
)
def test_nothing_heavy_is_loaded_by_what_can_do_without_it(module: str, heavy: str) -> None:
    code = f"import sys, {module}; print(*[name for name in {heavy.split()} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert loaded.stdout.split() == []
