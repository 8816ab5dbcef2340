from dataclasses import replace

import numpy as np
import pytest

from retrieval.errors import LibraryDamaged
from retrieval.facts import Facts
from retrieval.library import Library
from retrieval.tables import sayings
from tests.retrieval.made import MODEL, a_face, a_photo, fill, raw

PARIS = Facts(taken=7, camera="B", latitude=48.85, longitude=2.35)


def told(library: Library, *photos: int) -> sayings.Sayings:
    with library._current.transaction() as connection:
        return sayings.read(connection, np.array(photos, np.int64))


def filled(library: Library) -> Library:
    said = [None, PARIS, Facts(taken=-9, camera="A"), Facts(taken=5, camera="B"), PARIS]
    fill(library, [replace(a_photo(f"/{at}", a_face(at)), facts=facts) for at, facts in enumerate(said)])
    return library


def test_photographs_are_told_of_in_the_order_in_which_they_are_asked_for(library: Library) -> None:
    said = told(filled(library), 4, 1, 2)
    assert said.names == ("B", "A")
    nothing = [np.nan] * 3
    np.testing.assert_array_equal(
        said.table, np.array([[5, 0, np.nan, np.nan], [nothing[0], *nothing], [7, 0, 48.85, 2.35]]).T
    )
    assert told(library).taken.shape == (0,)


def test_what_changes_in_what_is_said_changes_the_answer(library: Library) -> None:
    filled(library)
    assert library.count("taken:1970 AND camera:b") == 3
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.tell(1, replace(PARIS, camera="C"))
    assert library.count("camera:c") == 1 and library.count("near:48.85,2.35,1m") == 3


@pytest.mark.sqlites
@pytest.mark.parametrize(
    "change",
    [
        "taken = 9e15",
        "taken = -9e15",
        "latitude = 91",
        "longitude = 9e999",
        "latitude = NULL",
        "longitude = NULL",
        "camera = 'a' || char(0)",
    ],
)
def test_what_cannot_be_said_is_damage_before_it_is_an_answer(library: Library, change: str) -> None:
    filled(library)
    with raw(library) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute(f"UPDATE photo SET {change} WHERE id = 2")
    with pytest.raises(LibraryDamaged):
        library.find("taken:1970")
