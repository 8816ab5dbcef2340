import pytest

from retrieval.errors import NoSuchFace, NoSuchReview
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill, raw


@pytest.fixture
def known(library: Library) -> Library:
    fill(library, [a_photo(f"/p/{seed}", a_face(seed)) for seed in range(150)])
    return library


def test_only_drawn_faces_and_real_answers_are_taken(known: Library):
    number = known.reviews.begin("Smiling AND faces = 1", seed=1).id
    with pytest.raises(NoSuchFace):
        known.reviews.judge(number, {10**6: "yes"})
    with pytest.raises(ValueError, match="perhaps"):
        known.reviews.judge(number, {known.reviews.progress(number).to_judge[0]: "perhaps"})  # type: ignore[dict-item]
    with pytest.raises(NoSuchReview):
        known.reviews.judge(99, {})
    assert known.reviews.progress(number).judged == []


def test_verify_knows_reviews(known: Library):
    review = known.reviews.begin("Smiling", seed=1)
    known.reviews.judge(review.id, dict.fromkeys(known.reviews.progress(review.id).to_judge, "yes"))
    assert known.verify() == []
    with raw(known) as connection:
        connection.execute("UPDATE review SET query = 'Smilling'")
        connection.execute("UPDATE drawn SET stratum = 77 WHERE place = 0 AND kind = 'hit'")
        connection.execute("UPDATE drawn SET judged = NULL WHERE place = 1 AND kind = 'hit'")
    found = [finding.kind for finding in known.verify()]
    assert found.count("review") == 3 and set(found) <= {"review", "constraint"}  # planting drops a server's
