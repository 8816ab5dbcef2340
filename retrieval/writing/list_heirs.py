"""A face that takes the place of another on shortlists: the photograph of that one is gone, or was edited. A list never
has both, so that nobody is taken away twice.
"""

from sqlalchemy import Connection, delete, select, update

from retrieval.tables import schema

Word = tuple[float | None, str | None]


def give(connection: Connection, old: int, new: int) -> tuple[bool, bool]:
    """What was said of `old` on each list is said of `new` from now on, unless something else stands there of that one:
    it was taken off, or something else is noted of it. Whether that changed anything, and whether all was given.
    """
    mine, its = _lists(connection, old), _lists(connection, new)
    differ = [number for number in mine if number in its and not _agree(mine[number], its[number])]
    for number in mine.keys() - differ:
        _hand_over(connection, number, old, new)
    return len(mine) > len(differ), not differ


def _agree(one: Word, other: Word) -> bool:
    """Whether both are on the list, or neither, with nothing that the second lacks noted of the first."""
    return (one[0] is None) == (other[0] is None) and one[1] in (None, other[1])


def _lists(connection: Connection, face: int) -> dict[int, Word]:
    """Every list of which something was ever said of the face: its place, None if it is not on it, and its note."""
    on, change = schema.shortlisted.c, schema.shortlist_change.c
    spoken = connection.execute(select(change.shortlist).where(change.face == face)).scalars()
    lists: dict[int, Word] = dict.fromkeys(spoken, (None, None))
    for number, place, note in connection.execute(select(on.shortlist, on.place, on.note).where(on.face == face)):
        lists[number] = place, note
    return lists


def _hand_over(connection: Connection, number: int, old: int, new: int) -> None:
    """Rows of the one become the other's, unless it has such a row already."""
    for table in schema.LISTED:
        there = table.alias()
        same = [there.c.action == table.c.action] if "action" in table.c else []
        has = select(there.c.face).where(there.c.shortlist == number, there.c.face == new, *same).correlate(table)
        mine = (table.c.shortlist == number) & (table.c.face == old)
        connection.execute(update(table).where(mine, ~has.exists()).values(face=new))
        connection.execute(delete(table).where(mine))
