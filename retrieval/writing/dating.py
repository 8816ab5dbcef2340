"""When a photograph was taken, as the library keeps it: by its own word, or else by its file's."""

import calendar
import time
from dataclasses import asdict, fields
from typing import Any

from retrieval.facts import EARLIEST, LATEST, Facts


def fact_values(facts: Facts | None, mtime_ns: int) -> dict[str, Any]:
    """The columns of `photo` for what a photograph says of itself; empty for one that was not asked."""
    if facts is None:
        return dict.fromkeys((*(field.name for field in fields(Facts)), "dated"))
    values = {**asdict(facts), "dated": "picture"}
    return values if facts.taken is not None else values | of_file(mtime_ns)


def of_file(mtime_ns: int) -> dict[str, Any]:
    """The columns of `photo` for a date that is its file's: when it was changed, by this machine's clock. A date
    before there were photographs is none.
    """
    seconds = int(mtime_ns) // 10**9
    taken = calendar.timegm(time.localtime(seconds))
    if not EARLIEST <= taken <= LATEST:
        return {"dated": "file", "taken": None, "utc_offset": None}
    return {"dated": "file", "taken": taken, "utc_offset": taken - seconds}
