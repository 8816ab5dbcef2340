"""What a library has for the fields of a query: its cameras, folders, people and models, the most frequent first, and
the times of its photographs, the newest first.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np

from retrieval.columns import bits
from retrieval.columns.columns import Called, Columns

_YEAR = re.compile(r"(\d{4})(-\d{0,2})?")


def values(field: str, typed: str, columns: Columns) -> list[str]:
    """Of the field of that name; nothing for one whose values cannot be listed. `typed` is what one has of it."""
    listed = _LISTED.get(field)
    return [] if listed is None else list(listed(typed, columns))


def _cameras(_: str, columns: Columns) -> Iterable[str]:
    sayings = columns.photographs.sayings
    cameras = sayings.table[1]
    counts = np.bincount(cameras[~np.isnan(cameras)].astype(np.int64), minlength=len(sayings.names))
    return [sayings.names[at] for at in np.argsort(-counts, kind="stable").tolist() if counts[at]]


def _folders(_: str, columns: Columns) -> Iterable[str]:
    return columns.photographs.paths.largest_folders


def _people(_: str, columns: Columns) -> Iterable[str]:
    return _called(columns.people)


def _lists(_: str, columns: Columns) -> Iterable[str]:
    return _called(columns.lists)


def _called(several: Iterable[Called]) -> list[str]:
    sizes: Counter[str] = Counter()
    for one in several:
        sizes[one.name] += len(one.at)
    return [name for name, _ in sizes.most_common()]


def _models(_: str, columns: Columns) -> Iterable[str]:
    tagged = sorted(columns.models, key=lambda model: -bits.count(model.faces))
    return dict.fromkeys(model.name for model in tagged if bits.count(model.faces))


def _times(typed: str, columns: Columns) -> Iterable[str]:
    """Years, the newest first, and the months of one that is written; behind `..` those that are not before it."""
    first, dots, last = typed.rpartition("..")
    year = _YEAR.fullmatch(last)
    taken = columns.photographs.sayings.taken
    months = taken[~np.isnan(taken)].astype("datetime64[s]").astype("datetime64[M]")
    wanted = np.unique(months if year else months.astype("datetime64[Y]")).astype(str).tolist()
    if year:
        wanted = [year[1], *(month for month in wanted if month.startswith(year[1]))]
    return [first + dots + time for time in (wanted if year else reversed(wanted)) if time >= first[: len(time)]]


_LISTED: dict[str, Callable[[str, Columns], Iterable[str]]] = {
    "camera": _cameras,
    "folder": _folders,
    "person": _people,
    "list": _lists,
    "model": _models,
    "taken": _times,
}
