import sqlite3
from contextlib import closing

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from retrieval.library import Library
from retrieval.tables import schema
from tests.retrieval.made import a_face, a_photo, fill


@pytest.mark.sqlites
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO action (kind, made, undone, summary) VALUES ('', 0, 0, 'x')",
        "INSERT INTO action (kind, made, undone, summary) VALUES ('correct', 0, 2, 'x')",
        "INSERT INTO action (kind, made, undone, summary) VALUES ('correct', 'today', 0, 'x')",
        "INSERT INTO action (kind, made, undone) VALUES ('correct', 0, 0)",
        "INSERT INTO correction_change VALUES (1, 1, 'Bald', 2, NULL)",
        "INSERT INTO correction_change VALUES (1, 1, 'Bald', NULL, 0.5)",
        "INSERT INTO correction_change VALUES (1, 9, 'Bald', NULL, 1)",
        "INSERT INTO correction_change VALUES (9, 1, 'Bald', NULL, 1)",
        "INSERT INTO correction_change VALUES (1, 1, 'Male', NULL, 1), (1, 1, 'Male', 1, 0)",
        "INSERT INTO person (name) VALUES ('Ada'), ('Ada')",
        "INSERT INTO membership VALUES (1, 1, 2)",
        "INSERT INTO membership VALUES (1, 9, 1)",
        "INSERT INTO membership VALUES (1, 1, 1), (1, 1, 0)",
        "INSERT INTO rejection VALUES (1, 1), (1, 1)",
        "INSERT INTO person_change (action, face, rejected) VALUES (1, 1, 2)",
        "INSERT INTO erased (mac) VALUES ('short')",
        "INSERT INTO folder VALUES ('text')",
    ],
)
def test_sqlite_itself_refuses_what_people_cannot_have_said(library: Library, statement: str):
    fill(library, [a_photo("/a", a_face(1))])
    with closing(sqlite3.connect(library.folder / "library.db")) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("INSERT INTO action (kind, made, undone, summary) VALUES ('people', 0, 0, 'x')")
        connection.execute("INSERT INTO person (name) VALUES (NULL), (NULL)")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)


def test_what_was_said_goes_with_its_face(library: Library):
    fill(library, [a_photo("/a", a_face(1))])
    library.correct([1], {"Bald": True})
    with library._editing() as connection:
        connection.exec_driver_sql("INSERT INTO person (name) VALUES ('Ada')")
        connection.exec_driver_sql("INSERT INTO membership VALUES (1, 1, 1)")
        connection.exec_driver_sql("INSERT INTO rejection VALUES (1, 1)")
        connection.exec_driver_sql("INSERT INTO person_change (action, face, rejected) VALUES (1, 1, 0)")
        connection.exec_driver_sql("DELETE FROM photo")
        for table in schema.SAID:
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar() == 0


def test_every_table_can_be_made_by_postgresql():
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in schema.metadata.sorted_tables:
        said = str(CreateTable(table).compile(dialect=dialect))
        assert "STRICT" not in said and "AUTOINCREMENT" not in said and table.primary_key.columns
