"""The functions that PostgreSQL keeps in a library's database against those that SQLite gets from Python."""

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval import spelling
from retrieval.columns import moves, paths
from retrieval.columns.sayings import metres
from tests import postgres

SIGNS = [
    "a",
    "b",
    "z",
    "/",
    "é",
    "e\u0301",
    "\u0301",
    "\\",
    "%",
    "_",
    "\n",
    "[",
    "]",
    "!",
    "-",
    "^",
    "&",
    "|",
    "~",
    ".",
]
SIGNS += ["*", "?", "$", "(", "{", "+", "\udc80", "\udcc3", "\udca9", "\udcff", "\ud7ff", "\ue000", "😀", "\U0010fefe"]
KNOWN = st.characters(codec="utf-8", exclude_categories=["Cn", "Cs"], exclude_characters="\0", max_codepoint=0x10FEFF)
LETTERS = st.one_of(st.sampled_from(SIGNS[:10]), st.sampled_from(SIGNS), KNOWN)
TEXTS = st.lists(LETTERS, max_size=8).map("".join)
SETS = st.lists(st.sampled_from(["a", "b", "z", "-", "-", "!", "]", "^", "\\", "é", "\udc80", "😀"]), max_size=7)
PATTERNS = st.lists(st.one_of(TEXTS, SETS.map(lambda inside: f"[{''.join(inside)}]"), st.just("*")), max_size=4)
OCTETS = st.one_of(TEXTS.map(os.fsencode), st.binary(max_size=6))

NUMBERS = st.one_of(st.floats(-10, 10), st.floats(-1e300, 1e300))
SLOPES = st.one_of(st.floats(0.1, 10), st.floats(1e-320, 1e300))
LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)


@pytest.fixture(scope="module")
def connection() -> Iterator[psycopg.Connection]:
    with postgres.database() as address, psycopg.connect(address, autocommit=True) as connection:
        yield connection


def asked(connection: psycopg.Connection, expression: str, values: Sequence[Any]) -> Any:
    row = connection.execute(f"SELECT {expression}", values, binary=True).fetchone()
    assert row is not None
    return row[0]


asking = given(
    pattern=st.one_of(PATTERNS.map("".join).map(os.fsencode), OCTETS),
    names=st.lists(OCTETS, min_size=1, max_size=20),
)


def agree(connection: psycopg.Connection, pattern: bytes, names: list[bytes]) -> None:
    of_each = (
        "SELECT array_agg(path_matches(name, %b) ORDER BY place) FROM unnest(%b) WITH ORDINALITY AS n(name, place)"
    )
    found = asked(connection, f"({of_each})", [pattern, names])
    assert found == [int(paths.matches(name, pattern)) for name in names]


@settings(max_examples=200, deadline=None)
@asking
@example(pattern=b"[b-a!-z]", names=[b"-", b"z", b"!", b"a"])
@example(pattern=b"[!b-a]", names=[b"", b"a", b"\n", b"\xff"])
@example(pattern=b"[a--b]", names=[b"a", b"-", b"b"])
@example(pattern="[a-😀]".encode(), names=[b"\xff", b"\x80", "\U0010fefe".encode(), "\ue000".encode(), b"Z"])
@example(pattern=b"[\x80-\xff]", names=[b"\xff", "é".encode(), "😀".encode()])
@example(pattern=b"[\xff-" + "😀".encode() + b"]", names=[b"\xfe", b"\xff", "\ue000".encode(), "😁".encode()])
@example(pattern=b"[\0-a]\0", names=[b"a", b"\0\0", b"a\0"])
@example(pattern=b"", names=[b"", b"/", b"a", b"a/"])
@example(pattern=b"\xe2\x82*", names=["€".encode(), b"\xe2\x82", b"\xe2\x82\xac\xff"])
def test_paths_match_the_same_patterns(connection: psycopg.Connection, pattern: bytes, names: list[bytes]):
    agree(connection, pattern, names)


@pytest.mark.fault
@pytest.mark.timeout(3600)
@settings(max_examples=20_000, deadline=None)
@asking
def test_paths_match_very_many_patterns(connection: psycopg.Connection, pattern: bytes, names: list[bytes]):
    agree(connection, pattern, names)


def test_a_pattern_is_read_once_for_all_paths_however_often_it_is_asked(connection: psycopg.Connection):
    connection.execute("PREPARE one(bytea) AS SELECT count(*) FROM photo WHERE path_matches(path, $1) = 1")
    for _ in range(10):  # after five times a server may keep a plan for any pattern
        connection.execute("EXECUTE one('*.jpg')")
    plan = str(connection.execute("EXPLAIN VERBOSE EXECUTE one('*.jpg')").fetchall())
    assert "^.*" in plan and "path_expression" not in plan


def test_a_pattern_of_many_stars_takes_no_longer_than_another(connection: psycopg.Connection):
    connection.execute("SET statement_timeout = '20s'")
    assert asked(connection, "path_matches(%b, %b)", [b"a" * 4000, b"*a" * 60 + b"b"]) == 0
    assert asked(connection, "path_matches(%b, %b)", [b"a" * 4000, b"*a" * 60]) == 1


def in_postgresql(name: bytes) -> str:
    """What stands for a path in its database."""
    text = spelling.composed(os.fsdecode(name))
    codes = [0x10FF00 + ord(one) - 0xDC00 if "\udc80" <= one <= "\udcff" else ord(one) or 0x10FF00 for one in text]
    return "".join(map(chr, codes))


def texts(connection: psycopg.Connection, names: list[bytes]) -> list[str]:
    every = "SELECT array_agg(path_text(name) ORDER BY place) FROM unnest(%b) WITH ORDINALITY AS n(name, place)"
    return list(asked(connection, f"({every})", [names]))


@settings(max_examples=200, deadline=None)
@given(st.lists(OCTETS, min_size=1, max_size=20))
def test_bytes_are_the_same_characters(connection: psycopg.Connection, names: list[bytes]):
    assert texts(connection, names) == [in_postgresql(name) for name in names]


def test_so_are_all_that_begin_a_character(connection: psycopg.Connection):
    seconds = (0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF)
    pairs = [bytes([first, second]) for first in range(256) for second in seconds]
    names = [pair + rest for pair in pairs for rest in (b"", b"\x80", b"\x80\xbf", b"\xbf\x80\x80", b"A\x80")]
    assert texts(connection, names) == [in_postgresql(name) for name in names]


@settings(max_examples=300, deadline=None)
@given(st.text(KNOWN))
@example("e\u0301\u0323")
@example("\u1100\u1161\u11a8")
@example("\u212b\u0958")  # of which the one is composed of another, and the other never
def test_names_are_composed_alike(connection: psycopg.Connection, name: str):
    assert asked(connection, "composed(%s)", [name]) == spelling.composed(name)


def test_no_name_stays_none(connection: psycopg.Connection):
    assert asked(connection, "composed(NULL)", []) is None


def test_a_name_that_is_kept_is_lowered_as_sqlite_does_it(connection: psycopg.Connection):
    connection.execute("INSERT INTO person (name) VALUES ('ÄNNI E\u0301')")
    assert asked(connection, "lower(composed(name)) FROM person", []) == "Änni É"


@settings(max_examples=500, deadline=None)
@given(p=st.floats(0, 1, width=32), shift=NUMBERS, slope=SLOPES)
@example(p=0.5, shift=-103.9, slope=1.0)  # the smallest number there is
@example(p=0.5, shift=-104.0, slope=1.0)
@example(p=2**-149, shift=0.0, slope=1.0)
@example(p=1 - 2**-24, shift=1e300, slope=1e300)
def test_probabilities_are_moved_alike(connection: psycopg.Connection, p: float, shift: float, slope: float):
    found = asked(connection, "moved(%s::real, %s::double precision, %s::double precision)", [p, shift, slope])
    with np.errstate(all="ignore"):
        meant = moves.moved(p, shift, slope)
    assert abs(int(np.float32(found).view(np.int32)) - int(np.float32(meant).view(np.int32))) <= 1


@pytest.mark.parametrize("p", [0.0, 1.0])
@given(shift=NUMBERS, slope=SLOPES)
def test_what_is_certain_stays_so(connection: psycopg.Connection, p: float, shift: float, slope: float):
    assert asked(connection, "moved(%s::real, %s::double precision, %s::double precision)", [p, shift, slope]) == p


def test_of_usual_numbers_not_one_in_10_000_is_moved_otherwise(connection: psycopg.Connection):
    dice = np.random.default_rng(1)
    p = dice.random(50_000, np.float32)
    values = [p.astype(np.float64).tolist(), 0.31, 1.17]
    asking = "array_agg(moved(p::real, %s, %s) ORDER BY place) FROM unnest(%s) WITH ORDINALITY AS n(p, place)"
    found = asked(connection, asking, [*values[1:], values[0]])
    assert (np.array(found, np.float32) != moves.Move(0.31, 1.17).of(p)).sum() < 5


@settings(max_examples=300, deadline=None)
@given(latitude=LATITUDES, longitude=LONGITUDES, north=LATITUDES, east=LONGITUDES)
@example(latitude=5e-324, longitude=5e-324, north=0.0, east=-5e-324)
@example(latitude=1e-160, longitude=0.0, north=0.0, east=1e-160)
@example(latitude=90.0, longitude=-180.0, north=-90.0, east=180.0)
def test_distances_are_the_same(
    connection: psycopg.Connection, latitude: float, longitude: float, north: float, east: float
):
    kinds = ", ".join(["%s::double precision"] * 4)
    found = asked(connection, f"metres({kinds})", [latitude, longitude, north, east])
    meant = metres(latitude, longitude, np.array([north]), np.array([east]))[0]
    opposite = meant > 2e7  # metres: there the sine hardly changes with the distance
    assert found == pytest.approx(meant, rel=1e-12, abs=1 if opposite else 1e-6)


def test_from_nowhere_there_is_no_distance(connection: psycopg.Connection):
    assert (
        asked(connection, "metres(1, 2, NULL, 3)", []) is None
        and asked(connection, "metres(1, 2, 3, NULL)", []) is None
    )
