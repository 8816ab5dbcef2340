"""What the tables hold of single faces."""

import pytest

from retrieval.errors import LibraryDamaged
from retrieval.library import Library
from retrieval.tables import closely
from retrieval.tables.closely import Who
from tests.retrieval.made import raw, three


def test_a_face_in_no_group_is_nobody(library: Library) -> None:
    three(library)
    library.people.group(alike=2)
    with library._current.transaction() as connection:
        assert closely.who(connection, [1, 2, 99]) == closely.who(connection, []) == {}


def test_who_put_a_face_there_is_said(library: Library) -> None:
    three(library)
    library.people.group(alike=-1)
    with library._current.transaction() as connection:
        (one,) = set(closely.who(connection, [1, 2, 3]).values())
    assert one == Who(one.group, None, False, 3)


def test_numbers_that_no_library_of_ours_holds_are_refused(library: Library) -> None:
    three(library)
    with raw(library) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute('UPDATE attribute SET "Male" = 7')
    with library._current.transaction() as connection, pytest.raises(LibraryDamaged):
        closely.predicted(connection, 1)
