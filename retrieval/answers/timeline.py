"""When the photographs of the matching faces were taken: how many faces a day, a month or a year. It knows no table."""

from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from retrieval.columns.bits import Ids
from retrieval.columns.sayings import Sayings
from retrieval.facts import DAY

Unit = Literal["day", "month", "year"]
MOST: dict[Unit, int] = {
    "day": 93,
    "month": 240,
}  # bars that one looks at together; beyond them the next unit is the better one
GAP = 6  # units without any face that are drawn; a longer time is a gap of that length
_NUMPY: dict[Unit, str] = {"day": "D", "month": "M", "year": "Y"}

Dates = NDArray[np.datetime64]


class Bar(NamedTuple):
    """A day, month or year as queries write it (`2023-05`), and how many of the faces are of it."""

    date: str
    faces: int


class Timeline(NamedTuple):
    """A bar for each `unit` of which there is any face, in their order, and how many faces have no date."""

    unit: Unit
    bars: list[Bar]
    undated: int


def timeline(said: Sayings, counts: Ids, unit: Unit | None = None) -> Timeline:
    """Of photographs with so many matching faces each, int64[m]; without a `unit`, by days where few are enough, else
    by months or years. ValueError for another unit.
    """
    if unit is not None and unit not in get_args(Unit):
        raise ValueError(f"A timeline is by day, month or year, not by {unit}.")
    known = (counts > 0) & ~np.isnan(said.taken)
    undated = int(counts[~known].sum())
    if not known.any():
        return Timeline(unit or "month", [], undated)
    days, faces = _by_day(said.taken[known], counts[known])
    chosen = unit or _fitting(days)
    dates, begins = np.unique(days.astype(f"M8[{_NUMPY[chosen]}]"), return_index=True)
    summed = np.add.reduceat(faces, begins)
    return Timeline(
        chosen, [Bar(str(date), count) for date, count in zip(dates, summed.tolist(), strict=True)], undated
    )


def _by_day(taken: NDArray[np.float64], counts: Ids) -> tuple[Dates, Ids]:
    """The days of which there is any face, rising, and how many."""
    days = np.floor(taken / DAY).astype(np.int64)
    first = days.min()
    faces = np.bincount(days - first, weights=counts).astype(np.int64)
    held = np.flatnonzero(faces)
    return (held + first).astype("M8[D]"), faces[held]


def _fitting(days: Dates) -> Unit:
    for unit, most in MOST.items():
        dates = np.unique(days.astype(f"M8[{_NUMPY[unit]}]")).astype(np.int64)
        if np.minimum(np.diff(dates), GAP).sum() < most:
            return unit
    return "year"
