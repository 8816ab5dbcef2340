"""A review as a browser judges it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.endpoints.asked import Asking
from ui.endpoints import reviews


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create_or_open(tmp_path / "library") as library:
        fill(library, [a_photo(f"/{seed}", a_face(seed)) for seed in range(130)])
        library.reviews.begin("Smiling", seed=1)
        library.reviews.begin("NOT Smiling", seed=1)
        yield library


@pytest.fixture
def asking(library: Library) -> Asking:
    return Asking(reviews.routes(lambda: library))


def test_it_says_who_is_next_and_after_fifty_how_good_the_answer_is(asking: Asking) -> None:
    seen = asking.get("reviews/1").json
    assert seen["hits"] == [0, 50] and seen["judged"] == [] and len(seen["to_judge"]) == 100
    for at in range(50):
        said = asking.post(
            "reviews/1/answers", {"face": seen["to_judge"][at], "answer": "no" if at % 10 == 0 else "yes"}
        )
        assert said.status == 200
    assert said.json["hits"][0] == 50 and said.json["judged"][0] == seen["to_judge"][49]
    assert "are right (45 of 50 judged)" in said.json["says"][0]


def test_an_answer_is_taken_back(asking: Asking) -> None:
    first, second, *_ = asking.get("reviews/1").json["to_judge"]
    asking.post("reviews/1/answers", {"face": first, "answer": "unsure"})
    asking.post("reviews/1/answers", {"face": second, "answer": "yes"})
    seen = asking.post("reviews/1/answers", {"face": second, "answer": None}).json
    assert seen["judged"] == [first] and seen["to_judge"][0] == second


@pytest.mark.parametrize(("review", "answer", "value"), [(1, "yes", True), (1, "no", False), (2, "yes", False)])
def test_a_judgement_is_a_correction_too_if_that_is_wanted(
    asking: Asking, library: Library, review: int, answer: str, value: bool
) -> None:
    first, second, third, *_ = asking.get(f"reviews/{review}").json["to_judge"]
    assert asking.post(f"reviews/{review}/answers", {"face": first, "answer": answer}).json["action"] is None
    kept = asking.post(f"reviews/{review}/answers", {"face": second, "answer": answer, "keep": True}).json
    asking.post(f"reviews/{review}/answers", {"face": third, "answer": "unsure", "keep": True})
    assert [library.corrections(face) for face in (first, second, third)] == [{}, {"Smiling": value}, {}]
    asking.post(f"reviews/{review}/answers", {"face": second, "answer": None, "undo": kept["action"]})
    assert library.corrections(second) == {}


@pytest.mark.parametrize(
    "said", [{}, {"face": "1", "answer": "yes"}, {"face": True}, {"face": 10**9, "answer": "yes"}, {"face": None}]
)
def test_what_cannot_be_meant_is_refused(asking: Asking, said: dict[str, object]) -> None:
    assert asking.post("reviews/1/answers", said).status == 400
    assert asking.post("reviews/9/answers", {"face": 1, "answer": "yes"}).status == 400
    face = asking.get("reviews/1").json["to_judge"][0]
    for wrong in ("perhaps", 1, ["yes"], {"yes": 1}):
        assert asking.post("reviews/1/answers", {"face": face, "answer": wrong}).status == 400
    assert asking.get("reviews/9").status == 400
