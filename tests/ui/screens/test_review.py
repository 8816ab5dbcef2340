"""The page on which an answer is judged; the judging itself is in `browser/test_review.py`."""

from pathlib import Path

from retrieval.library import Library
from tests.ui.conftest import Open, Shelf, at_ease, everything, grid, pressed


def test_a_review_is_begun_by_a_button_alone(opened: Open, own_shelf: Shelf) -> None:
    app = opened(own_shelf.library, at="review", q="Smiling > 0.01")
    assert at_ease(app) and "You are shown faces by chance" in everything(app)
    with Library.open(own_shelf.library) as library:
        assert library.reviews.listed() == []
        pressed(app, "begin")
        (review,) = library.reviews.listed()
    assert at_ease(app) and review.query == "Smiling > 0.01"


def test_what_cannot_be_reviewed_is_told(opened: Open, few: Shelf) -> None:
    assert "No attribute is called" in opened(few.library, at="review", q="Smilling").error[0].value
    app = pressed(opened(few.library, at="review", q="corrected"), "begin")
    assert "no attribute in it to judge faces by" in app.error[0].value


def test_without_a_question_every_review_is_listed(opened: Open, own_shelf: Shelf) -> None:
    app = opened(own_shelf.library, at="review")
    assert at_ease(app) and "Nothing is reviewed yet" in everything(app)
    judged(own_shelf.library)
    app = opened(own_shelf.library, at="review")
    assert at_ease(app) and "100 % right in a review of 3" in everything(app)


def test_the_answer_says_what_was_reviewed_and_leads_to_the_review(opened: Open, own_shelf: Shelf) -> None:
    judged(own_shelf.library)
    app = opened(own_shelf.library, q="Smiling > 0.01")
    with Library.open(own_shelf.library) as library:
        library.save_search("happy", "Smiling > 0.01")
    assert at_ease(app)
    assert "100 % right in a review of 3" in grid(app)["note"] and "CelebA" not in grid(app)["note"]
    assert "CelebA" in grid(opened(own_shelf.library, q="Male > 0.01"))["note"]
    for q in ("@happy", "Smiling > 0.01"):
        app = opened(own_shelf.library, q=q)
        assert "100 % right in a review of 3" in grid(app)["note"] and "CelebA" not in grid(app)["note"]
        assert "right in a review of 3" in app.button(key="saved-0").help
    history = opened(own_shelf.library, at="history")
    assert at_ease(history) and "review of Smiling > 0.01" in everything(history)


def judged(folder: Path) -> None:
    with Library.open(folder) as library:
        number = library.reviews.begin("Smiling > 0.01").id
        library.reviews.judge(number, dict.fromkeys(library.reviews.progress(number).to_judge, "yes"))


def test_a_calibration_is_moved_by_a_second_click_and_the_history_takes_it_back(opened: Open, own_shelf: Shelf) -> None:
    app = opened(own_shelf.library, at="review", q="Smiling")
    pressed(app, "begin")
    pressed(app, "calibrate")
    assert "Too little was judged of Smiling" in app.error[0].value
    with Library.open(own_shelf.library) as library:
        number = library.reviews.listed()[0].id
        library.reviews.judge(number, dict.fromkeys(library.reviews.progress(number).to_judge, "no"))
        app = pressed(opened(own_shelf.library, at="review", q="Smiling"), "calibrate")
        assert at_ease(app) and "Expected calibration error" in everything(app)
        assert library.calibrations.standing() == {}
        pressed(app, "move")
        assert at_ease(app) and library.calibrations.standing()["Smiling"].shift < 0
    assert "calibration of Smiling by" in everything(app)
    history = opened(own_shelf.library, at="history")
    assert at_ease(history) and "calibration of Smiling by" in everything(history)
    pressed(history, "undo-2")
    with Library.open(own_shelf.library) as library:
        assert library.calibrations.standing() == {}


def test_of_several_attributes_no_calibration_is_moved(opened: Open, own_shelf: Shelf) -> None:
    app = opened(own_shelf.library, at="review", q="Smiling > 0.01 OR Male")
    pressed(app, "begin")
    assert at_ease(app) and "calibration" not in everything(app)
