from dataclasses import replace
from typing import Any

import pytest

from retrieval.attributes import ATTRIBUTES
from retrieval.facts import Facts
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, faces, fill, raw, three

pytestmark = pytest.mark.both_stores


def test_the_surest_come_first(library: Library):
    three(library)
    answer = library.find("Male OR Smiling")
    assert (answer.query, answer.total, answer.generation) == ("Male OR Smiling", 3, 2)
    assert faces(library.find("male")) == [1, 2]
    assert [round(hit.score, 6) for hit in library.find("male").hits] == [0.9, 0.6]
    assert faces(library.find("NOT male")) == [3] and library.find("NOT male").hits[0].score == pytest.approx(0.9)
    assert faces(library.find("Male AND Smiling")) == [1, 2]  # 0.54 each: by number


def test_an_answer_says_how_good_it_is_expected_to_be(library: Library):
    three(library)
    answer = library.find("Male AND Smiling", limit=1)
    assert answer.expected == pytest.approx((0.54, 1.08 / 1.16, 0.54), abs=1e-6)  # of 0.54, 0.54 and 0.08
    assert library.find(None).expected is None


def test_a_wanted_precision_keeps_the_surest_on_every_page_and_in_every_order(library: Library):
    three(library)
    assert [library.find("Smiling", precision=p).total for p in (0, 0.7, 0.8, 0.84, 0.89, 1)] == [3, 3, 2, 2, 1, 0]
    answer = library.find("Smiling", precision=0.8, sort="path", limit=1, offset=1)
    assert (answer.total, faces(answer)) == (2, [3])
    assert answer.expected is not None and answer.expected.precision == pytest.approx(0.85)


def test_a_precision_lies_between_0_and_1(library: Library):
    with pytest.raises(ValueError, match="between 0 and 1"):
        library.find("Smiling", precision=50)


def test_answers_may_be_sorted_by_when_they_were_taken(library: Library):
    taken = [5, None, 9, -9, 9]
    photos = [a_photo(f"/{4 - at}", a_face(at), a_face(10 + at)) for at in range(5)]
    told = zip(photos, taken, strict=True)
    fill(library, [photo if at is None else replace(photo, facts=Facts(taken=at)) for photo, at in told])
    assert faces(library.find(None, sort="taken")) == [9, 10, 5, 6, 1, 2, 7, 8, 3, 4]  # the same moment by path
    assert faces(library.find("taken:..1969", sort="taken", limit=1, offset=1)) == [8]


def test_answers_may_be_sorted_by_path_or_by_date(library: Library):
    three(library)
    with raw(library) as connection:
        connection.execute("UPDATE photo SET added = id * 10")
        connection.execute("UPDATE library SET stamp = 'other'")
    assert faces(library.find(None, sort="path")) == [2, 3, 1]
    assert faces(library.find(None, sort="added")) == [3, 2, 1]
    assert faces(library.find("Male", sort="path")) == [2, 1]


def test_pages_follow_one_another(library: Library):
    fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(50)])
    whole = library.find("NOT Male OR Male", limit=None)
    assert whole.total == len(whole.hits) == 50
    pages = [library.find("NOT Male OR Male", limit=20, offset=offset) for offset in (0, 20, 40, 60)]
    assert [len(page.hits) for page in pages] == [20, 20, 10, 0] and {page.total for page in pages} == {50}
    assert [hit for page in pages for hit in page.hits] == whole.hits


@pytest.mark.parametrize("page", [{"limit": -1}, {"offset": -1}, {"sort": "size"}])
def test_a_page_that_cannot_be_is_refused(library: Library, page: dict[str, Any]):
    with pytest.raises(ValueError, match="no page"):
        library.find("Male", **page)


def test_facets_count_the_matching_faces(library: Library):
    three(library)
    facets = library.facets("Smiling")
    assert (facets.query, facets.total, facets.counts["Male"], facets.counts["Smiling"]) == ("Smiling", 3, 2, 3)
    for name in ATTRIBUTES:
        assert library.facets("Male").counts[name] == library.find(f"Male AND {name}").total
