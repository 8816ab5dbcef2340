"""When and where: the timeline, the calendar, folders, cameras and the map, in a browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, MONTHS, PATIENCE, PHONE, Visit, asks, query_of

expect.set_options(timeout=PATIENCE)


def drag(page: Page, first: int, last: int) -> None:
    """Over the timeline, from one month to another, counted from 0."""
    plot = page.locator(".fq-s-plot")
    plot.hover()  # which waits until the page lies still
    wide = plot.evaluate("plot => plot.clientWidth")
    plot.hover(position={"x": wide * (first + 0.5) / MONTHS, "y": 20})
    page.mouse.down()
    plot.hover(position={"x": wide * (last + 0.5) / MONTHS, "y": 20})
    page.mouse.up()


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_a_stretch_of_the_timeline_is_asked_for_by_dragging_over_it(
    visit_abroad: Visit, size: dict[str, int], dark: bool
) -> None:
    page = visit_abroad(size=size, dark=dark, q="NOT Bald OR Bald")
    said = page.locator(".fq-s-said")
    expect(said).to_have_text("156 faces with a date")
    if size == PHONE:  # where it is folded at first
        page.get_by_role("button", name="When", exact=True).click()
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
    plot = page.locator(".fq-s-plot")
    expect(page.locator(".fq-s-said")).to_contain_text("156 faces")
    plot.focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight"):
        plot.press(key)
    expect(page.locator(".fq-s-said")).to_have_text("Feb 2022 – Mar 2022: 5 faces")
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
