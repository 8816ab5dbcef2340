import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.library import Library
from retrieval.reviewing.statement import Interval, Statement
from retrieval.tables.reviews import Review
from tests.retrieval.made import a_face, a_photo, fill
from ui import reviewed

NOW = int(time.mktime((2026, 11, 27, 12, 0, 0, 0, 0, -1)))
REVIEW = Review(1, 1, "Smiling", None, 0, "f" * 64, 2, "0" * 64, 900, 5000, NOW, 50, NOW)
STATEMENT = Statement(Interval(0.92, 0.871, 0.9493), None, (50, 0), 46, 0, 0)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.871, 0.9493, "87 to 95 %"), (0.9, 0.9, "90 %"), (0.0, 0.001, "0 to 1 %"), (0.999, 1.0, "99 to 100 %")],
)
def test_an_interval_is_rounded_so_that_it_claims_no_more(low: float, high: float, said: str):
    assert reviewed.between(Interval(0.5, low, high)) == said


def test_what_is_said_has_the_day_and_whether_the_answer_is_another_by_now(monkeypatch: pytest.MonkeyPatch):
    local = time.localtime
    monkeypatch.setattr(time, "localtime", lambda seconds=NOW: local(seconds))
    assert reviewed.said(REVIEW, STATEMENT, []) == "87 to 95 % right in a review of 50 on 27 November"
    older = replace(REVIEW, last=NOW - 366 * 86400)
    said = reviewed.said(older, STATEMENT._replace(recall=Interval(0.7, 0.612, 0.85)), ["It has changed."])
    assert said == (
        "87 to 95 % right in a review of 50 on 26 November 2025; 61 to 85 % of all such faces found "
        "(the answer has changed since)"
    )


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create_or_open(tmp_path / "library") as library:
        yield library


def test_a_question_without_a_review_is_said_nothing_of(library: Library):
    fill(library, [a_photo(f"/{seed}", a_face(seed)) for seed in range(120)])
    assert reviewed.said_of(library, "Smiling") is None and reviewed.said_of(library, None) is None
    review = library.reviews.begin("Smiling", seed=1)
    assert reviewed.said_of(library, "Smiling") is None
    assert reviewed.sentences(library, review.id) == [
        "Judge 50 more faces of the answer, and it says how many are right."
    ]
    faces = library.reviews.progress(review.id).to_judge
    library.reviews.judge(review.id, dict.fromkeys(faces[:40], "yes") | dict.fromkeys(faces[40:50], "unsure"))
    assert reviewed.sentences(library, review.id)[-1].startswith("Judge 10 more faces of the answer")
    library.reviews.judge(review.id, dict.fromkeys(library.reviews.progress(review.id).to_judge[:10], "yes"))
    said = reviewed.said_of(library, "smiling")
    assert said and said.endswith("right in a review of 50 on " + reviewed.day(library.reviews.named(review.id)))
    lines = reviewed.sentences(library, review.id)
    assert "10 faces could not be judged, and are left out of it." in lines
    assert lines[-1].startswith("Judge") and "do not match but nearly do" in lines[-1]
