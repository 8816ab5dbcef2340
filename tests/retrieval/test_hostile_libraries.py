"""A library that came from somebody else is data: whatever is in it, nothing outside of it changes, nothing hangs, and
it is refused in a sentence or answers as its rows say.
"""

import json
import os
import random
import shutil
import sqlite3
import time
import traceback
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest

from retrieval.attributes import ATTRIBUTES
from retrieval.columns import key
from retrieval.errors import FacequeryError
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, describe, descriptor, fill
from tests.sizes import sizes
from ui import words
from ui.session import models

pytestmark = pytest.mark.sqlites

FACES = 12
PATIENCE = 20.0  # seconds for all that is asked of one library
Statement = str
NUMBERS = ["-1", "0", "2147483648", "4611686018427387904", "9223372036854775807", "-9223372036854775808"]
TEXTS = [
    "'[]'",
    "'null'",
    "'{}'",
    "'NaN'",
    "'" + "[" * 100_000 + "'",
    "'../../../mine'",
    "'*'",
    "'\x1b[2J'",
    "''",
    "char(0)",
    "'\"x\" OR'",
    "'" + "9" * 5000 + "'",
]
BLOBS = [
    "x''",
    "x'00'",
    "zeroblob(2048)",
    "x'2e2e2f2e2e2f6d696e652f782e6a7067'",
    "x'2f612f2e2e2f622e6a7067'",
    "x'2f6100'",
]


def columns(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Every column with its table and type."""
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [
        (table, row[1], row[2])
        for table in tables
        if not table.startswith("sqlite_")
        for row in connection.execute(f'PRAGMA table_info("{table}")')
    ]


def a_value(connection: sqlite3.Connection, dice: random.Random) -> Statement:
    table, column, kind = dice.choice(columns(connection))
    values = {"INTEGER": NUMBERS, "REAL": ["-1", "1e300", "9e999", "0.5"], "BLOB": BLOBS}.get(kind, TEXTS)
    where = dice.choice(["", f" WHERE rowid % {dice.randint(2, 9)} = 1"])
    return f'UPDATE OR IGNORE "{table}" SET "{column}" = {dice.choice(values)}{where}'


def thresholds(connection: sqlite3.Connection, dice: random.Random) -> Statement:
    values = [json.dumps(dict.fromkeys(ATTRIBUTES, value)) for value in (None, "0.5", [], float("nan"), 7, {}, True)]
    cards = ["[]", "7", '{"people": 7}', '{"figures": {"test": {"images": "x", "attributes": [1]}}}']
    cards += ['{"people": {"figures": {"test": {"images": 1, "people": 0}}}}']
    column, value = dice.choice([("thresholds", dice.choice(values)), ("card", dice.choice(cards))])
    return f"UPDATE model SET {column} = '{value}'"


def landmarks(connection: sqlite3.Connection, dice: random.Random) -> Statement:
    values = ["[[1,2],[3,4],[5,6],[7,8],[NaN,1]]", "[[1e308,2],[3,4],[5,6],[7,8],[9,1]]", "[1,2]", '"12345"', "[[],[]]"]
    return f"UPDATE face SET landmarks = '{dice.choice(values)}'"


def lost_rows(connection: sqlite3.Connection, dice: random.Random) -> Statement:
    table = dice.choice([table for table, _, _ in columns(connection)])
    return f'DELETE FROM "{table}" WHERE rowid % {dice.randint(1, 5)} = 0'


def schemas(connection: sqlite3.Connection, dice: random.Random) -> Statement:
    table = dice.choice(["photo", "face", "correction", "saved_search", "library"])
    event = dice.choice(["UPDATE", "DELETE", "INSERT"])
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    return dice.choice(
        [
            f"CREATE TRIGGER t AFTER {event} ON {table} BEGIN DELETE FROM folder; END",
            f"CREATE TRIGGER t BEFORE {event} ON {table} BEGIN {endless}; END",
            f"CREATE VIEW v AS {endless}",
            f"ALTER TABLE {table} ADD COLUMN more TEXT",
            f"ALTER TABLE {table} ADD COLUMN more AS (zeroblob(900000000))",
            f"CREATE TABLE more AS SELECT * FROM {table}",
        ]
    )


VALUES: list[Callable[[sqlite3.Connection, random.Random], Statement]] = [
    *(a_value, a_value, a_value, thresholds, landmarks, lost_rows, schemas)
]


def in_tables(library: Path, users: Path, dice: random.Random) -> None:
    with closing(sqlite3.connect(library / "library.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        for _ in range(dice.randint(1, 2)):
            with suppress(sqlite3.Error, IndexError):  # what SQLite will not have, or of which nothing is left
                connection.execute(dice.choice(VALUES)(connection, dice))


def a_link(library: Path, users: Path, dice: random.Random) -> None:
    path = library / dice.choice(
        ["cache", "library.pid", "library.lock", "library.db-wal", "library.db-shm", "cache/x.npy"]
    )
    if path.is_dir():
        shutil.rmtree(path)
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    kind = dice.choice(["link", "hard", "folder", "pipe"])
    if kind == "link":
        path.symlink_to(users if path.name == "cache" else users / "diary.txt")
    elif kind == "hard":
        os.link(users / "diary.txt", path)
    elif kind == "folder":
        (path / "inside").mkdir(parents=True)
    else:
        os.mkfifo(path)


def a_cache(library: Path, users: Path, dice: random.Random) -> None:
    """Bent numbers under names that are looked for here, with the marks that they had where they were made."""
    for path in (library / "cache").glob("*.npy"):
        values = np.load(path)
        np.save(path, np.zeros_like(values) if dice.random() < 0.5 else values[..., ::-1].copy())
        state, _, rest = path.name.rsplit("-", 2)
        path.rename(path.with_name(f"{state}-{key.name()}-{rest}"))


def cut(library: Path, users: Path, dice: random.Random) -> None:
    data = (library / "library.db").read_bytes()
    (library / "library.db").write_bytes(data[: dice.choice([0, 1, 100, 512, 4096, len(data) // 2, len(data) - 1])])


def flipped(library: Path, users: Path, dice: random.Random) -> None:
    data = bytearray((library / "library.db").read_bytes())
    for _ in range(dice.randint(1, 30) if data else 0):
        data[dice.randrange(len(data))] = dice.randrange(256)
    (library / "library.db").write_bytes(data)


DAMAGES = [in_tables, in_tables, in_tables, in_tables, a_link, a_cache, cut, flipped]


def questions(library: Library) -> dict[str, Callable[[], object]]:
    """What people do with a library: each must end in an answer or in a sentence."""
    people, every = library.people, range(1, FACES + 1)
    return {
        "find": lambda: library.find("Male OR NOT Male").hits,
        "find by path": lambda: library.find('path:"*a*" AND NOT Bald > 0.9', sort="path").hits,
        "count": lambda: (library.facets(), library.count("corrected"), library.cautions("Bald")),
        "totals": lambda: (library.totals(), library.model, library.crop),
        "alike": lambda: library.similar_to(1).hits,
        "same person": lambda: library.similar_to(2, by="person", fold=True).hits,
        "explain": lambda: library.explain("Male AND Young", [1, 2]),
        "photographs": lambda: (library.photographs(every), library.folders_of_photographs()),
        "history": lambda: [words.when(action.made) for action in library.history()],
        "searches": lambda: [library.find(query) for query in library.searches().values()],
        "people": lambda: (people.listed(), people.doubts()),
        "card": lambda: (words.measured(library.model), models.grades(library.model)),
        "cite": lambda: library.differences(library.cite("Male")),
        "verify": library.verify,
        "correct": lambda: library.correct([1, 3], {"Bald": True}),
        "undo": library.undo,
        "group": people.group,
        "save": lambda: library.save_search("more", "Bald"),
        "write": lambda: fill(library, [a_photo("/a/new.jpg", a_face(77))]),
        "erase": lambda: library.erase([2]),
        "find again": lambda: library.find(None).hits,
    }


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library in which everything has been used."""
    folder = tmp_path_factory.mktemp("sound") / "library"
    with Library.create_or_open(folder) as library:
        points = tuple((float(at), float(at % 3)) for at in range(5))
        face = [a_face(at) for at in range(FACES)]
        some = [type(one)(one.box, points, 0.9, one.probabilities, one.embedding) for one in face]
        fill(library, [a_photo(f"/a/{at}.jpg", one) for at, one in enumerate(some)])
        describe(library, {at + 1: descriptor(at // 3) for at in range(FACES)})
        library.correct([1], {"Bald": True, "Male": False})
        library.save_search("hats", "Wearing_Hat")
        library.people.group(0.2)
        library.erase([FACES])
        library.similar_to(1, by="person")
        library.publish()
    return folder


def answers_as_its_rows_say(library: Library) -> None:
    """Each probability that is shown is the table's, unless somebody said otherwise; and all that match are shown."""
    with closing(sqlite3.connect(library.folder / "library.db")) as raw:
        rows = raw.execute(
            "SELECT attribute.* FROM face JOIN photo ON photo.id = photo JOIN attribute ON attribute.face = face.id "
            "WHERE missing = 0"
        ).fetchall()
        said = {(f, a): float(v) for f, a, v in raw.execute("SELECT face, attribute, value FROM correction")}
    found = {hit.face: hit.attributes for hit in library.find(None, limit=None).hits}
    assert found.keys() == {face for face, *_ in rows}
    for face, *values in rows:
        expected = {name: said.get((face, name), value) for name, value in zip(ATTRIBUTES, values, strict=True)}
        assert found[face] == pytest.approx(expected, abs=1e-6)


def fault(folder: Path) -> str | None:
    """What is wrong with how a library is met: an error that is no sentence of ours, an answer that is not its rows',
    or too long a time. None if nothing is.
    """
    asked, started = "open", time.monotonic()
    try:
        with suppress(FacequeryError), Library.open(folder) as library:
            for asked, ask in questions(library).items():  # noqa: B007
                with suppress(FacequeryError):
                    ask()
            asked = "as its rows say"
            with suppress(FacequeryError):
                answers_as_its_rows_say(library)
    except Exception as error:  # noqa: BLE001 - that it is raised at all is the fault
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"{asked}: {type(error).__name__}: {str(error)[:200]} ({where.filename}:{where.lineno})"
    took = time.monotonic() - started
    return f"{took:.0f} seconds" if took > PATIENCE else None


@pytest.mark.lengthy
@pytest.mark.parametrize("times", sizes(40, 200))
def test_a_hostile_library_is_refused_or_answers_as_its_rows_say(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
):
    monkeypatch.setattr(key, "key", lambda: b"another machine's")
    users = tmp_path / "mine"
    users.mkdir()
    (users / "diary.txt").write_text("dear")
    before = everything(users)
    faults: dict[int, str | None] = {}
    for seed in range(times):
        dice, folder = random.Random(seed), tmp_path / f"{seed}" / "library"
        shutil.copytree(sound, folder)
        for _ in range(dice.randint(1, 2)):
            dice.choice(DAMAGES)(folder, users, dice)
        faults[seed] = fault(folder)
        if everything(users) != before:
            faults[seed] = "something outside of it was changed"
        shutil.rmtree(folder.parent)
    assert [f"{seed}: {said}" for seed, said in faults.items() if said] == []
