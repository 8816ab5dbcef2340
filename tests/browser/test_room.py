"""How far it is from the query to the faces: in presses of the Tab key, and in pixels."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visit

LAPTOP = {"width": 1280, "height": 800}
STOPS = 8
FEW, MOST = "Male", "smiling woman AND NOT Eyeglasses AND NOT Bald"
AT = "() => document.activeElement.className"


def laid(page: Page) -> None:
    """Waits until what stands over the faces is there."""
    expect(page.locator(".fq-cell.fq-there").first).to_be_visible()
    expect(page.locator(".fq-ask-chips button").first).to_be_visible()
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
@pytest.mark.parametrize("query", ["", FEW])
def test_a_few_presses_of_tab_lead_from_the_query_to_the_first_face(
    visit_abroad: Visit, size: dict[str, int], query: str
) -> None:
    page = visit_abroad(size=size, q=query)
    laid(page)
    page.get_by_role("combobox", name="Which faces?").focus()
    page.keyboard.press("Escape")
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if "fq-cell" in page.evaluate(AT):
            return
    pytest.fail(f"after {STOPS} stops: {page.evaluate(AT)}")


def test_arrows_go_along_what_is_one_stop(visit_abroad: Visit) -> None:
    page = visit_abroad(size=LAPTOP, q="Male")
    laid(page)
    page.get_by_role("button", name="When", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Calendar")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".fq-s-plot")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="Calendar")).to_be_focused()
    page.get_by_role("slider", name="Size of the faces").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Keys (?)")).to_be_focused()


@pytest.mark.parametrize(("size", "rows"), [(LAPTOP, 2.5), (PHONE, 3)])
@pytest.mark.parametrize("query", ["", FEW, MOST])
def test_the_pictures_are_the_page(visit_abroad: Visit, size: dict[str, int], rows: float, query: str) -> None:
    page = visit_abroad(size=size, q=query)
    laid(page)
    grid, cell = page.locator(".fq-canvas").bounding_box(), page.locator(".fq-cell").first.bounding_box()
    assert grid is not None and cell is not None
    assert (size["height"] - grid["y"]) / cell["height"] >= rows


def test_notes_about_an_answer_unfold(visit: Visit) -> None:
    page = visit(q="Male")
    notes = page.get_by_role("button", name="1 note")
    notes.click()
    expect(page.get_by_text("Male is an annotator's opinion")).to_be_visible()
    notes.click()
    expect(page.get_by_text("Male is an annotator's opinion")).to_be_hidden()


def test_an_example_is_asked_by_a_click(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Wearing_Hat AND Smiling").click()
    page.wait_for_url(lambda url: "q=Wearing_Hat+AND+Smiling" in url)
