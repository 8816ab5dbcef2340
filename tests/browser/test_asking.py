"""Asking in a browser: what is completed while one types, the query as conditions, and a mistake."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Visit


def field(page: Page):  # type: ignore[no-untyped-def]
    found = page.get_by_role("combobox", name="Which faces?")
    expect(found).to_be_visible()
    return found


def known(page: Page) -> None:
    """Waits until the conditions are those of what is written."""
    expect(page.locator(".fq-ask-chips")).to_have_attribute("aria-busy", "false")


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_what_one_types_is_completed_with_counts_and_asked_by_enter(
    visit: Visit, size: dict[str, int], dark: bool
) -> None:
    page = visit(size=size, dark=dark)
    field(page).press_sequentially("smiling wom")
    offer = page.get_by_role("option").first
    expect(offer).to_contain_text("NOT Male")
    expect(offer).to_contain_text(re.compile(r"\d"))
    box = offer.bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    field(page).press("ArrowDown")
    expect(field(page)).to_have_attribute("aria-activedescendant", re.compile("."))
    field(page).press("Enter")
    expect(field(page)).to_have_value("smiling woman ")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert "q=" not in page.url
    field(page).press("Enter")
    page.wait_for_url(re.compile(r"q=smiling\+woman"))
    expect(page.get_by_role("button", name="woman: NOT Male")).to_be_visible()


def test_a_condition_is_turned_dropped_and_joined_by_its_menu(visit: Visit) -> None:
    page = visit(q="smiling woman")
    woman = page.get_by_role("button", name="woman: NOT Male")
    known(page)
    woman.press("ArrowDown")
    expect(page.get_by_role("menuitem").first).to_contain_text(re.compile(r"Not this\s*\d+ face"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=smiling\+AND\+NOT\+woman"))
    known(page)
    page.locator(".fq-ask-chip").get_by_role("button", name="smiling").press("Delete")
    page.wait_for_url(re.compile(r"q=NOT\+woman$"))
    known(page)
    page.get_by_role("button", name="woman: NOT Male").click()
    page.get_by_role("menuitem", name="Or …").click()
    expect(field(page)).to_have_value("NOT woman OR ")
    expect(field(page)).to_be_focused()


def test_a_mistake_shows_its_place_and_one_click_mends_it(visit: Visit) -> None:
    page = visit()
    expect(field(page)).to_have_attribute("placeholder", re.compile("."))  # it is there to be used
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    page.keyboard.type("old man")
    page.keyboard.press("Enter")
    alert = page.locator(".fq-ask-mistake")
    expect(alert).to_contain_text("not taken for an attribute")
    expect(alert.locator("pre")).to_have_text("old man\n^")
    assert "q=" not in page.url
    alert.get_by_role("button", name="NOT Young").click()
    page.wait_for_url(re.compile(r"q=NOT\+Young\+man"))
    expect(alert).to_be_empty()


def test_what_a_stranger_wrote_stays_text(visit: Visit) -> None:
    page = visit(q='path:"<img src=x onerror=alert(1)>"')
    expect(page.get_by_role("button", name="<img src=x onerror=alert(1)>").first).to_be_visible()
    assert page.locator(".fq-ask img").count() == 0
