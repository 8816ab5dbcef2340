import json
import math
import operator
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from itertools import cycle
from pathlib import Path as Path_
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from retrieval.attributes import ATTRIBUTES
from retrieval.columns import bits
from retrieval.columns.sayings import RADIUS
from retrieval.errors import QueryError
from retrieval.facts import Facts
from retrieval.language import nodes
from retrieval.language.nodes import (
    And,
    Camera,
    Corrected,
    Faces,
    Folder,
    Listed,
    Near,
    Not,
    Or,
    Path,
    Person,
    Quantified,
    Query,
    TaggedBy,
    Taken,
    Term,
)
from retrieval.language.query import parse
from retrieval.stores.sqlite.connections import reader
from retrieval.tables import schema
from retrieval.tables.rows import present
from retrieval.tables.snapshot import Snapshot, load
from retrieval.writing.dating import of_file
from retrieval.writing.store import Face, Model
from tests.retrieval.copied import served
from tests.retrieval.language.test_query import ACCEPTED
from tests.retrieval.made import a_photo, copy_of, vector
from tests.retrieval.trees import leaves, numbers, queries, sayings

N = 200
VALUES = np.random.default_rng(4).random((N, 40), dtype=np.float32)
VALUES[:, ::7] = VALUES[:, ::7].round(1)  # many faces exactly on a round number: 0.1 has no exact float32
VALUES[:20] = VALUES[:20].round()
MOVES = {"Male": (-1.3, 0.7), "Bald": (2.0, 1.3), "Smiling": (0.5, 0.1), "Eyeglasses": (-200.0, 1.0)}
MOVED = VALUES.copy()  # as these calibrations have them
for moved_name, (shift, slope) in MOVES.items():
    ours = MOVED[:, ATTRIBUTES.index(moved_name)].astype(np.float64)
    with np.errstate(divide="ignore", over="ignore"):
        ours = 1 / (1 + np.exp(-(shift + slope * np.log(ours / (1 - ours)))))
    MOVED[:, ATTRIBUTES.index(moved_name)] = ours
THRESHOLDS = {name: float(MOVED[row, row]) if row % 2 else 0.1 * (row % 10) for row, name in enumerate(ATTRIBUTES)}
SIZES = [1, 2, 1, 3, 5, 1, 2, 9, 1, 1]  # faces of one photograph after another, and again
NAMES = ["a.jpg", "A.jpg", "b [1].jpg", "caf\udce9.png", "café.png", "x*y?.jpg", 'q"uo\\te.jpg', "\n.jpg", "ab", ".a"]
MISSING = "/gone/"  # photographs that no answer may speak of
MODELS = [("tiny", "f" * 64), ("My Model", "f00d" + "0" * 60), ("unused", "0" * 64)]


class Known(NamedTuple):
    """What the tables say of a face, as plain Python values."""

    path: str
    probabilities: dict[str, float]
    corrected: bool
    model: tuple[str, str]
    person: str | None
    lists: frozenset[str]
    facts: Facts


def at(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


def photographs() -> list[tuple[str, int]]:
    """Paths and how many faces each has, N in all."""
    sizes = [SIZES[at % len(SIZES)] for at in range(N)]
    count = next(count for count in range(N) if sum(sizes[:count]) >= N)
    sizes[count - 1] -= sum(sizes[:count]) - N
    return [(f"/{'abc'[at % 3]}/{at}/{NAMES[at % len(NAMES)]}", size) for at, size in enumerate(sizes[:count])]


SAYINGS = [  # of one photograph after another, and again; None was never asked
    None,
    Facts(),
    Facts(taken=at(2023, 5, 1)),
    Facts(taken=at(2023, 5, 1) - 1, utc_offset=7200, camera="FUJIFILM X100V", latitude=48.85, longitude=2.35),
    Facts(taken=at(2023, 8, 31) + 86_399, camera="Canon EOS-1D X", lens="x", latitude=48.86, longitude=2.35),
    Facts(camera="samsung SM_G991", latitude=-17.0, longitude=179.9, orientation=6),
    Facts(taken=at(1800, 1, 1), camera="Société X100", latitude=-17.0, longitude=-179.9),
    Facts(taken=at(9999, 12, 31) + 86_399, latitude=90.0, longitude=10.0),
    Facts(taken=at(2024, 2, 29), camera="FUJIFILM X100", latitude=0.0, longitude=0.0),
]
PEOPLE = ["Anna", "ANNA", "Élodie", 'q"uo\\te', None]  # a group's name each; of the last nothing is known
MEMBERS = {face: 1 + face % 5 for face in range(1, N + 1) if face % 3}
LISTS = ["Casting", "Für Paul", 'q"uo\\te', "Empty", None]  # a shortlist each; the last one was deleted
ON_LISTS = [(at, face) for at in (1, 2, 3, 5) for face in range(N, 0, -1) if face % (at + 2) == 0]
CORRECTED = [(1 + face, ATTRIBUTES[face % 40], face % 3 % 2) for face in range(0, N, 5)]


class Library:
    """The same faces in SQLite, in packed columns, and as plain Python values."""

    def __init__(self, connection: Connection, folder: Path_) -> None:
        self.connection = connection
        self.snapshot: Snapshot = load(connection, folder)
        said = {(face, name): float(value) for face, name, value in CORRECTED}
        paths = [path for path, size in photographs() for _ in range(size)]
        sayings = zip(photographs(), cycle(SAYINGS), strict=False)
        facts = [dated(saying) for (_, size), saying in sayings for _ in range(size)]
        self.known = [
            Known(
                path,
                {name: said.get((face, name), float(row[at])) for at, name in enumerate(ATTRIBUTES)},
                any(corrected == face for corrected, _ in said),
                MODELS[face % 2],
                PEOPLE[MEMBERS[face] - 1] if face in MEMBERS else None,
                frozenset(name for at, name in enumerate(LISTS, 1) if name and (at, face) in ON_LISTS),
                saying,
            )
            for face, (path, row, saying) in enumerate(zip(paths, MOVED, facts, strict=True), 1)
        ]

    def by_sql(self, query: Query) -> list[int]:
        rows = self.connection.execute(present(schema.face.c.id).where(query.sql(THRESHOLDS)))
        return sorted(face for (face,) in rows)

    def by_mask(self, query: Query) -> list[int]:
        mask = nodes.mask(query, self.snapshot.columns)
        assert mask.dtype == np.bool_
        found: list[int] = self.snapshot.face_ids[mask].tolist()
        assert bits.count(query.bits(self.snapshot.columns)) == len(found)
        return found

    def by_python(self, query: Query) -> list[int]:
        return [face for face, holds in enumerate(self.truths(query), 1) if holds]

    def truths(self, query: Query) -> list[bool]:
        """What the query is of every face, from its definition."""
        match query:
            case Not(child):
                return [not holds for holds in self.truths(child)]
            case And(children):
                return [all(holds) for holds in zip(*map(self.truths, children), strict=True)]
            case Or(children):
                return [any(holds) for holds in zip(*map(self.truths, children), strict=True)]
            case Quantified(quantifier, child):
                of_photo: dict[str, list[bool]] = {}
                truths = self.truths(child)
                for known, holds in zip(self.known, truths, strict=True):
                    of_photo.setdefault(known.path, []).append(holds)
                if quantifier == "only":
                    return [h and sum(of_photo[k.path]) == 1 for k, h in zip(self.known, truths, strict=True)]
                said = {"any": any, "all": all, "none": lambda truths: not any(truths)}[quantifier]
                return [said(of_photo[known.path]) for known in self.known]
        faces = Counter(known.path for known in self.known)
        return [holds_alone(query, known, faces[known.path]) for known in self.known]


def dated(facts: Facts | None) -> Facts:
    """With the date of its file for one without a date of its own."""
    if facts is None or facts.taken is not None:
        return facts or Facts()
    return replace(facts, taken=of_file(1)["taken"])


COMPARE = {">=": operator.ge, ">": operator.gt, "<": operator.lt, "<=": operator.le, "=": operator.eq}


def holds_alone(leaf: Query, known: Known, faces: int) -> bool:
    match leaf:
        case Term(name, None, None):
            return known.probabilities[name] >= THRESHOLDS[name]
        case Term(name, str(compare), float(number)):
            return COMPARE[compare](known.probabilities[name], number)
        case Path(pattern):
            pattern += "*" * pattern.endswith("/")
            return any(fnmatchcase(known.path, at + pattern) for at in ("", "" if pattern[0] in "/*" else "*/"))
        case Faces(compare, number):
            return COMPARE[compare](faces, number)
        case Corrected():
            return known.corrected
        case TaggedBy(model):
            name, fingerprint = known.model
            return model.lower() == name.lower() or (len(model) >= 4 and fingerprint.startswith(model.lower()))
        case Person(called):
            return known.person is not None and ascii_lower(known.person) == ascii_lower(called)
        case Listed(called):
            return ascii_lower(called) in map(ascii_lower, known.lists)
        case Taken(first, last):
            moment = known.facts.taken
            day = None if moment is None else datetime.fromtimestamp(moment, UTC).timetuple()[:3]
            return (
                day is not None and (first or ()) <= day[: len(first or ())] and day[: len(last or ())] <= (last or ())
            )
        case Camera(name):
            parted = " ".join(f" {known.facts.camera or ''} ".replace("-", " ").replace("_", " ").split(" "))
            wanted = name.replace("-", " ").replace("_", " ").strip(" ")
            return known.facts.camera is not None and f" {ascii_lower(wanted)} " in ascii_lower(parted)
        case Near():
            return known.facts.latitude is not None and leaf.metres >= far(leaf, known.facts)
        case Folder(name):
            around = f"{known.path.rpartition('/')[0]}/"
            return around.startswith(f"{name}/") if name.startswith("/") else f"/{name}/" in around
    raise AssertionError(leaf)


def far(near: Near, facts: Facts) -> float:
    """Metres, by the angle between two vectors."""

    def vector_of(north: float, east: float) -> list[float]:
        p, q = math.radians(north), math.radians(east)
        return [math.cos(p) * math.cos(q), math.cos(p) * math.sin(q), math.sin(p)]

    one, other = vector_of(near.latitude, near.longitude), vector_of(facts.latitude or 0, facts.longitude or 0)
    return 2 * RADIUS * math.asin(min(1.0, math.dist(one, other) / 2))


def ascii_lower(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)


def recalibrate(raw: sqlite3.Connection, undone: int, model: str, moves: dict[str, tuple[float, float]]) -> None:
    made = raw.execute("INSERT INTO action (kind, made, undone, summary) VALUES ('calibrate', 0, ?, '')", [undone])
    rows = [(made.lastrowid, name, model, *move) for name, move in moves.items()]
    raw.executemany("INSERT INTO recalibration VALUES (?, ?, ?, ?, ?, 100, 0.1, 0.1)", rows)


@pytest.fixture(scope="module")
def folder(template: Path_, tmp_path_factory: pytest.TempPathFactory) -> Path_:
    folder = tmp_path_factory.mktemp("nodes") / "library"
    model = Model(MODELS[1][1], MODELS[1][0], "{}", THRESHOLDS)
    rows = iter(VALUES)
    with copy_of(template, folder) as library, library.writer(model) as writer, writer.batch() as batch:
        for (path, size), said in zip(photographs(), cycle(SAYINGS), strict=False):
            some = [Face((0, 0, 1, 1), None, None, next(rows), vector(1)) for _ in range(size)]
            batch.add(replace(a_photo(path, *some), facts=said))
        for at in range(5):
            batch.add(a_photo(f"{MISSING}{at}", *[Face((0, 0, 1, 1), None, None, VALUES[at], vector(1))] * (at + 1)))
        batch.add(a_photo("/a/nobody.jpg"))
    with closing(sqlite3.connect(folder / "library.db")) as raw, raw:
        raw.executemany("INSERT INTO correction (face, attribute, value, made) VALUES (?, ?, ?, 0)", CORRECTED)
        raw.execute("INSERT INTO correction (face, attribute, value, made) VALUES (?, 'Male', 1, 0)", [N + 1])
        raw.execute("UPDATE photo SET missing = 1 WHERE path >= ?", [MISSING.encode()])
        for name, fingerprint in (MODELS[2], MODELS[0]):
            values = (fingerprint, name, json.dumps(THRESHOLDS))
            raw.execute(
                "INSERT INTO model (fingerprint, name, card, thresholds, created) VALUES (?, ?, '{}', ?, 0)", values
            )
        recalibrate(raw, 1, MODELS[0][1], dict.fromkeys(MOVES, (9.0, 2.0)))  # which what comes later replaces
        recalibrate(raw, 0, MODELS[0][1], MOVES)
        recalibrate(raw, 1, MODELS[0][1], {"Male": (5.0, 1.0), "Young": (1.0, 1.0)})
        recalibrate(raw, 0, MODELS[1][1], {"Male": (5.0, 1.0), "Young": (1.0, 1.0)})  # another model's
        raw.executemany("INSERT INTO person (name) VALUES (?)", [(name,) for name in PEOPLE])
        raw.execute("INSERT INTO person (name) VALUES ('Nobody')")  # of whom every face went to another
        raw.executemany("INSERT INTO membership VALUES (?, ?, 0)", [*MEMBERS.items(), (N + 1, 1)])
        raw.executemany("INSERT INTO shortlist (name) VALUES (?)", [(name,) for name in LISTS])
        raw.executemany("INSERT INTO shortlisted VALUES (?, ?, 1, NULL)", [*ON_LISTS, (1, N + 1)])
        raw.execute("UPDATE face SET model = (SELECT id FROM model WHERE name = 'tiny') WHERE id % 2 = 0")
    return folder


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def faces(request: pytest.FixtureRequest, folder: Path_, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with reader(folder).begin() as connection:
        if request.param == "sqlite":
            yield Library(connection, folder)
        else:
            with served(connection) as other:
                yield Library(other, tmp_path_factory.mktemp("served"))


on_the_edge = st.integers(0, N - 1).flatmap(lambda row: st.sampled_from(MOVED[row].tolist()))
beside_the_edge = on_the_edge.map(lambda number: float(np.nextafter(number, 1)))
thresholds = st.one_of(numbers, on_the_edge, beside_the_edge, st.sampled_from([0.1, 0.2, 0.3, 0.7, 0.9]))
pieces = st.sampled_from(
    ["*", "?", "/", "/a/", "/b/1*", "a", ".jpg", "[ab]", "[!a]", "caf", "\udce9", "é", "[[]", '"', "\n"]
)
globs = st.lists(pieces, min_size=1, max_size=5).map("".join)
models = st.sampled_from(["tiny", "TINY", "my model", "unused", "ffff", "f00d", "f00d0", "F00D"])
people = st.sampled_from(["Anna", "aNNa", "Élodie", 'Q"UO\\te'])
lists = st.sampled_from(["casting", "Für Paul", 'Q"UO\\te', "EMPTY"])
moments = st.sampled_from([(2023,), (2023, 4), (2023, 5), (2023, 5, 1), (2023, 8), (2024, 2, 29), (1800,), (9999, 12)])
cameras = st.sampled_from(["x100", "X100V", "fujifilm x100", "canon", "EOS 1d", "1D-X", "g991", "Société", "SM_G991"])
near = st.builds(
    Near,
    st.sampled_from([48.85, -17.0, 90.0, 89.0, 0.0]),
    st.sampled_from([2.35, 180.0, -180.0, -170.0, 0.0]),
    st.sampled_from([0.001, 1.0, 1.2, 25.0, 120.0, 1500.0, 30_000.0]),
    st.sampled_from(["km", "mi"]),
)
within = st.sampled_from(["a", "b", "/a", "0", "c/2", "/b/1", "12"])
said = sayings(moments, cameras, near, within)
trees = queries(leaves(thresholds, globs, models, people, said, lists))
small_trees = queries(leaves(thresholds, globs, models, people, said, lists), 5)


def agree(faces: Library, query: Query) -> None:
    found = faces.by_mask(query)
    assert found == faces.by_python(query) == faces.by_sql(query)
    assert len(found) + len(faces.by_sql(Not(query))) == len(found) + len(faces.by_mask(Not(query))) == N


@pytest.mark.timeout(600)
@settings(max_examples=500, deadline=None)
@given(query=trees)
@example(Term("5_o_Clock_Shadow", ">", 0.1))  # float32(0.1) > 0.1 in SQL; numpy alone would compare in float32
@example(Term("5_o_Clock_Shadow", "<=", 0.1))
@example(Term("Big_Nose", ">=", 0.3))
@example(Term("Big_Nose", "<", 0.7))
@example(Not(Not(Term("Male", "<", 5e-324))))
@example(Path("caf?.png"))  # one byte that is not UTF-8, and one character of two
@example(Path("/c/"))
@example(Path("[!/]*"))
@example(Quantified("all", Faces(">", 2)))
@example(Quantified("only", Quantified("any", Term("Bald"))))
@example(Quantified("only", Corrected()))
@example(Not(Taken((2023, 5), (2023, 8))))
@example(Not(Camera("x100")))
@example(Not(Near(48.85, 2.35, 10)))
@example(Near(-17, 180, 25))
@example(Folder("a"))
@example(Not(Listed("CASTING")))
@example(Listed("empty"))
@example(Term("Male"))  # its calibration is moved
@example(Not(Term("Bald", "<", 1.0)))
@example(Term("Smiling", ">=", 0.0))
@example(Term("Eyeglasses", ">", 0.0))
def test_sql_mask_and_python_agree(faces: Library, query: Query):
    agree(faces, query)


@pytest.mark.fault
@pytest.mark.timeout(3600)
@settings(max_examples=5000, deadline=None)
@given(query=trees)
def test_sql_mask_and_python_agree_on_very_many_trees(faces: Library, query: Query):
    agree(faces, query)


@settings(max_examples=50, deadline=None)
@given(one=small_trees, other=small_trees)
def test_de_morgan_holds(faces: Library, one: Query, other: Query):
    assert faces.by_sql(Not(And((one, other)))) == faces.by_sql(Or((Not(one), Not(other))))
    assert faces.by_mask(Not(Or((one, other)))) == faces.by_mask(And((Not(one), Not(other))))
    assert faces.by_sql(Not(Not(one))) == faces.by_sql(one)
    assert faces.by_mask(Not(Quantified("any", one))) == faces.by_mask(Quantified("none", one))
    assert faces.by_mask(Quantified("none", Not(one))) == faces.by_mask(Quantified("all", one))


@settings(max_examples=100, deadline=None)
@given(query=trees)
def test_a_confidence_is_a_probability_and_the_same_for_a_few_faces(faces: Library, query: Query):
    confidence = query.confidence(faces.snapshot.columns)
    assert confidence.dtype == np.float32 and confidence.shape == (N,)
    assert ((confidence >= 0) & (confidence <= 1)).all()
    at = np.array([7, 0, 150, N - 1])
    np.testing.assert_array_equal(query.confidence(faces.snapshot.columns, at), confidence[at])


def test_confidence_is_what_independent_events_would_have(faces: Library):
    columns = faces.snapshot.columns
    male, bald = columns.of("Male"), columns.of("Bald")
    np.testing.assert_allclose(parse("Male AND NOT Bald").confidence(columns), male * (1 - bald), atol=1e-6)
    np.testing.assert_allclose(parse("Male OR Bald").confidence(columns), 1 - (1 - male) * (1 - bald), atol=1e-6)
    np.testing.assert_array_equal(parse("Male < 0.5").confidence(columns), 1 - male)


def test_confidence_of_a_photograph_is_what_its_independent_faces_have(faces: Library):
    columns = faces.snapshot.columns
    male = columns.of("Male").astype(float)
    photographs = [
        np.flatnonzero(columns.photographs.numbers == number) for number in range(len(columns.photographs.faces))
    ]
    assert max(map(len, photographs)) == 9
    for quantifier in ("any", "all", "none", "only"):
        confidence = Quantified(quantifier, Term("Male")).confidence(columns)
        for members in photographs:
            for face in members:
                others = [1 - male[other] for other in members if other != face]
                nobody = (1 - male[face]) * np.prod(others)
                expected = {
                    "any": 1 - nobody,
                    "all": np.prod(male[members]),
                    "none": nobody,
                    "only": male[face] * np.prod(others),
                }
                assert confidence[face] == pytest.approx(expected[quantifier], abs=1e-6)


@pytest.mark.parametrize(
    "text", ["faces > 2", "corrected", "path:/a/", "model:tiny", "person:anna", "taken:2023", "camera:x100"]
)
def test_what_is_simply_so_is_certain(faces: Library, text: str):
    columns = faces.snapshot.columns
    np.testing.assert_array_equal(parse(text).confidence(columns), nodes.mask(parse(text), columns))
    np.testing.assert_array_equal(parse(f"NOT {text}").confidence(columns), ~nodes.mask(parse(text), columns))


@pytest.mark.parametrize(
    ("text", "position", "suggestions"),
    [
        ("Male AND model:tinny", 9, ("model:tiny", 'model:"My Model"', "model:unused")),
        ('any(model:"my modl")', 4, ('model:"My Model"', "model:tiny", "model:unused")),
        ("model:f00", 0, ("model:unused",)),  # a name, or at least four characters of a fingerprint
    ],
)
def test_a_model_that_the_library_does_not_know_is_an_error(
    faces: Library, text: str, position: int, suggestions: tuple[str, ...]
):
    with pytest.raises(QueryError, match="knows no model") as caught:
        faces.by_mask(parse(text))
    assert (caught.value.query, caught.value.position) == (text, position)
    assert set(suggestions) <= set(caught.value.suggestions) and caught.value.suggestions[0] == suggestions[0]


@pytest.mark.parametrize("text", ["Male AND person:ana", 'Male AND person:"nobody"', "Male AND person:élodie"])
def test_a_person_whom_the_library_does_not_know_is_an_error(faces: Library, text: str):
    with pytest.raises(QueryError, match="Nobody in the library is called") as caught:
        faces.by_mask(parse(text))
    assert (caught.value.query, caught.value.position) == (text, 9) and 1 <= len(caught.value.suggestions) <= 3
    for suggestion in caught.value.suggestions:
        assert faces.by_mask(parse(suggestion))
    assert text != "Male AND person:ana" or 'person:"Anna"' in caught.value.suggestions


@pytest.mark.parametrize(
    ("text", "problem", "suggestions"),
    [
        ("Male AND camera:x10", "a camera “x10”", ('camera:"FUJIFILM X100V"', 'camera:"Société X100"')),
        ("Male AND camera:cannon", "a camera “cannon”", ('camera:"Canon EOS-1D X"',)),
    ],
)
def test_a_camera_that_the_library_does_not_know_is_an_error(
    faces: Library, text: str, problem: str, suggestions: tuple[str, ...]
):
    with pytest.raises(QueryError, match="No photograph in the library") as caught:
        faces.by_mask(parse(text))
    assert problem in caught.value.problem and (caught.value.query, caught.value.position) == (text, 9)
    assert set(suggestions) <= set(caught.value.suggestions)


def test_a_photograph_that_says_nothing_matches_no_word_of_it_and_so_is_in_what_does_not(faces: Library):
    silent = [face for face, known in enumerate(faces.known, 1) if known.facts == Facts()]
    assert silent
    for text in ("taken:1800..9999", "near:0,0,30000km", "camera:x100"):
        assert not set(silent) & set(faces.by_mask(parse(text)))
        assert set(silent) <= set(faces.by_mask(parse(f"NOT {text}")))


def test_a_model_that_is_known_may_have_no_faces(faces: Library):
    assert faces.by_mask(parse("model:unused")) == [] == faces.by_sql(parse("model:unused"))


@pytest.mark.lengthy
@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_a_query_at_the_limit_is_executed(faces: Library, text: str):
    query = parse(text)
    assert faces.by_sql(query) == faces.by_mask(query) == faces.by_python(query)


INJECTIONS = [
    f"{before}{attack}"
    for before in ("", "Male", "Male AND ", "Male > ", "Male > 0.5", "(Male ")
    for attack in (
        "'; DROP TABLE face; --",
        "\" OR 1=1 --",
        "' OR '1'='1",
        "/**/ UNION SELECT path FROM photo",
        "\"id\" OR face.id",
        "Male; DELETE FROM face",
        "\x00",
        "[face]",
        "`face`",
        "${Male}",
        "%(name)s :name ?",
        "Мale",  # a Cyrillic M
        "path:'x' OR 1=1 --",
        "faces = 1; DROP TABLE face",
        "model:tiny' OR 'x'='x",
    )
]  # fmt: skip


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_text_reaches_sql(faces: Library, text: str):
    before = contents(faces.connection)
    with pytest.raises(QueryError):
        faces.by_sql(parse(text))
    assert contents(faces.connection) == before


def contents(connection: Connection) -> list[object]:
    listed = {"sqlite": "SELECT name, sql FROM sqlite_master", "postgresql": "SELECT oid, relname FROM pg_class"}
    tables = connection.exec_driver_sql(listed[connection.dialect.name]).all()
    return [
        *tables,
        *(connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar() for name in schema.metadata.tables),
    ]
