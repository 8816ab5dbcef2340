from typing import Any

import pytest

from retrieval.facts import Facts


@pytest.mark.parametrize(
    "facts",
    [
        {"taken": -5_364_662_401},
        {"taken": 253_402_300_800},
        {"taken": 0, "utc_offset": 86_400},
        {"latitude": 90.1, "longitude": 0.0},
        {"latitude": 0.0, "longitude": -180.1},
        {"latitude": float("nan"), "longitude": 1.0},
        {"latitude": 1.0},
        {"longitude": 1.0},
        {"orientation": 0},
        {"orientation": 9},
        {"camera": ""},
        {"camera": "x" * 101},
        {"lens": "50mm\0"},
    ],
    ids=str,
)
def test_what_a_photograph_cannot_say_of_itself_is_refused(facts: dict[str, Any]):
    with pytest.raises(ValueError, match=r"taken|place|orientation|name"):
        Facts(**facts)


def test_what_a_photograph_may_say_of_itself_is_taken_up_to_the_bounds():
    Facts(-5_364_662_400, -86_399, "x" * 100, "y", -90.0, 180.0, 8)
    Facts(253_402_300_799, 86_399, None, None, 90.0, -180.0, 1)
