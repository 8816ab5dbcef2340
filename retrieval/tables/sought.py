"""By what faces are looked for in a library's photographs, and which count: kept with it, so that later runs look
as the first did. It knows no networks.
"""

from typing import Literal, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from retrieval.tables import schema

FinderName = Literal["mtcnn", "yunet"]
LEAST, MOST = 20, 1000  # pixels that the smallest face may be asked to have


class Sought(NamedTuple):
    """The `finder`, the file of its `weights` where they are the user's own, how many pixels of a photograph the
    shorter side of the `smallest` face has, and the `certainty` (0 to 1) from which on it is one; None is the finder's
    usual one.
    """

    finder: FinderName = "mtcnn"
    weights: str | None = None
    smallest: int = 40
    certainty: float | None = None


def sought(connection: Connection) -> Sought:
    """What was kept, or what is usual."""
    columns = [schema.sought.c[name] for name in Sought._fields]
    row = connection.execute(select(*columns)).one_or_none()
    return Sought() if row is None else Sought(*row)


def keep(connection: Connection, wanted: Sought) -> None:
    """For later runs, in place of what was kept before."""
    connection.execute(delete(schema.sought))
    connection.execute(insert(schema.sought).values(id=1, **wanted._asdict()))
