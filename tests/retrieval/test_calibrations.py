import numpy as np
import pytest

from retrieval.errors import NothingToReview, UnknownAttribute
from retrieval.library import Library
from retrieval.reviewing.statement import Answer
from tests.retrieval.made import OTHER, a_face, a_photo, fill, raw

FACES = 600


@pytest.fixture
def known(library: Library) -> Library:
    """Of faces of which any probability is likely; far fewer smile than the model says."""
    fill(library, [a_photo(f"/p/{seed}", a_face(seed)) for seed in range(FACES)])
    return library


def truth(face: int) -> bool:
    """Whether it smiles: the model's odds are four times what they should be."""
    p = float(a_face(face - 1).probabilities[31])
    return bool(p / (p + 4 * (1 - p)) > np.random.default_rng(face).random())


def judge(library: Library, query: str = "Smiling", wanted: bool = True, count: int = 100) -> None:
    number = library.reviews.begin(query, seed=1).id
    faces = library.reviews.progress(number).to_judge[:count]
    answers: dict[int, Answer | None] = {face: "yes" if truth(face) == wanted else "no" for face in faces}
    library.reviews.judge(number, answers)


def test_a_review_of_one_attribute_moves_its_calibration_and_undo_takes_it_back(known: Library):
    judge(known)
    before, ranked = known.count("Smiling"), known.listing("Smiling > 0").faces.tolist()
    proposal = known.calibrations.proposal("smiling")
    assert known.calibrations.standing() == {} and known.count("Smiling") == before
    assert proposal.better and proposal.moved.faces == 100 and proposal.moved.move.shift == pytest.approx(-1.4, abs=0.7)
    assert proposal.moved.after < proposal.moved.before and proposal.gained == 0 < proposal.lost
    action = known.calibrations.move(proposal)
    assert (action.kind, action.summary) == ("calibrate", "calibration of Smiling by 100 judged faces")
    assert known.count("Smiling") == before - proposal.lost and known.listing("Smiling > 0").faces.tolist() == ranked
    assert known.calibrations.standing() == {"Smiling": proposal.moved.move} and known.verify() == []
    assert known.undo() == known.history()[0].__class__(action.id, "calibrate", action.made, False, action.summary, 0)
    assert known.count("Smiling") == before and known.calibrations.standing() == {}


def test_what_is_expected_is_what_is_true_once_it_is_moved(known: Library):
    judge(known, count=800)
    hits = known.find("Smiling", limit=None)
    known.calibrations.move(known.calibrations.proposal("Smiling"))
    moved = known.find("Smiling", limit=None)
    right = [np.mean([truth(hit.face) for hit in answer.hits]) for answer in (hits, moved)]
    assert hits.expected and moved.expected and hits.expected.precision and moved.expected.precision
    assert abs(moved.expected.precision - right[1]) < 0.08 < abs(hits.expected.precision - right[0])
    (closeup,) = known.explain("Smiling", [moved.hits[0].face])
    assert closeup.reasons[0].probability == pytest.approx(moved.hits[0].score)


def test_a_second_process_and_what_erasing_asks_see_the_same(known: Library):
    judge(known)
    known.calibrations.move(known.calibrations.proposal("Smiling"))
    for query in ("Smiling", "NOT Smiling > 0.3", "Smiling < 0.8 AND Male"):
        with Library.open(known.store.place) as other:
            assert (
                sorted(known.listing(query).faces.tolist())
                == known.every(query)
                == sorted(other.listing(query).faces.tolist())
            )


def test_a_citation_says_that_the_calibration_was_moved(known: Library):
    before = known.cite("Smiling")
    judge(known)
    proposal = known.calibrations.proposal("Smiling")
    known.calibrations.move(proposal)
    after = known.cite("Smiling")
    assert "calibration" not in before and after["calibration"] == {"Smiling": list(proposal.moved.move)}


def test_a_no_to_not_smiling_is_a_smile_and_a_later_move_replaces_an_earlier(known: Library):
    judge(known, "NOT Smiling", wanted=False)
    first = known.calibrations.proposal("Smiling")
    assert first.better and first.moved.move.shift < -0.7 and first.standing is None
    known.calibrations.move(first)
    judge(known)
    second = known.calibrations.proposal("Smiling")
    assert second.moved.faces == 200 and second.standing == first.moved.move
    known.calibrations.move(second)
    assert known.calibrations.standing() == {"Smiling": second.moved.move}
    known.undo()
    assert known.calibrations.standing() == {"Smiling": first.moved.move}


def test_only_what_was_fairly_drawn_of_one_attribute_counts(known: Library):
    for query in ("Smiling AND Male", "Smiling < 0.4", "Male"):
        judge(known, query)
    judge(known, count=60)
    known.correct("Smiling > 0.9", {"Smiling": False})
    with pytest.raises(NothingToReview, match="Too little was judged of Smiling"):
        known.calibrations.proposal("Smiling")
    with pytest.raises(UnknownAttribute):
        known.calibrations.proposal("Smilling")


def test_faces_of_which_a_person_had_spoken_before_do_not_count(known: Library):
    known.correct("Smiling > 0.8", {"Smiling": True})
    judge(known)
    proposal = known.calibrations.proposal("Smiling")
    assert 50 < proposal.moved.faces < 100
    known.calibrations.move(proposal)
    assert known.count("Smiling AND corrected") == known.count("corrected")


def test_another_model_s_probabilities_are_not_moved_by_what_was_judged_of_the_first(known: Library):
    judge(known)
    known.calibrations.move(known.calibrations.proposal("Smiling"))
    with raw(known) as connection:
        connection.execute("UPDATE model SET fingerprint = ?", [OTHER.fingerprint])
    with Library.open(known.store.place) as other:
        assert other.calibrations.standing() == {}
        with pytest.raises(NothingToReview):
            other.calibrations.proposal("Smiling")
