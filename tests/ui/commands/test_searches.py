import pytest

from tests.ui.ended import Run, total

pytestmark = pytest.mark.usefixtures("smiles")


def test_searches_are_saved_listed_asked_and_removed(run: Run):
    assert "`facequery find @men` finds 2 faces now" in run("searches", "save", "men", "Male").err
    assert run("searches", "--json").json == {
        "searches": [{"name": "men", "query": "Male", "total": 2, "reviewed": None}]
    }
    assert total(run, "@men") == 2 and run("facets", "@men", "--json").json["total"] == 2
    run("correct", "@men", "--clear", "Male")
    assert total(run, "@men") == 0, "a saved search is asked anew"
    assert "men" in run("searches", "list").out and run("searches", "remove", "@men").status == 0
    assert run("searches", "--json").json == {"searches": []} and run("find", "@men").status == 1


def test_a_search_that_cannot_be_asked_is_not_saved(run: Run):
    assert run("searches", "save", "typo", "Malle").status == 2 and run("searches", "save", "@", "Male").status == 2
    assert run("searches", "--json").json == {"searches": []}
