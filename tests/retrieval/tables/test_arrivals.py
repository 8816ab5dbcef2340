from sqlalchemy import select

from retrieval.library import Library
from retrieval.tables import schema
from retrieval.tables.arrivals import mark, marked, unmark
from retrieval.tables.generation import State
from retrieval.writing.store import Editor

STATE = State("a" * 32, 7, "b" * 32, "c" * 32, "e" * 32)
OTHER = STATE._replace(generation=8, stamp="d" * 32)


def test_a_mark_says_of_which_state_a_copy_is_and_that_there_is_no_library(library: Library):
    with Editor(library.store) as editor, editor.transaction() as connection:
        assert marked(connection) is None
        mark(connection, STATE)
        assert marked(connection) == STATE
        assert connection.execute(select(schema.library)).first() is None
        mark(connection, OTHER)
        assert marked(connection) == OTHER
        unmark(connection)
        assert marked(connection) is None


def test_a_mark_of_another_version_is_of_no_state_that_we_know(library: Library):
    with Editor(library.store) as editor, editor.transaction() as connection:
        mark(connection, STATE)
        connection.exec_driver_sql("ALTER TABLE arriving ADD COLUMN more integer")
        assert marked(connection) is None
        mark(connection, STATE)
        assert marked(connection) == STATE
