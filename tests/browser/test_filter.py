"""The filter in a browser: thresholds one can see, folders, cameras and places; on a telephone it is a sheet."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import CAMERAS, PATIENCE, PHONE, Visit, asks, query_of

expect.set_options(timeout=PATIENCE)
ALL, HALF = 156, 78  # faces of both years, and of one


def group(page: Page, title: str) -> None:
    page.locator(".fq-facets summary", has_text=title).click()


def test_a_threshold_is_moved_by_its_handle_and_becomes_a_condition(visit_abroad: Visit) -> None:
    page = visit_abroad()
    page.get_by_role("button", name=re.compile("^Smiling.*its threshold$")).click()
    handle, said = page.get_by_role("slider", name="Threshold of Smiling"), page.locator(".fq-f-cut")
    expect(said).to_contain_text(f"of {ALL}")
    box = page.locator(".fq-f-histogram").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.83, y, steps=5)
    expect(said).to_have_text(re.compile(rf"^Smiling > 0\.83: 2 faces of {ALL}, about \d+ % right by the model$"))
    assert query_of(page) == ""  # nothing is asked before it is let go
    page.mouse.up()
    asks(page, "Smiling > 0.83")
    expect(page.locator(".fq-bar").get_by_text("2 faces")).to_be_visible()
    expect(handle).to_have_attribute("aria-valuenow", "0.83")
    handle.press("PageDown")
    handle.press("Enter")
    asks(page, "Smiling > 0.73")
    page.get_by_role("button", name="Model's own").click()
    asks(page, "Smiling")
    page.get_by_role("button", name="Any", exact=True).click()
    asks(page, "")


def test_a_folder_is_asked_for_by_its_name_and_taken_back(visit_abroad: Visit) -> None:
    page = visit_abroad()
    group(page, "Folders")
    year = page.locator(".fq-f-tree").get_by_role("button", name=f"2022/<i>summer</i> {HALF}")
    year.click()
    page.wait_for_url(re.compile("q=folder.*2022"))
    expect(page.locator(".fq-bar").get_by_text(f"{HALF} faces")).to_be_visible()
    expect(year).to_have_attribute("aria-pressed", "true")
    year.click()
    asks(page, "")


def test_a_camera_is_one_of_the_filters_and_the_words_of_the_query_stay(visit_abroad: Visit) -> None:
    page = visit_abroad(q="woman or man")
    group(page, "Cameras")
    page.get_by_role("button", name="X<b>100</b> 72").click()
    asks(page, f'(woman OR man) AND camera:"{CAMERAS[0]}"')
    expect(page.locator(".fq-title")).to_have_text("72 faces")


def test_a_place_on_the_map_asks_for_what_was_taken_near_it(visit_abroad: Visit) -> None:
    page = visit_abroad()
    page.get_by_role("button", name="Where").click()
    page.get_by_role("button", name="84 faces near -33.87, 151.20").click()
    page.wait_for_url(re.compile("q=near"))
    expect(page.locator(".fq-bar").get_by_text("84 faces")).to_be_visible()
    page.get_by_role("button", name="At any place, not only this one").click()
    asks(page, "")


def test_on_a_telephone_the_filter_is_a_sheet_that_closes_on_choosing(visit_abroad: Visit) -> None:
    page = visit_abroad(size=PHONE, dark=True)
    smiling = page.get_by_role("button", name=re.compile(r"^Smiling: \d+ faces$"))
    expect(page.locator(".fq-bar")).to_be_visible()
    expect(smiling).not_to_be_in_viewport()
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(smiling).to_be_visible()
    smiling.click()
    asks(page, "Smiling")
    expect(smiling).not_to_be_in_viewport()
