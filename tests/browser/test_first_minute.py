"""The first minute: no library yet, no photographs at hand, or a folder to be found by clicking."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.bad_files import picture
from tests.browser.conftest import PHONE, Visit, serving, visiting
from tests.ui.conftest import Shelf


@pytest.fixture
def empty(tmp_path: Path, browser: Browser) -> Iterator[Visit]:
    """An app without a library; a folder `Holidays` lies in its root."""
    (tmp_path / "home" / "Holidays").mkdir(parents=True)
    for seed in range(3):
        picture(seed).save(tmp_path / "home" / "Holidays" / f"{seed}.png")
    with serving(Shelf(tmp_path / "library", tmp_path / "home")) as address, visiting(browser, address) as visit:
        yield visit


def test_one_click_brings_the_sample_faces_which_are_seen_coming(empty: Visit) -> None:
    page = empty(size=PHONE)
    page.get_by_role("button", name="Try it with 240 sample faces").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_role("img", name="Face").first).to_be_visible()
    expect(page.get_by_text("New faces")).to_be_visible()
    page.get_by_role("link", name="Search the library").click()
    expect(page.get_by_text("240 faces").first).to_be_visible()


@pytest.mark.lengthy
def test_a_folder_is_found_by_clicking(empty: Visit) -> None:
    page = empty("add")
    page.get_by_role("button", name="Browse").click()
    page.get_by_role("button", name="/home").click()
    page.get_by_role("button", name="Holidays").click()
    page.get_by_role("button", name="Choose Holidays").click()
    expect(page.get_by_label("Folder", exact=True)).to_have_value(re.compile("Holidays$"))


@pytest.mark.lengthy
def test_the_address_that_is_written_leads_to_the_faces_and_leaves_no_token(browser: Browser, looked_at: str) -> None:
    page = browser.new_page()
    page.goto(looked_at)
    expect(page.get_by_role("combobox", name="Which faces?")).to_be_visible()
    assert "token" in looked_at
    assert "token" not in page.url
    page.close()
