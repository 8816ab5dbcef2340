"""How a run of the program ended."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple


class Ended(NamedTuple):
    """Exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]
UNSAFE = ("Traceback", "psycopg.", "sqlalche", "defect", "tr%C3%BBb-Secret", "trûb-Secret")


def total(run: Run, query: str) -> int:
    return int(run("find", query, "--json").json["total"])


def refused(ended: Ended, said: str, *, status: int = 1) -> None:
    """It ended by one sentence that says this, and nothing that a person should not read."""
    assert (ended.status, ended.out) == (status, ""), ended
    assert said in ended.err and ended.err.count("\n") == 1, ended.err
    assert not any(word in ended.err for word in UNSAFE), ended.err
