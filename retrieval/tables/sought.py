"""By what faces are looked for in a library's photographs, and which count: kept with it, so that later runs look
as the first did. It knows no networks.
"""

from sqlalchemy import Connection, delete, insert, select

from retrieval.tables import schema
from retrieval.tables.records import Sought

LEAST, MOST = 20, 1000  # pixels that the smallest face may be asked to have


def sought(connection: Connection) -> Sought:
    """What was kept, or what is usual."""
    columns = [schema.sought.c[name] for name in Sought._fields]
    row = connection.execute(select(*columns)).one_or_none()
    return Sought() if row is None else Sought(*row)


def keep(connection: Connection, wanted: Sought) -> None:
    """For later runs, in place of what was kept before."""
    connection.execute(delete(schema.sought))
    connection.execute(insert(schema.sought).values(id=1, **wanted._asdict()))
