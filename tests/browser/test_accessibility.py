"""What axe-core finds on every page, on a desktop by day and on a telephone by night: nothing serious."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from retrieval.library import Library
from tests.bad_files import picture
from tests.browser.conftest import DESKTOP, PHONE, Visit, serving, visiting
from tests.retrieval.crowd import photographs
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.conftest import Shelf

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
    assert found(page) == []


def found(page: Page) -> list[tuple[str, str, str]]:
    """What axe finds that is serious, and where."""
    serious = [one for one in Axe().run(page).response["violations"] if one["impact"] in SERIOUS]
    return [(one["id"], node["target"], node["failureSummary"]) for one in serious for node in one["nodes"]]


def settled(page: Page) -> None:
    """Waits until nothing is drawn any more."""
    expect(page.get_by_test_id("stAppViewContainer")).to_be_visible()
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_timeout(1500)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The address of an app over a library in which somebody has worked: groups of people, a shortlist, a review."""
    root = tmp_path_factory.mktemp("used")
    vectors = [vector for seed in range(4) for vector in photographs(seed, 3, 0.3)]
    with Library.create_or_open(root / "library") as library:
        for at, vector in enumerate(vectors):
            picture(at, (200, 200)).save(root / f"{at}.png")
            fill(library, [a_photo(str(root / f"{at}.png"), replace(a_face(at), embedding=vector))])
        library.people.group()
        library.shortlists.add("Casting", [1, 2, 3], "the second row")
        library.reviews.begin("Smiling >= 0")
    with serving(Shelf(root / "library", Path(root))) as address:
        yield address


def shortlist(visit: Visit, size: dict[str, int], dark: bool) -> Page:
    page = visit("shortlists", size=size, dark=dark, list="Casting")
    expect(page.get_by_role("button", name="One place up", exact=True).first).to_be_visible()
    return page


def people(visit: Visit, size: dict[str, int], dark: bool) -> Page:
    page = visit("people", size=size, dark=dark)
    expect(page.locator("[class*=st-key-person-]").first).to_be_visible()
    return page


def review(visit: Visit, size: dict[str, int], dark: bool) -> Page:
    page = visit("review", size=size, dark=dark, q="Smiling >= 0")
    expect(page.get_by_role("button", name="Cannot say")).to_be_visible()
    return page


def ticked_map(visit: Visit, size: dict[str, int], dark: bool) -> Page:
    page = visit("map", size=size, dark=dark)
    expect(page.locator(".fq-map-state")).to_have_text("12 faces")
    page.get_by_role("button", name="Clusters and outliers as a list").click()
    page.locator(".fq-map-list li button").first.click()
    page.locator(".fq-map-canvas").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Untick all")).to_be_visible()
    return page


def sheet(visit: Visit, size: dict[str, int], dark: bool) -> Page:
    page = visit("", size=size, dark=dark)
    expect(page.locator(".fq-cell.fq-there").first).to_be_visible()
    if size == PHONE:
        page.get_by_test_id("stExpandSidebarButton").click()
    expect(page.locator(".fq-facets")).to_be_visible()
    return page


def take_away(visit: Visit, size: dict[str, int], dark: bool) -> Page:
    page = visit("", size=size, dark=dark)
    page.get_by_role("button", name="Select all").click()
    page.locator(".fq-bar button[data-what=take]").click()
    expect(page.get_by_role("dialog")).to_contain_text("Take away")
    return page


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
@pytest.mark.parametrize("state", [shortlist, people, review, ticked_map, sheet, take_away])
def test_axe_finds_nothing_serious_where_one_works(
    browser: Browser, used: str, state: Callable[[Visit, dict[str, int], bool], Page], size: dict[str, int], dark: bool
) -> None:
    with visiting(browser, used) as visit:
        page = state(visit, size, dark)
        settled(page)
        assert found(page) == []
        assert named_by_icons(page) == []


def named_by_icons(page: Page) -> list[str]:
    """The names of buttons that have no other than the one of a picture on them."""
    names = page.get_by_role("button").evaluate_all(
        """all => all.filter((one) => {
            const texts = [...one.querySelectorAll("[data-testid=stMarkdownContainer]")];
            const isSigned = one.querySelector("[data-testid=stIconMaterial]") && !one.ariaLabel;
            return isSigned && texts.every((text) => !text.textContent);
        }).map((one) => one.textContent)"""
    )
    return [name for name in names if name]
