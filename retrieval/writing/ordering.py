"""Where faces stand in an order: each at a number, so that moving one says nothing of the others."""

from collections.abc import Mapping, Sequence
from itertools import pairwise


def behind(places: Mapping[int, float], faces: Sequence[int]) -> dict[int, float]:
    """Places for new faces, behind all that have one."""
    last = max(places.values(), default=0.0)
    return {face: last + at for at, face in enumerate(faces, 1)}


def moved(places: Mapping[int, float], faces: Sequence[int], to: int) -> dict[int, float]:
    """New places, by which `faces` stand one behind the other, the first of them at `to`, counted from 1. `places` are
    in their order. Others only get a new one where numbers have become too many to fit between two.
    """
    rest = [face for face in places if face not in set(faces)]
    at = min(max(to - 1, 0), len(rest))
    found = _between(places[rest[at - 1]] if at else None, places[rest[at]] if at < len(rest) else None, len(faces))
    if found is not None:
        return dict(zip(faces, found, strict=True))
    return {face: float(place) for place, face in enumerate([*rest[:at], *faces, *rest[at:]], 1)}


def _between(before: float | None, after: float | None, count: int) -> list[float] | None:
    """So many rising numbers between two; None if there are not."""
    if before is None or after is None:
        first = (count + 1.0 if after is None else after) - count if before is None else before + 1
        return [first + at for at in range(count)]
    found = [before + (after - before) * at / (count + 1) for at in range(1, count + 1)]
    rising = [before, *found, after]
    return found if all(one < other for one, other in pairwise(rising)) else None
