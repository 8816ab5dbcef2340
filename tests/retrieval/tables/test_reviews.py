import numpy as np
import pytest

from retrieval.errors import NoSuchReview
from retrieval.library import Library
from retrieval.tables import reviews
from tests.retrieval.made import a_face, a_photo, fill


def test_a_review_is_read_as_it_was_drawn_and_judged(library: Library):
    fill(library, [a_photo(f"/p/{seed}", a_face(seed)) for seed in range(150)])
    review = library.reviews.begin("Smiling", seed=5)
    first = library.reviews.progress(review.id).to_judge[0]
    library.reviews.judge(review.id, {first: "unsure"})
    with library._current.transaction() as connection:
        (read,) = reviews.listed(connection)
        parts = list(reviews.strata(connection, read.id))
        hits, misses = (reviews.cards(connection, read.id, kind) for kind in ("hit", "miss"))
        with pytest.raises(NoSuchReview):
            reviews.named(connection, read.id + 1)
    assert (read.query, read.seed, read.judged, read.precision) == ("Smiling", 5, 1, None)
    assert read.last is not None and read.last >= read.made
    assert sum(part.faces for part in parts if part.kind == "hit") == review.hits == len(hits)
    assert sum(part.faces for part in parts if part.kind == "miss") == review.misses == len(misses)
    assert [card.place for card in hits] == list(range(len(hits)))
    assert hits[0] == (first, 0, hits[0].stratum, "unsure") and hits[1].answer is None
    certainty = np.array([part.certainty for part in parts if part.kind == "hit"])
    assert (np.diff(certainty) > 0).all() and certainty[0] >= 0.5
