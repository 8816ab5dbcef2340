"""Likeness by several examples: the tray, and what it asks the library."""

from dataclasses import replace

import pytest

from retrieval.library import Answer, Library
from tests.bad_files import encoded, picture
from tests.retrieval.made import a_face, a_photo, fill, raw
from tests.ui.conftest import Open, Shelf, asked, at_ease, cards, everything, grid, pressed
from tests.ui.screens.test_search import (
    OneColour,
    faces_in_pictures,  # noqa: F401  # a fixture
    handed_over,
)
from ui.screens.similar import LIMIT


def test_faces_are_added_to_the_examples_and_left_out_again(opened: Open, shelf: Shelf) -> None:
    app = asked(opened(shelf.library), "similar", face=1)
    asked(asked(app, "like", face=5), "unlike", face=9)
    assert (app.query_params["like"], app.query_params["unlike"]) == ("1,5", "9")
    with Library.open(shelf.library) as library:
        assert at_ease(app) and cards(app) == [
            hit.face for hit in library.similar_to([1, 5], unlike=[9], limit=LIMIT).hits
        ]
    assert {"**Like**", "**Unlike**"} <= {text.value for text in app.markdown}
    pressed(app, "sign-out-9")
    assert "unlike" not in app.query_params
    pressed(app, "sign-out-1")
    assert app.query_params["like"] == "5" and "**Like this face**" in everything(app)
    pressed(app, "sign-out-5")
    assert at_ease(app) and app.query_params == {}


def test_the_last_face_to_be_like_takes_the_others_with_it(opened: Open, few: Shelf) -> None:
    app = pressed(opened(few.library, q="Male OR NOT Male", like="1", unlike="2", fold="1", within="1"), "sign-out-1")
    assert at_ease(app) and app.query_params == {"q": "Male OR NOT Male"}


def test_one_alone_replaces_all_examples(opened: Open, few: Shelf) -> None:
    app = asked(opened(few.library, like="1", unlike="2"), "similar", face=3)
    assert at_ease(app) and app.query_params == {"like": "3"}


def test_examples_stay_inside_the_query(opened: Open, shelf: Shelf) -> None:
    app = asked(opened(shelf.library, q="Smiling", like="1", within="1"), "like", face=_second(shelf))
    with Library.open(shelf.library) as library:
        expected = library.similar_to([1, _second(shelf)], where="Smiling", limit=LIMIT)
    assert at_ease(app) and cards(app) == [hit.face for hit in expected.hits]


def _second(shelf: Shelf) -> int:
    with Library.open(shelf.library) as library:
        return library.similar_to(1, where="Smiling").hits[1].face


def test_near_identical_faces_are_folded_by_a_box(opened: Open, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        fill(library, [a_photo(str(own_shelf.photographs / f"copy{n}.png"), a_face(1), data="one") for n in range(3)])
    app = opened(own_shelf.library, like="1")
    assert len(cards(app)) == 5
    next(box for box in app.checkbox if box.label.startswith("Near-identical")).check().run()
    assert at_ease(app) and app.query_params["fold"] == "1" and len(cards(app)) == 2
    assert any(hit["score"].endswith(" · 4 alike") for hit in grid(app)["hits"])


def test_the_same_person_as_a_face_is_a_click_away(opened: Open, few: Shelf) -> None:
    app = asked(opened(few.library), "person", face=1)
    assert at_ease(app) and app.query_params == {"like": "1", "by": "person"}


def test_a_switch_asks_for_the_same_person_and_the_url_keeps_it(opened: Open, few: Shelf) -> None:
    app = opened(few.library, like="1", fold="1")
    assert "the likest first" in everything(app)
    app.button_group(key="by-look").set_value("person").run()
    assert at_ease(app) and app.query_params == {"like": "1", "fold": "1", "by": "person"}
    assert "most probably the same person first" in everything(app)
    with Library.open(few.library) as library:
        assert cards(app) == [hit.face for hit in library.similar_to(1, by="person").hits]
    app.button_group(key="by-person").set_value("look").run()
    assert at_ease(app) and app.query_params == {"like": "1", "fold": "1"}


def test_a_model_that_tells_nobody_apart_says_so_and_the_switch_leads_back(opened: Open, own_shelf: Shelf) -> None:
    with raw(Library.open(own_shelf.library)) as connection:
        connection.execute("DELETE FROM head")
        connection.commit()
    app = opened(own_shelf.library, like="1", by="person")
    assert not app.exception and "no head for that" in app.error[0].value and not cards(app)
    app.button_group(key="by-person").set_value("look").run()
    assert at_ease(app) and len(cards(app)) == 2


def test_an_approximate_answer_says_how_much_it_finds(
    opened: Open, few: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "approximately" not in everything(opened(few.library, like="1"))
    exact = Library.similar

    def approximate(*given: object, **named: object) -> Answer:
        return replace(exact(*given, **named), recall=0.994)  # type: ignore[arg-type]

    monkeypatch.setattr(Library, "similar", approximate)
    assert "99.4% of the ten nearest" in everything(opened(few.library, like="1"))


def test_examples_that_cancel_one_another_are_a_sentence(opened: Open, own_shelf: Shelf) -> None:
    opposite = a_face(0)
    with Library.open(own_shelf.library) as library:
        turned = replace(opposite, embedding=-opposite.embedding)
        fill(library, [a_photo(str(own_shelf.photographs / "opposite.png"), turned)])
    app = opened(own_shelf.library, like="1,4")
    assert not app.exception and "cancel" in app.error[0].value
    pressed(app, "sign-out-4")
    assert at_ease(app) and app.query_params["like"] == "1"


def test_an_example_that_is_gone_is_left_out_with_a_click(opened: Open, few: Shelf) -> None:
    app = opened(few.library, like="1,77", unlike="88")
    assert not app.exception and "no face 77" in app.error[0].value and cards(app)
    pressed(app, "without-gone")
    assert at_ease(app) and app.query_params == {"like": "1"}


HOSTILE = [
    *(",", "1,,1,1", "0", "-1", "1;2", "1 2", "1,2,3,4,5", "<b>", "1" * 40, ",".join(["1"] * 9999), "٣", "\x00", "1e3"),
    *("999", "2,999", "[1]", "None", "'; DROP TABLE face", "9007199254740993", "*"),
]


@pytest.mark.parametrize("numbers", HOSTILE)
def test_hostile_examples_in_a_url_are_a_sentence_or_nothing(opened: Open, few: Shelf, numbers: str) -> None:
    for params in ({"like": numbers}, {"like": "1", "unlike": numbers}, {"unlike": numbers}):
        app = opened(few.library, **params)
        assert not app.exception and len(app.error) <= 1


def test_a_picture_and_faces_are_one_question(
    opened: Open,
    few: Shelf,
    faces_in_pictures: OneColour,  # noqa: F811
) -> None:
    app = handed_over(opened(few.library), "me.png", encoded(picture(), "PNG"))
    asked(app, "like", face=2)
    assert at_ease(app) and app.query_params["like"] == "2" and sorted(cards(app)) == [1, 3]
    pressed(app, "sign-out-2")
    assert at_ease(app) and len(cards(app)) == 3 and "like" not in app.query_params
    asked(app, "similar", face=3)
    assert at_ease(app) and app.file_uploader[0].value is None and app.query_params == {"like": "3"}
