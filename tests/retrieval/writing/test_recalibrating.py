from retrieval.columns.moves import Move
from retrieval.library import Library
from retrieval.writing.recalibrating import Moved, recalibrate
from tests.retrieval.made import MODEL, a_face, a_photo, fill, raw

FIRST, SECOND = (Moved("Smiling", MODEL.fingerprint, Move(shift, 1.0), 1200, 0.2, 0.1) for shift in (-1.0, -2.0))


def test_a_calibration_is_an_action_and_undone_in_any_order(library: Library):
    fill(library, [a_photo("/p/1", a_face(1))])
    with library._editing() as connection:
        one, other = recalibrate(connection, FIRST), recalibrate(connection, SECOND)
    generation = library.generation
    assert one.summary == "calibration of Smiling by 1,200 judged faces"
    assert library.calibrations.standing() == {"Smiling": SECOND.move}
    library.undo(one.id)
    assert library.calibrations.standing() == {"Smiling": SECOND.move} and library.generation == generation + 1
    library.undo(other.id)
    assert library.calibrations.standing() == {} and [action.undone for action in library.history()] == [True, True]


def test_a_calibration_outlives_the_faces_that_it_was_judged_by(library: Library):
    fill(library, [a_photo("/p/1", a_face(1)), a_photo("/p/2", a_face(2))])
    with library._editing() as connection:
        recalibrate(connection, FIRST)
    library.erase([1, 2])
    assert library.calibrations.standing() == {"Smiling": FIRST.move} and len(library.history()) == 1
    with raw(library) as connection:
        assert connection.execute("SELECT faces, before, after FROM recalibration").fetchall() == [(1200, 0.2, 0.1)]
