import pytest

from tests.ui.endpoints.asked import Asking
from ui.endpoints import browser


@pytest.fixture
def asking() -> Asking:
    return Asking(browser.routes())


def test_a_script_is_asked_for_again_each_time_and_sent_only_where_it_changed(asking: Asking) -> None:
    first = asking.get("browser/mount.js")
    assert (first.status, first.headers["cache-control"]) == (200, "no-cache")
    again = asking.get("browser/mount.js", {"if-none-match": first.headers["etag"]})
    assert (again.status, again.headers["cache-control"], again.body) == (304, "no-cache", b"")


def test_the_page_search_is_the_first_page(asking: Asking) -> None:
    assert asking.get("search").headers["location"] == "/"
    answer = asking.get("search", q="Big_Nose AND NOT Bald", p="//example.org")
    assert (answer.status, answer.headers["location"]) == (307, "/?q=Big_Nose+AND+NOT+Bald&p=%2F%2Fexample.org")
