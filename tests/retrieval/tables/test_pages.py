import numpy as np
import pytest
from sqlalchemy.dialects import postgresql, sqlite

from retrieval.library import Library
from retrieval.tables import schema
from retrieval.tables.pages import count, difference, key, key_of, last, numbered, pages, tables
from tests.retrieval.everything import fill_all, reading

POSTGRESQL, SQLITE = postgresql.dialect(), sqlite.dialect()


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_whatever_the_size_of_a_page_every_row_comes_once_in_order_from_any_row_on(library: Library, size: int):
    fill_all(library)
    with reading(library.store) as connection:
        for table in tables():
            whole = [row for page in pages(connection, table) for row in page]
            keys = [key_of(table, row) for row in whole]
            assert keys == sorted(set(keys)) and len(keys) == count(connection, table) > 0
            assert last(connection, table) == keys[-1]
            for after in range(0, len(keys), 3):
                some = list(pages(connection, table, keys[after], size))
                assert [row for page in some for row in page] == whole[after + 1 :]
                assert all(len(page) <= size for page in some)


def test_every_table_but_that_of_the_library_comes_behind_those_it_refers_to():
    known = tables()
    assert {*known, schema.library} == set(schema.metadata.tables.values())
    for table in known:
        owners = [foreign.column.table for foreign in table.foreign_keys]
        assert all(known.index(owner) < known.index(table) for owner in owners)
    assert all(len(key(table)) for table in known)


def test_the_tables_whose_rows_the_database_numbers():
    names = {table.name for table in numbered()}
    assert {"photo", "face", "action", "person", "review", "shortlist", "model"} <= names
    assert not names & {"sought", "library", "embedding", "saved_search"}


VECTOR = np.linspace(-1, 1, 512).astype("<f4")
HALF = VECTOR.astype(np.float16).astype("<f4")


def test_vectors_are_the_same_if_they_are_to_the_bits_that_are_kept():
    theirs, other = [(1, VECTOR.tobytes())], [(1, HALF.tobytes())]
    assert difference(schema.embedding, theirs, other, POSTGRESQL) is None
    assert difference(schema.embedding, theirs, other, SQLITE) == (1,)
    assert difference(schema.embedding, other, other, SQLITE) is None
    wrong = HALF.copy()
    wrong[3] = np.nextafter(np.float16(HALF[3]), np.float16(2), dtype=np.float16)
    assert difference(schema.embedding, theirs, [(1, wrong.tobytes())], POSTGRESQL) == (1,)


def test_probabilities_are_the_same_if_they_are_to_32_bits_on_a_server():
    theirs, kept = (1, *[0.1] * 40), (1, *[float(np.float32(0.1))] * 40)
    assert difference(schema.attribute, [theirs], [kept], POSTGRESQL) is None
    assert difference(schema.attribute, [theirs], [kept], SQLITE) == (1,)
    assert difference(schema.attribute, [theirs], [(*kept[:-1], 0.2)], POSTGRESQL) == (1,)


def test_a_row_too_few_or_too_many_is_a_difference():
    rows = [("a", "Male"), ("b", "Male")]
    assert difference(schema.saved_search, rows, rows[:1], POSTGRESQL) == ("b",)
    assert difference(schema.saved_search, rows[:1], rows, SQLITE) == ("b",)
    assert difference(schema.saved_search, [], rows, SQLITE) == ("a",)
    assert difference(schema.saved_search, rows, [rows[0], ("b", "Young")], SQLITE) == ("b",)


def test_nothing_is_nothing():
    theirs = [(1, 2, None, None, None, None)]
    assert difference(schema.person_change, theirs, theirs, POSTGRESQL) is None
    assert difference(schema.person_change, theirs, [(1, 2, 0, None, None, None)], POSTGRESQL) == (1,)
