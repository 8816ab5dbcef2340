import pytest

from retrieval.columns.moves import Move
from retrieval.errors import LibraryDamaged
from retrieval.library import Library
from retrieval.tables import recalibrations
from retrieval.writing.recalibrating import Moved, recalibrate
from tests.retrieval.made import MODEL, a_face, a_photo, fill, raw

MOVE = Move(-1.0, 0.5)


@pytest.fixture
def moved(library: Library) -> Library:
    fill(library, [a_photo("/p/1", a_face(1, Smiling=0.25), a_face(2, Smiling=0.75)), a_photo("/p/2", a_face(3))])
    with library._editing() as connection:
        recalibrate(connection, Moved("Smiling", MODEL.fingerprint, MOVE, 100, 0.2, 0.1))
    return library


def test_what_the_model_said_is_kept_as_it_was(moved: Library):
    moved.correct([2], {"Smiling": True})
    with moved._current.transaction() as connection:
        assert recalibrations.standing(connection) == {"Smiling": MOVE}
        said = sorted(recalibrations.uncorrected(connection, "Smiling").tolist())
    assert len(said) == 2 and 0.25 in said and 0.75 not in said
    assert moved.face(1).attributes["Smiling"] == pytest.approx(1 / (1 + 2.71828 * 3**0.5), abs=1e-5)


def test_a_move_that_none_can_be_is_told_before_it_becomes_an_answer(moved: Library):
    for change in ("shift = 1e300", "slope = 1e9", "attribute = 'Nose'"):
        with raw(moved) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(f"UPDATE recalibration SET {change}")
        with Library.open(moved.store.place) as other, pytest.raises(LibraryDamaged, match="calibration"):
            other.count("Smiling")
