"""What persons are called, in the library's tables, each name kept with the action that gave it, so that it can be
undone. It knows no faces.
"""

from sqlalchemy import Connection, func, insert, select, update

from retrieval.errors import NotThatPerson, shown
from retrieval.spelling import composed
from retrieval.tables import schema
from retrieval.tables.actions import Action


def whose(connection: Connection, called: str) -> int | None:
    """The person who has that name, upper and lower case being different."""
    person = schema.person.c
    same = select(person.id).where(func.composed(person.name) == composed(called))
    return connection.execute(same.order_by(person.name != called)).scalar()


def call(connection: Connection, action: Action, person: int, called: str | None) -> None:
    """Gives a person a name, or takes it away; the name is nobody else's."""
    row = schema.person.c
    before = connection.execute(select(row.name).where(row.id == person)).scalar()
    said = {"action": action.id, "person": person, "before": before, "after": called}
    connection.execute(insert(schema.naming).values(**said))
    _write(connection, person, called)


def undo(connection: Connection, action: Action) -> None:
    """Gives the persons that the action named what the last action that is not undone called them."""
    row, made = schema.naming.c, schema.action.c
    mine = select(row.person).where(row.action == action.id)
    query = select(row.person, row.before, row.after, made.undone).join_from(schema.naming, schema.action)
    names: dict[int, str | None] = {}
    for person, before, after, undone in connection.execute(query.where(row.person.in_(mine)).order_by(row.id)):
        names.setdefault(person, before)
        if not undone:
            names[person] = after
    for person in names:
        _write(connection, person, None)
    for person, called in names.items():
        if called is not None and (other := whose(connection, called)) is not None:
            raise NotThatPerson(
                f"{shown(called)} would be group {person} again, but group {other} is called so by now: name that one "
                "otherwise first."
            )
        _write(connection, person, called)


def _write(connection: Connection, person: int, called: str | None) -> None:
    connection.execute(update(schema.person).where(schema.person.c.id == person).values(name=called))
