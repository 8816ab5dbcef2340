"""What is ticked is taken away: as files, and onto a shortlist, in a browser."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from retrieval.library import Library
from tests.browser.conftest import PATIENCE, Visit
from tests.ui.conftest import Shelf, make_shelf

expect.set_options(timeout=PATIENCE)
FACES = 6


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return make_shelf(tmp_path, [f"{number}.png" for number in range(FACES)])


def opened(page: Page) -> None:
    page.locator(".fq-bar button[data-what=take]").click()
    expect(page.get_by_role("dialog")).to_contain_text("Take away")


def test_two_ticked_faces_are_downloaded_with_their_photographs(visit_own: Visit, tmp_path: Path) -> None:
    page = visit_own(sort="path")
    for place in (0, 1):
        page.locator(".fq-cell .fq-tick").nth(place).click()
    opened(page)
    page.get_by_role("tab", name="Download").click()
    page.get_by_role("button", name="Prepare").click()
    link = page.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "taken.zip")
    with ZipFile(tmp_path / "taken.zip") as archive:
        assert {Path(name).name for name in archive.namelist()} == {"0.png", "1.png", "contents.csv"}
        assert archive.testzip() is None


def test_all_that_is_found_goes_onto_a_list_that_is_named_there(visit_own: Visit, shelf: Shelf) -> None:
    page = visit_own(q="Smiling >= 0")
    page.get_by_role("button", name="Select all").click()
    opened(page)
    page.get_by_label("What is it called?").fill("For <b>Ada</b>")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("link", name="Shortlists").click()
    expect(page.get_by_text("For <b>Ada</b>")).to_be_visible()
    expect(page.locator(".fq-title")).to_have_count(0)  # the page from before is gone
    expect(page.get_by_text(f"{FACES} faces", exact=True)).to_be_visible()
    with Library.open(shelf.library) as library:
        assert len(library.shortlists.entries("For <b>Ada</b>")) == FACES


def test_a_list_is_named_noted_on_ordered_and_downloaded_on_its_own_page(visit_own: Visit, shelf: Shelf) -> None:
    page = visit_own("shortlists")
    page.get_by_label("A new shortlist").fill("Casting")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Casting")).to_be_visible()
    with Library.open(shelf.library) as library:
        library.shortlists.add("Casting", [3, 1])
    page.reload()
    note = page.get_by_label("Note of face 3")
    note.fill("the <b>second</b> row")
    note.press("Enter")
    expect(page.locator(".st-key-done")).to_be_visible()
    page.get_by_role("button", name="One place down", exact=True).first.click()
    expect(page.locator("[class*=st-key-row-]").first).to_contain_text("0.png")
    page.get_by_role("button", name="Take away").click()
    page.get_by_role("tab", name="Download").click()
    page.get_by_role("button", name="Prepare").click()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    with Library.open(shelf.library) as library:
        entries = [(entry.face, entry.note) for entry in library.shortlists.entries("Casting")]
    assert entries == [(1, None), (3, "the <b>second</b> row")]
