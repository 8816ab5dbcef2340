"""When something was taken: which moments a date has, to the second. What is no date is tested with the parser."""

import datetime

import pytest
from hypothesis import given

from retrieval.language.dates import Taken
from retrieval.language.query import parse
from tests.retrieval import trees

DAY = 86_400


def seconds(text: str) -> tuple[datetime.datetime, datetime.datetime]:
    """The first and the last one."""
    asked = parse(text)
    assert isinstance(asked, Taken)
    start, stop = asked.seconds
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=start), datetime.datetime(
        1970, 1, 1
    ) + datetime.timedelta(seconds=stop - 1)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("taken:2023", "2023-01-01 00:00:00", "2023-12-31 23:59:59"),
        ("taken:2023-02", "2023-02-01 00:00:00", "2023-02-28 23:59:59"),
        ("taken:2024-02", "2024-02-01 00:00:00", "2024-02-29 23:59:59"),
        ("taken:2023-12", "2023-12-01 00:00:00", "2023-12-31 23:59:59"),
        ("taken:2023-12-31", "2023-12-31 00:00:00", "2023-12-31 23:59:59"),
        ("taken:2023-05..2023-08", "2023-05-01 00:00:00", "2023-08-31 23:59:59"),
        ("taken:2023-5-1..2023-5-1", "2023-05-01 00:00:00", "2023-05-01 23:59:59"),
        ("taken:2022..2023-06-15", "2022-01-01 00:00:00", "2023-06-15 23:59:59"),
        ("taken:2023/05/17", "2023-05-17 00:00:00", "2023-05-17 23:59:59"),
        ('taken:"2023 .. 2024"', "2023-01-01 00:00:00", "2024-12-31 23:59:59"),
        ("taken:2023..", "2023-01-01 00:00:00", "9999-12-31 23:59:59"),
        ("taken:..2023", "1800-01-01 00:00:00", "2023-12-31 23:59:59"),
        ("taken:1800..9999", "1800-01-01 00:00:00", "9999-12-31 23:59:59"),
    ],
)
def test_a_time_goes_from_its_first_second_to_its_last(text: str, first: str, last: str) -> None:
    assert seconds(text) == tuple(map(datetime.datetime.fromisoformat, (first, last)))


@given(trees.dates, trees.dates)
def test_a_time_from_one_date_to_another_begins_as_the_one_and_ends_as_the_other(
    one: tuple[int, ...], other: tuple[int, ...]
) -> None:
    first, last = sorted((one, other))
    both = Taken(first, last).seconds
    assert both == (Taken(first, first).seconds[0], Taken(last, last).seconds[1])
    assert both[1] - both[0] >= DAY and both[0] % DAY == both[1] % DAY == 0
