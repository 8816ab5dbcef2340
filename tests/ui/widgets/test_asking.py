"""How sure an answer is to be, in the page and in its URL."""

import pytest

from retrieval.library import Library
from tests.ui.conftest import Open, Shelf, at_ease, cards, everything

QUERY = "Smiling OR Male"


@pytest.mark.parametrize("precision", [0.8, 0.9, 0.55])
def test_a_url_asks_for_the_surest(opened: Open, shelf: Shelf, precision: float) -> None:
    app = opened(shelf.library, q=QUERY, precision=str(precision))
    with Library.open(shelf.library) as library:
        answer, every = library.find(QUERY, precision=precision), library.count(QUERY)
    assert at_ease(app) and cards(app) == [hit.face for hit in answer.hits]
    assert app.selectbox(key="precision").value == precision
    if answer.total < every:
        assert f"the surest of {every}" in everything(app)


def test_the_control_changes_the_url_and_back(opened: Open, shelf: Shelf) -> None:
    app = opened(shelf.library, q=QUERY, page="2")
    every = len(cards(app))
    app.selectbox(key="precision").set_value(0.95).run()
    assert at_ease(app) and app.query_params["precision"] == "0.95" and "page" not in app.query_params
    with Library.open(shelf.library) as library:
        assert cards(app) == [hit.face for hit in library.find(QUERY, precision=0.95).hits]
    app.selectbox(key="precision").set_value(0.0).run()
    assert at_ease(app) and "precision" not in app.query_params and every


def test_where_none_is_sure_enough_it_says_how_sure_the_surest_is(opened: Open, few: Shelf) -> None:
    app = opened(few.library, q="Smiling OR Male OR Young OR Bald", precision="1")
    assert at_ease(app) and not cards(app)
    assert "No set of faces should be 100 % right" in app.info[0].value and "surest" in app.info[0].value


@pytest.mark.parametrize("precision", ["0", "-1", "2", "nan", "inf", "1e999", "x", "٠", "0,9", "\x00", "9" * 5000])
def test_a_precision_that_is_none_counts_as_not_said(opened: Open, few: Shelf, precision: str) -> None:
    app = opened(few.library, q="Male OR NOT Male", precision=precision)
    assert at_ease(app) and len(cards(app)) == 3 and app.selectbox(key="precision").value == 0


def test_without_a_query_there_is_nothing_to_be_sure_of(opened: Open, few: Shelf) -> None:
    app = opened(few.library, precision="0.99")
    assert at_ease(app) and len(cards(app)) == 3 and app.selectbox(key="precision").disabled
