"""What axe-core finds on every page, on a desktop by day and on a telephone by night: nothing serious."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visit

PAGES = {
    "search": {"q": "Male"},
    "similar": {"like": "1"},
    "map": {"q": "Male"},
    "people": {},
    "shortlists": {},
    "review": {"q": "Male"},
    "history": {},
    "add": {},
}
SERIOUS = ("serious", "critical")


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
@pytest.mark.parametrize("name", list(PAGES))
def test_axe_finds_nothing_serious(visit: Visit, name: str, size: dict[str, int], dark: bool) -> None:
    page = visit("search" if name == "similar" else name, size=size, dark=dark, **PAGES[name])
    settled(page)
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in SERIOUS]
    assert [(one["id"], node["target"], node["failureSummary"]) for one in found for node in one["nodes"]] == []


def settled(page: Page) -> None:
    """Waits until nothing is drawn any more."""
    expect(page.get_by_test_id("stAppViewContainer")).to_be_visible()
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_timeout(1500)
