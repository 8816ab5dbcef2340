"""The map of faces in a browser."""

import math

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import DESKTOP, FACES, PHONE, Visit


def opened(visit: Visit, size: dict[str, int] = DESKTOP, *, dark: bool = False, **params: str) -> Page:
    """The map, when every face has its place."""
    page = visit("map", size=size, dark=dark, **params)
    expect(state(page)).to_contain_text("faces")
    return page


def state(page: Page) -> Locator:
    return page.locator(".fq-map-state")


def lasso(page: Page) -> None:
    """Draws a circle around nearly all of it."""
    box = page.locator(".fq-map-canvas").bounding_box()
    assert box is not None
    x, y, wide, high = (
        box["x"] + box["width"] / 2,
        box["y"] + box["height"] / 2,
        box["width"] * 0.49,
        box["height"] * 0.49,
    )
    page.mouse.move(x + wide, y)
    page.mouse.down()
    for step in range(1, 25):
        page.mouse.move(x + wide * math.cos(step * math.tau / 24), y + high * math.sin(step * math.tau / 24))
    page.mouse.up()


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_a_map_is_made_and_faces_are_ticked_with_a_lasso(visit: Visit, size: dict[str, int], dark: bool) -> None:
    page = opened(visit, size, dark=dark)
    expect(state(page)).to_have_text(f"{FACES} faces")
    page.get_by_role("button", name="Draw a lasso to tick faces").click()
    lasso(page)
    expect(state(page)).to_contain_text("ticked")
    count = int((state(page).inner_text()).split(", ")[1].split()[0])
    assert FACES // 2 < count <= FACES
    expect(page.get_by_text(f"{count} faces ticked")).to_be_visible()
    page.get_by_role("button", name="Untick all").click()
    expect(state(page)).to_have_text(f"{FACES} faces")


def test_keys_move_it_tick_a_face_and_untick_all(visit: Visit) -> None:
    page = opened(visit)
    canvas = page.locator(".fq-map-canvas")
    canvas.focus()
    page.get_by_role("button", name="Clusters and outliers as a list").click()
    page.locator(".fq-map-list li button").first.click()
    expect(page.locator(".fq-map-card")).to_be_visible()
    canvas.focus()
    page.keyboard.press("Space")
    expect(state(page)).to_contain_text("ticked")
    page.keyboard.press("Escape")
    expect(state(page)).to_have_text(f"{FACES} faces")
    expect(page.locator(".fq-map-card")).to_be_hidden()


def test_a_query_shows_only_its_faces_coloured_by_its_attribute(visit: Visit) -> None:
    page = opened(visit, q="Smiling")
    expect(page.locator(".fq-map-by")).to_have_value("Smiling")
    expect(page.locator(".fq-map-legend")).to_contain_text("threshold")
    assert 0 < int(state(page).inner_text().split()[0]) < FACES


def test_a_face_leads_to_those_like_it(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_role("button", name="Clusters and outliers as a list").click()
    page.locator(".fq-map-list li button").first.click()
    page.locator(".fq-map-card").get_by_role("button", name="Similar faces").click()
    page.wait_for_url(lambda url: "like=" in url)
