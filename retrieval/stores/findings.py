"""What is found where a library is checked: by its database, or by `writing.verify`."""

from typing import NamedTuple


class Finding(NamedTuple):
    """Something that cannot be: its `kind`, the `table` and `row` it was found in, and one sentence."""

    kind: str
    table: str
    row: int | str | None
    problem: str
