"""What shortlists are called, in the library's tables, each name kept with the action that gave it, so that it can be
undone. It knows no faces.
"""

from sqlalchemy import Connection, func, insert, select, union, update

from retrieval.errors import NoSuchShortlist, NotThatShortlist, shown
from retrieval.language.terms import lowered
from retrieval.spelling import is_name
from retrieval.tables import schema, shortlists
from retrieval.tables.actions import Action
from retrieval.tables.schema import LIST_NAME


def found(connection: Connection, called: str) -> tuple[int, str] | None:
    """The list of that name, in any case: its number, and how it is written."""
    row, called = schema.shortlist.c, called.strip()
    if not is_name(called, LIST_NAME):
        return None
    same = select(row.id, row.name).where(func.lower(func.composed(row.name)) == lowered(called))
    first = connection.execute(same.order_by(row.name != called, row.id)).first()
    return None if first is None else (first.id, first.name)


def known(connection: Connection, called: str) -> tuple[int, str]:
    """As `found`; NoSuchShortlist."""
    one = found(connection, called)
    if one is None:
        names = ", ".join(shown(known.name) for known in shortlists.listed(connection)) or "none yet"
        raise NoSuchShortlist(f"No shortlist is called “{shown(called[:LIST_NAME])}”. There are: {names}.")
    return one


def free(connection: Connection, called: str, mine: int | None = None) -> str:
    """The name as it is kept, if a list may have it, or `mine` has it; NotThatShortlist."""
    called = called.strip()
    if not is_name(called, LIST_NAME):
        raise NotThatShortlist(f"A shortlist's name has 1 to {LIST_NAME} printable characters.")
    other = found(connection, called)
    if other is not None and other[0] != mine:
        raise NotThatShortlist(
            f"There is a shortlist {shown(other[1])} already. Name another, or delete that one first."
        )
    return called


def new(connection: Connection) -> int:
    """A list without a name or a face."""
    key = connection.execute(insert(schema.shortlist).values(name=None)).inserted_primary_key
    assert key is not None
    return int(key[0])


def call(connection: Connection, action: Action, number: int, called: str | None) -> None:
    """Gives a list a name, or takes it away, which deletes it."""
    row = schema.shortlist.c
    before = connection.execute(select(row.name).where(row.id == number)).scalar()
    said = {"action": action.id, "shortlist": number, "before": before, "after": called}
    connection.execute(insert(schema.shortlist_naming).values(**said))
    _write(connection, number, called)


def undo(connection: Connection, action: Action) -> None:
    """Gives the lists that the action was about what the last action that is not undone called them; one whose making
    is undone stays for as long as there are faces on it. NotThatShortlist for a name that is another's by now.
    """
    row, made = schema.shortlist_naming.c, schema.action.c
    tables = (schema.shortlist_naming, schema.shortlist_change)
    mine = union(*[select(table.c.shortlist).where(table.c.action == action.id) for table in tables])
    query = select(row.shortlist, row.before, row.after, made.undone).join_from(schema.shortlist_naming, schema.action)
    names: dict[int, tuple[str | None, bool]] = {}
    for number, before, after, undone in connection.execute(query.where(row.shortlist.in_(mine)).order_by(row.action)):
        names.setdefault(number, (before, False))
        if not undone:
            names[number] = after, True
    for number, (called, stands) in names.items():
        if stands or not shortlists.places(connection, number):
            _restore(connection, number, called)


def _restore(connection: Connection, number: int, called: str | None) -> None:
    other = None if called is None else found(connection, called)
    if other is not None and other[0] != number:
        raise NotThatShortlist(
            f"A shortlist would be called {shown(called or '')} again, but another is by now: call that one otherwise "
            "first."
        )
    _write(connection, number, called)


def _write(connection: Connection, number: int, called: str | None) -> None:
    connection.execute(update(schema.shortlist).where(schema.shortlist.c.id == number).values(name=called))
