"""When and where: the timeline, the calendar, folders, cameras and the map, in a browser."""

import calendar
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from retrieval.facts import Facts
from retrieval.library import Library
from tests.bad_files import picture
from tests.browser.conftest import DESKTOP, PATIENCE, PHONE, Visit, serving, visiting
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.conftest import Shelf

expect.set_options(timeout=PATIENCE)

MONTHS = 24  # from January 2022, with as many faces as the month's number
CAMERAS = ("X<b>100</b>", "Z9")
PARIS, SYDNEY = (48.85, 2.35), (-33.87, 151.2)


@pytest.fixture(scope="module")
def abroad(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The address of an app over photographs of two years, by two cameras, in Paris and Sydney."""
    root = tmp_path_factory.mktemp("abroad")
    shelf = Shelf(root / "library", root / "photographs")
    photos = []
    for at in range(MONTHS):
        year, month = 2022 + at // 12, at % 12 + 1
        folder = shelf.photographs / str(year) / "<i>summer</i>"
        folder.mkdir(parents=True, exist_ok=True)
        picture(at, (200, 200)).save(folder / f"{at}.png", "PNG")
        facts = Facts(
            calendar.timegm((year, month, 3, 12, 0, 0)), None, CAMERAS[at % 2], None, *(PARIS, SYDNEY)[at % 2]
        )
        faces = [a_face(at * 20 + face, Smiling=(face + 0.5) / 13) for face in range(month)]
        photos.append(replace(a_photo(str(folder / f"{at}.png"), *faces), facts=facts))
    with Library.create_or_open(shelf.library) as library:
        fill(library, photos)
    with serving(shelf) as address:
        yield address


@pytest.fixture
def visit_abroad(browser: Browser, abroad: str) -> Iterator[Visit]:
    with visiting(browser, abroad) as opened:
        yield opened


def query_of(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("q", [""])[0]


def asks(page: Page, query: str) -> None:
    """Waits until the URL asks that."""
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q", [""])[0] == query)


def drag(page: Page, first: int, last: int) -> None:
    """Over the timeline, from one month to another, counted from 0."""
    box = page.locator(".fq-plot").bounding_box()
    assert box is not None
    x = [box["x"] + box["width"] * (at + 0.5) / MONTHS for at in (first, last)]
    page.mouse.move(x[0], box["y"] + 20)
    page.mouse.down()
    page.mouse.move(x[1], box["y"] + 20, steps=4)
    page.mouse.up()


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_a_stretch_of_the_timeline_is_asked_for_by_dragging_over_it(
    visit_abroad: Visit, size: dict[str, int], dark: bool
) -> None:
    page = visit_abroad(size=size, dark=dark, q="NOT Bald OR Bald")
    said = page.locator(".fq-said")
    expect(said).to_have_text("156 faces with a date")
    drag(page, 4, 7)
    asks(page, "(NOT Bald OR Bald) AND taken:2022-05..2022-08")
    expect(page.get_by_text("26 faces", exact=True).first).to_be_visible()  # 5 + 6 + 7 + 8
    expect(said).to_have_text("May 2022 – Aug 2022: 26 faces")
    drag(page, 0, 0)
    asks(page, "(NOT Bald OR Bald) AND taken:2022-01")
    page.get_by_role("button", name="At any time").click()
    asks(page, "NOT Bald OR Bald")


def test_the_timeline_goes_by_keys(visit_abroad: Visit) -> None:
    page = visit_abroad()
    plot = page.locator(".fq-plot")
    expect(page.locator(".fq-said")).to_contain_text("156 faces")
    plot.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight"):
        plot.press(key)
    expect(page.locator(".fq-said")).to_have_text("Feb 2022 – Mar 2022: 5 faces")
    assert query_of(page) == ""  # nothing is asked before Enter
    plot.press("Enter")
    asks(page, "taken:2022-02..2022-03")
    plot.press("Escape")
    asks(page, "")


def test_the_calendar_leads_to_a_month_and_to_a_day_of_it(visit_abroad: Visit) -> None:
    page = visit_abroad()
    page.get_by_role("button", name="Calendar").click()
    page.get_by_role("button", name="Jul 2023: 7 faces").click()
    asks(page, "taken:2023-07")
    page.get_by_role("button", name="3 Jul 2023: 7 faces").click()
    asks(page, "taken:2023-07-03")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Calendar")).to_be_hidden()


def test_by_date_taken_is_one_of_the_orders(visit_abroad: Visit) -> None:
    page = visit_abroad(sort="taken")
    expect(page.locator(".st-key-sort input")).to_have_value("By date taken")
