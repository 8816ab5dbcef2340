import numpy as np
import pytest

from retrieval.errors import NoSuchReview, NothingToReview, NothingToUndo
from retrieval.library import Library
from retrieval.reviewing.statement import Answer
from tests.retrieval.made import a_face, a_photo, fill, raw

FACES = 300


@pytest.fixture
def known(library: Library) -> Library:
    """A library of faces of which any probability is likely."""
    fill(library, [a_photo(f"/p/{seed}", a_face(seed)) for seed in range(FACES)])
    return library


def truth(library: Library, face: int) -> Answer:
    p = library.face(face).attributes["Smiling"]
    return "yes" if p > np.random.default_rng(face).random() else "no"


def judged(library: Library, number: int, count: int) -> list[int]:
    """Judges so many faces, as asked for; returns them."""
    faces = library.reviews.progress(number).to_judge[:count]
    library.reviews.judge(number, {face: truth(library, face) for face in faces})
    return faces


def test_fifty_hits_and_fifty_others_say_how_good_the_answer_is(known: Library):
    review = known.reviews.begin("Smiling", seed=1)
    assert review.hits + review.misses == FACES and review.hits == known.count("Smiling")
    hits = judged(known, review.id, 50)
    assert all(known.face(face).attributes["Smiling"] >= 0.5 for face in hits)
    said = known.reviews.statement(review.id)
    assert said.precision and said.recall is None and 0.6 < said.precision.share < 0.9
    misses = judged(known, review.id, 50)
    assert all(known.face(face).attributes["Smiling"] < 0.5 for face in misses)
    assert known.reviews.statement(review.id).recall


def test_a_review_goes_on_in_another_process_where_it_was(known: Library):
    number = known.reviews.begin("Smiling AND NOT Bald", seed=1).id
    first = judged(known, number, 7)
    with Library.open(known.store.place) as other:
        progress = other.reviews.progress(number)
        assert progress.judged == first[::-1] and not set(first) & set(progress.to_judge)
        assert progress.hits == (7, 50) and other.reviews.named(number).judged == 7


def test_an_answer_can_be_taken_back_and_is_asked_for_again(known: Library):
    number = known.reviews.begin("Smiling", seed=1).id
    first, second = judged(known, number, 2)
    known.reviews.judge(number, {second: None})
    progress = known.reviews.progress(number)
    assert progress.judged == [first] and progress.to_judge[0] == second


def test_a_review_is_an_action_that_can_be_undone(known: Library):
    review = known.reviews.begin("Smiling", seed=1)
    judged(known, review.id, 50)
    (action,) = known.history()
    assert (action.kind, action.summary, action.faces) == ("review", "review of Smiling", 50)
    known.undo()
    assert known.reviews.listed() == [] and known.history()[0].undone
    with pytest.raises(NoSuchReview):
        known.reviews.statement(review.id)
    with pytest.raises(NothingToUndo):
        known.undo()


def test_the_last_review_of_a_question_is_found_however_it_is_written(known: Library):
    known.reviews.begin("Smiling AND NOT Bald")
    last = known.reviews.begin("smiling and not bald")
    known.reviews.begin("smiling and not bald", precision=0.6)
    assert known.reviews.of("Smiling  AND (NOT Bald)") == last
    assert known.reviews.of("Smiling") is None


def test_judging_changes_no_answer(known: Library):
    before = known.find("Smiling", limit=None)
    judged(known, known.reviews.begin("Smiling").id, 100)
    assert known.find("Smiling", limit=None) == before


def test_it_says_that_the_answer_has_changed_since(known: Library):
    review = known.reviews.begin("Smiling", seed=1)
    faces = judged(known, review.id, 50)
    assert known.reviews.since(review.id) == []
    said = known.reviews.statement(review.id)
    known.correct(faces[:2], {"Smiling": False})
    assert known.reviews.since(review.id) == [
        f"The answer has changed since: it was {review.hits} faces, and is {review.hits - 2}."
    ]
    assert known.reviews.statement(review.id) == said


def test_erased_faces_leave_a_review_and_the_last_takes_it_along(known: Library):
    review = known.reviews.begin("Smiling", seed=1)
    faces = judged(known, review.id, 50)
    known.erase(faces[10:13])
    said = known.reviews.statement(review.id)
    assert said.precision and said.judged == (47, 0)
    known.erase(known.every("Smiling > 0 OR Smiling < 1"))
    assert known.reviews.listed() == [] and known.history() == []
    with raw(known) as connection:
        for table in ("review", "review_stratum", "drawn", "action"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_a_review_that_names_who_was_erased_is_forgotten(known: Library):
    known.people.same(1, 2)
    (person,) = known.people.listed()
    known.people.name(person.id, "Anna Muster")
    known.reviews.begin('NOT person:"Anna Muster" AND Smiling')
    kept = known.reviews.begin("Smiling")
    known.erase(person.faces)
    assert [review.id for review in known.reviews.listed()] == [kept.id]
    assert not any("Anna" in action.summary for action in known.history())


def test_what_is_simply_so_and_what_nobody_is_needs_no_review(known: Library):
    for query in ("corrected", "path:*", "faces = 1"):
        with pytest.raises(NothingToReview):
            known.reviews.begin(query)
    with pytest.raises(NothingToReview):
        known.reviews.begin("Smiling > 0.5 AND Smiling < 0.5")


def test_the_surest_alone_can_be_reviewed(known: Library):
    review = known.reviews.begin("Smiling", precision=0.9, seed=1)
    assert review.hits == known.find("Smiling", precision=0.9).total < known.count("Smiling")
    assert review.hits + review.misses == FACES
