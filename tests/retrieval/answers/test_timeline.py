import datetime
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answers.timeline import Bar, Timeline, Unit, timeline
from retrieval.columns.sayings import Sayings
from retrieval.facts import DAY, EARLIEST, LATEST

LENGTHS: dict[Unit, int] = {"day": 10, "month": 7, "year": 4}  # of a date that is cut to its unit
photos = st.lists(st.tuples(st.none() | st.integers(EARLIEST, LATEST), st.integers(0, 3)), max_size=8)


def said(taken: list[int | None]) -> Sayings:
    table = Sayings.nothing(len(taken)).table
    table[0] = [np.nan if moment is None else moment for moment in taken]
    return Sayings(table, ())


def of(days: list[str], unit: Unit | None = None) -> Timeline:
    moments = [int(np.datetime64(day, "s").astype(int)) for day in days]
    return timeline(said(list(moments)), np.ones(len(days), np.int64), unit)


@settings(deadline=None, max_examples=60)
@given(photos, st.sampled_from(list(LENGTHS)))
def test_it_counts_as_a_calendar_does(found: list[tuple[int | None, int]], unit: Unit) -> None:
    counts: Counter[str] = Counter()
    for taken, faces in found:
        if taken is not None and faces:
            day = datetime.date(1970, 1, 1) + datetime.timedelta(days=taken // DAY)
            counts[day.isoformat()[: LENGTHS[unit]]] += faces
    answer = timeline(said([taken for taken, _ in found]), np.array([faces for _, faces in found], np.int64), unit)
    assert answer.bars == sorted(counts.items())
    assert answer.undated == sum(faces for taken, faces in found if taken is None)
    assert answer.unit == unit


@pytest.mark.parametrize(
    ("days", "unit"),
    [
        (["2023-05-01", "2023-05-17"], "day"),
        (["2023-05-01", "2023-05-17", "2024-05-17"], "day"),  # one long gap is no reason to say less of the rest
        ([f"20{year}-{month:02}-01" for year in range(10, 24) for month in range(1, 13)], "month"),
        (["1980-01-01", *(f"20{year}-{month:02}-01" for year in range(20, 24) for month in range(1, 13))], "month"),
        ([f"{year}-01-01" for year in range(1900, 2020)], "year"),
        ([], "month"),
    ],
)
def test_its_unit_is_the_least_of_which_one_can_see_all(days: list[str], unit: str) -> None:
    assert of(days).unit == unit


def test_a_bar_is_called_as_queries_call_its_time() -> None:
    assert of(["2023-05-17", "2023-05-18", "2024-01-01"], "month").bars == [Bar("2023-05", 2), Bar("2024-01", 1)]


def test_there_is_no_other_unit() -> None:
    with pytest.raises(ValueError, match="by day, month or year, not by week"):
        of([], "week")  # type: ignore[arg-type]
