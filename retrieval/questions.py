"""What is asked of an open library about a query, answered out of its columns; where they do not fit into this
machine's memory, by the database itself, as far as it can say. Made by `Library`.
"""

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import Connection

from retrieval.answers import by_tables, completion, conditions, emptied, matches, warnings
from retrieval.answers.answers import Answer, Facets
from retrieval.answers.completion import Completions
from retrieval.answers.conditions import Condition
from retrieval.answers.emptied import Dropped, Moved
from retrieval.answers.listing import Asked, Listing, Listings
from retrieval.answers.matches import Wanted
from retrieval.answers.warnings import Caution, Slow
from retrieval.columns import bits
from retrieval.current import Current
from retrieval.errors import ColumnsTooLarge
from retrieval.language.query import Parsed
from retrieval.tables.generation import state


class Questions:
    """Of the library whose newest state is `current`. QueryError."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self._listings = Listings()

    def answer(self, wanted: Wanted) -> Answer:
        """A page of faces; without what is to be expected of it where the database says it."""
        with self._current.transaction() as connection:
            try:
                now = self._current.of(connection)
            except ColumnsTooLarge:
                return by_tables.answer(connection, wanted)
            return matches.answer(connection, now, wanted)

    def listing(self, asked: Asked) -> Listing:
        """All of them by number."""
        try:
            return self._listings.of(self._current.snapshot(), asked)
        except ColumnsTooLarge:
            with self._current.transaction() as connection:
                return self._listings.made(state(connection), asked, partial(by_tables.listing, connection, asked))

    def count(self, query: Parsed) -> int:
        """How many there are."""
        try:
            return bits.count(query.tree.bits(self._current.snapshot().columns))
        except ColumnsTooLarge:
            with self._current.transaction() as connection:
                return by_tables.count(connection, query.tree)

    def matching(self, connection: Connection, query: Parsed) -> list[int]:
        """Their numbers, rising, in the state that the transaction sees."""
        try:
            return matches.matching(self._current.of(connection), query.tree)
        except ColumnsTooLarge:
            return by_tables.matching(connection, query.tree)

    def facets(self, query: Parsed | None) -> Facets:
        """How many of them have each attribute."""
        try:
            return matches.facets(self._current.snapshot().columns, query)
        except ColumnsTooLarge:
            with self._current.transaction() as connection:
                return by_tables.facets(connection, query)

    def cautions(self, query: Parsed) -> list[Caution]:
        """What to know before believing an answer; that it was the database's is the first of it."""
        try:
            return warnings.cautions(query.tree, self._current.snapshot().columns)
        except ColumnsTooLarge as error:
            return [Slow(error.needed, error.there)]

    def completions(self, text: str, caret: int, saved: Callable[[], Mapping[str, str]]) -> Completions:
        """What can stand before the caret; nothing where there are no columns."""
        try:
            return completion.completions(text, caret, self._current.snapshot().columns, saved())
        except ColumnsTooLarge:
            return Completions(caret, caret, [])

    def conditions(self, query: Parsed) -> Condition | None:
        """What the query is made of; None where there are no columns, too."""
        try:
            return conditions.conditions(query, self._current.snapshot().columns)
        except ColumnsTooLarge:
            return None

    def dropped(self, query: Parsed) -> list[Dropped]:
        """Conditions without which some faces match; nothing where there are no columns."""
        try:
            return emptied.dropped(query.tree, self._current.snapshot().columns)
        except ColumnsTooLarge:
            return []

    def moved(self, query: Parsed) -> list[Moved]:
        """Thresholds that faces miss by little; nothing where there are no columns."""
        try:
            return emptied.moved(query.tree, self._current.snapshot().columns)
        except ColumnsTooLarge:
            return []

    def forget(self) -> None:
        """Lets go of what was listed."""
        self._listings.forget()
