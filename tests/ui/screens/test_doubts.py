"""Questions of the page of the people: the same?"""

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.library import Library
from tests.bad_files import picture
from tests.retrieval.crowd import photographs
from tests.retrieval.made import a_face, a_photo, fill, raw
from tests.ui.conftest import Open, at_ease, everything, pressed


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    """Two pairs of faces that are nearly alike enough: 1 and 2, and, less so, 3 and 4."""
    vectors = [*photographs(1, 2, 0.7), *photographs(2, 2, 0.8)]
    with Library.create_or_open(tmp_path / "library") as library:
        for at, vector in enumerate(vectors):
            picture(at, (200, 200)).save(tmp_path / f"{at}.png")
            fill(library, [a_photo(str(tmp_path / f"{at}.png"), replace(a_face(at), embedding=vector))])
        assert library.people.group() == 0
    return tmp_path / "library"


def pairs(library: Path) -> list[tuple[int, int]]:
    with Library.open(library) as opened:
        return [(doubt.first, doubt.second) for doubt in opened.people.doubts()]


def groups(library: Path) -> list[tuple[int, ...]]:
    with Library.open(library) as opened:
        return [person.faces for person in opened.people.listed()]


def test_a_question_is_answered_yes_and_the_next_one_comes(opened: Open, doubtful: Path) -> None:
    assert pairs(doubtful) == [(1, 2), (3, 4)]
    app = pressed(opened(doubtful, at="people"), "doubts")
    assert at_ease(app) and app.query_params == {"ask": "1"} and {"0.png", "1.png"} <= {t.value for t in app.text}
    pressed(app, "yes")
    assert at_ease(app) and groups(doubtful) == [(1, 2)] and {"2.png", "3.png"} <= {t.value for t in app.text}
    pressed(app, "undo-last")
    assert at_ease(app) and groups(doubtful) == [] and {"0.png", "1.png"} <= {t.value for t in app.text}


def test_a_no_is_asked_no_more_and_can_be_taken_back(opened: Open, doubtful: Path) -> None:
    app = pressed(opened(doubtful, at="people", ask="1"), "no")
    assert at_ease(app) and pairs(doubtful) == [(3, 4)] and "faces 1 and 2 are two persons" in everything(app)
    pressed(app, "undo-last")
    assert at_ease(app) and pairs(doubtful) == [(1, 2), (3, 4)]


def test_what_is_put_off_comes_when_all_others_are_answered(opened: Open, doubtful: Path) -> None:
    app = pressed(opened(doubtful, at="people", ask="1"), "later")
    assert at_ease(app) and {"2.png", "3.png"} <= {t.value for t in app.text} and groups(doubtful) == []
    pressed(app, "no")
    assert at_ease(app) and "All others are answered" in app.info[0].value
    pressed(app, "again")
    assert at_ease(app) and {"0.png", "1.png"} <= {t.value for t in app.text}
    pressed(pressed(app, "no"), "back")
    assert at_ease(app) and app.query_params == {}


def test_where_nothing_is_left_to_ask_it_is_said(opened: Open, doubtful: Path) -> None:
    with Library.open(doubtful) as library:
        library.people.different(1, 2)
        library.people.different(3, 4)
    app = opened(doubtful, at="people", ask="1")
    assert at_ease(app) and "nothing to ask" in app.info[0].value


def test_a_model_that_tells_nobody_apart_asks_nothing_and_says_why(opened: Open, doubtful: Path) -> None:
    with Library.open(doubtful) as library, raw(library) as connection:
        connection.execute("DELETE FROM head")
        connection.commit()
    app = opened(doubtful, at="people", ask="1")
    assert not app.exception and "no head for that" in app.error[0].value
