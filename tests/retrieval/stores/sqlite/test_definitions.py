import sqlite3
from contextlib import closing

import pytest

from retrieval.errors import LibraryDamaged
from retrieval.library import Library
from retrieval.stores.sqlite import definitions
from tests.retrieval.made import a_face, a_photo, fill

pytestmark = pytest.mark.sqlites

STRANGE = [
    "CREATE TRIGGER kept AFTER DELETE ON face BEGIN INSERT INTO folder VALUES (CAST(OLD.id AS BLOB)); END",
    "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
    "CREATE TABLE more (name TEXT)",
    "CREATE INDEX odd ON face (abs(score))",
    "ALTER TABLE face ADD COLUMN mood TEXT",
    "ALTER TABLE saved_search RENAME TO searches",
    "DROP INDEX ix_photo_sha256",
    "DROP TABLE carried",
    "CREATE VIRTUAL TABLE words USING fts5(name)",
]


def test_a_library_has_our_tables_and_no_others(library: Library):
    with closing(sqlite3.connect(library.folder / "library.db")) as connection:
        assert definitions.foreign(connection) is None and definitions.active(connection) is None
        connection.execute("ANALYZE")  # somebody may look after his database
        assert definitions.foreign(connection) is None


@pytest.mark.parametrize("statement", STRANGE)
def test_whatever_else_is_in_a_schema_the_library_is_not_opened(library: Library, statement: str):
    fill(library, [a_photo("/a", a_face(1))])
    library.close()
    path = library.folder / "library.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)
        assert definitions.foreign(connection)
    before = path.read_bytes()
    with pytest.raises(LibraryDamaged, match="not as facequery makes libraries"):
        Library.open(library.store.place)
    assert path.read_bytes() == before


def test_a_table_in_other_words_is_not_ours(library: Library):
    """As sqlite_master can be made to say."""
    library.close()
    with closing(sqlite3.connect(library.folder / "library.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, 'BETWEEN 0 AND 1', 'BETWEEN 0 AND 9')")
    with pytest.raises(LibraryDamaged, match="attribute in its schema"):
        Library.open(library.store.place)


def test_an_older_library_with_a_trigger_is_not_brought_up_to_date(library: Library):
    library.close()
    with closing(sqlite3.connect(library.folder / "library.db", isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0003'")
        connection.execute("CREATE TRIGGER t AFTER INSERT ON photo BEGIN DELETE FROM folder; END")
    with pytest.raises(LibraryDamaged, match="see t in its schema"):
        Library.open(library.store.place)
