"""Decisions from 12 bits are those of the 32-bit numbers, for any number one may ask for."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.attributes import ATTRIBUTES
from retrieval.columns import codes
from retrieval.columns.bits import pack, unpack
from retrieval.columns.columns import Columns

OPERATORS = {">=": np.greater_equal, ">": np.greater, "<": np.less, "<=": np.less_equal}
probabilities = st.one_of(
    st.floats(0, 1, width=32),
    st.sampled_from(
        [0.0, 1.0, 0.5, float(np.float32(0.1)), float(np.float32(1e-45)), float(np.nextafter(np.float32(1), 0))]
    ),
)
columns = st.lists(probabilities, max_size=300).map(lambda values: np.array(values, np.float32))
asked = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, 0.1, 0.5, 5e-324, 1e-45]))


def neighbours(number: float) -> list[float]:
    """The number, and what is next to it in either precision."""
    wide = [np.nextafter(number, 2), np.nextafter(number, -1)]
    narrow = [np.nextafter(np.float32(number), np.float32(2)), np.nextafter(np.float32(number), np.float32(-1))]
    return [float(value) for value in (number, np.float32(number), *wide, *narrow) if 0 <= value <= 1]


def assert_exact(column: np.ndarray, threshold: float, number: float) -> None:
    ladder = codes.edges(column, threshold)
    planes = codes.sliced(codes.encode(column, ladder))
    assert ladder.shape == (codes.EDGES,) and (np.diff(ladder) >= 0).all() and codes.bound(">=", threshold) in ladder
    for operator, compare in OPERATORS.items():
        for near in neighbours(number):
            found = codes.compare(column, planes, ladder, operator, near)
            np.testing.assert_array_equal(found, pack(compare(column.astype(np.float64), near)))


@pytest.mark.lengthy
@settings(max_examples=500, deadline=None)
@given(columns, asked, asked)
@example(np.full(300, 0.1, np.float32), 0.1, 0.1)
@example(np.linspace(0, 1, 300, dtype=np.float32), 1.0, 0.0)
@example(np.zeros(3, np.float32), 0.0, 0.0)
def test_any_comparison_is_exact(column: np.ndarray, threshold: float, number: float):
    assert_exact(column, threshold, number)


@settings(max_examples=200, deadline=None)
@given(columns.filter(len), asked, st.data())
def test_a_comparison_with_a_stored_probability_is_exact(column: np.ndarray, threshold: float, data: st.DataObject):
    assert_exact(column, threshold, float(data.draw(st.sampled_from(column.tolist()))))
    assert_exact(column, float(column[0]), float(column[-1]))


@pytest.mark.parametrize("exponent", [0.1, 1, 8])  # most near 1, spread, most near 0
def test_many_faces_are_compared_exactly(exponent: float):
    column = (np.random.default_rng(1).random(20_000) ** exponent).astype(np.float32)
    for number in (0.0, 0.001, 0.3, float(column[7]), 0.9, 0.999, 1.0):
        assert_exact(column, 0.37, number)


@settings(max_examples=200, deadline=None)
@given(columns, asked)
def test_the_model_s_decision_needs_no_probability(column: np.ndarray, threshold: float):
    ladder = codes.edges(column, threshold)
    nothing = np.full_like(column, math.nan)
    found = codes.compare(nothing, codes.sliced(codes.encode(column, ladder)), ladder, ">=", threshold)
    np.testing.assert_array_equal(unpack(found, len(column)), column.astype(np.float64) >= threshold)


def test_only_the_faces_at_the_number_are_looked_up():
    column = np.random.default_rng(2).random(100_000, dtype=np.float32)
    ladder = codes.edges(column, 0.5)
    coded = codes.encode(column, ladder)
    assert np.bincount(coded).max() < len(column) / 1000
    own = np.searchsorted(ladder, np.float32(0.9), side="right")
    few = np.where(coded == own, column, np.float32(math.nan))
    found = codes.compare(few, codes.sliced(coded), ladder, ">", 0.9)
    np.testing.assert_array_equal(unpack(found, len(column)), column > 0.9)


@pytest.mark.parametrize("exponent", [1, 30])
def test_a_code_is_the_number_of_edges_at_or_below(exponent: float):
    column = (np.random.default_rng(3).random(200_000) ** exponent).astype(np.float32)
    column[:4] = 0, 1, -0.0, 1e-45
    for threshold in (0.0, 0.37, float(column[9]), 1.0):
        ladder = codes.edges(column, threshold)
        expected = np.searchsorted(ladder, column, side="right")
        np.testing.assert_array_equal(codes.encode(column, ladder), expected)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, codes.EDGES), min_size=1, max_size=200), st.data())
def test_planes_hold_the_codes_and_take_others(given_codes: list[int], data: st.DataObject):
    coded = np.array(given_codes, np.uint16)
    planes = codes.sliced(coded)
    at = np.array(data.draw(st.lists(st.integers(0, len(coded) - 1), unique=True)), np.int64)
    coded[at] = data.draw(st.lists(st.integers(0, codes.EDGES), min_size=len(at), max_size=len(at)))
    codes.assign(planes, at, coded[at])
    np.testing.assert_array_equal(planes, codes.sliced(coded))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 130), st.lists(asked, min_size=40, max_size=40), st.integers(0, 99))
def test_the_bits_are_the_model_s_decisions(n: int, thresholds: list[float], seed: int):
    values = np.random.default_rng(seed).random((40, n), dtype=np.float32).round(1)
    faces = Columns.from_probabilities(values, dict(zip(ATTRIBUTES, thresholds, strict=True)))
    for row, (name, threshold) in enumerate(zip(ATTRIBUTES, thresholds, strict=True)):
        np.testing.assert_array_equal(unpack(faces.at_threshold(name), n), values[row].astype(np.float64) >= threshold)
