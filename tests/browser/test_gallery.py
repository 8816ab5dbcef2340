"""The grid of faces, in a browser: keys, ticks, scrolling; names of files stay text."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from retrieval.errors import shown
from retrieval.library import Library
from tests.browser.conftest import DESKTOP, FACES, PATIENCE, PHONE, Visit, serving, visiting
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.conftest import Shelf, make_shelf

HOSTILE = ["<img src=x onerror=alert(1)>.png", "**bold** :smile:.png", "a&amp;b \u202etxt.png", "\"quote' onload=x.png"]
MANY = 300_000  # faces, which are higher than a browser draws an element


def faces(page: Page) -> list[str]:
    """What stands on the faces that are in the page, in their order."""
    page.wait_for_selector(".fq-there")
    return page.eval_on_selector_all(
        ".fq-cell:not([hidden])",
        "cells => cells.sort((a, b) => a.index - b.index).map(cell => cell.getAttribute('aria-label'))",
    )


def active(page: Page) -> int:
    """The place of the hit that has the focus."""
    place: int = page.evaluate("document.activeElement.index ?? -1")
    return place


def ticked(page: Page) -> int:
    said = page.locator(".fq-chosen").inner_text()
    return int(said.split()[0].replace(",", "")) if said else 0


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_only_the_rows_in_sight_are_in_the_page_and_each_shows_its_face(
    visit: Visit, size: dict[str, int], dark: bool
) -> None:
    page = visit(size=size, dark=dark, sort="path")
    assert faces(page)[:2] == ["000.png", "001.png"] and len(faces(page)) < FACES
    expect(page.locator(".fq-title")).to_have_text(f"{FACES} faces")
    page.locator(".fq-cell").first.click(trial=True)
    page.keyboard.press("Tab")
    page.locator(".fq-cell").first.focus()
    page.keyboard.press("End")
    expect(page.get_by_alt_text(f"Face {FACES}, 069.png")).to_be_visible()
    assert active(page) == FACES - 1


def test_keys_go_from_face_to_face_and_tick(visit: Visit) -> None:
    page = visit(sort="path")
    faces(page)
    columns = int(page.locator(".fq-canvas").get_attribute("aria-colcount") or 0)
    page.locator(".fq-cell").first.focus()
    for key, place in (
        ("ArrowRight", 1),
        ("ArrowDown", 1 + columns),
        ("ArrowLeft", columns),
        ("Home", 0),
        ("ArrowUp", 0),
    ):
        page.keyboard.press(key)
        assert active(page) == place, key
    page.keyboard.press("Space")
    assert ticked(page) == 1 and page.locator(".fq-cell[aria-selected=true]").count() == 1
    page.keyboard.press("Shift+ArrowDown")
    assert ticked(page) == columns + 1
    page.keyboard.press("Escape")
    assert ticked(page) == 0
    page.keyboard.press("Control+a")
    assert ticked(page) == FACES
    page.keyboard.press("Space")
    assert ticked(page) == FACES - 1
    assert page.locator(".fq-canvas [tabindex='0']").count() == 1
    page.keyboard.press("PageDown")
    assert active(page) > columns
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "INPUT"


def test_boxes_tick_and_shift_ticks_all_between(visit: Visit) -> None:
    page = visit(sort="path")
    faces(page)
    page.locator(".fq-cell").nth(1).locator(".fq-tick").click(force=True)
    page.locator(".fq-cell").nth(5).click(modifiers=["Shift"])
    expect(page.locator(".fq-chosen")).to_have_text("5 selected")
    page.locator(".fq-cell").nth(3).click(modifiers=["Control"])
    expect(page.locator(".fq-chosen")).to_have_text("4 selected")
    page.get_by_role("button", name="Say").click()
    expect(page.get_by_role("dialog")).to_contain_text("4 faces")


def test_a_way_leads_from_a_face_to_its_likes(visit: Visit) -> None:
    page = visit(sort="path")
    faces(page)
    page.locator(".fq-cell").nth(2).hover()
    page.get_by_label("Faces like this one alone (s)").click()
    page.wait_for_url("**like=3*")
    expect(page.locator(".fq-note")).to_contain_text("the likest first")
    page.locator(".fq-cell").first.focus()
    page.keyboard.press("m")
    page.wait_for_url(lambda url: len(parse_qs(urlsplit(url).query)["like"][0].split(",")) == 2)


def test_help_tells_the_keys(visit: Visit) -> None:
    page = visit()
    faces(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Tick all hits")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).not_to_be_visible()


def test_the_size_that_one_sets_is_kept(visit: Visit) -> None:
    page = visit()
    before = len(faces(page))
    page.locator(".fq-size").fill("96")
    page.wait_for_function(f"document.querySelectorAll('.fq-cell').length > {before}")
    page.reload()
    assert len(faces(page)) > before


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """An app over files whose names would like to be more than text; of one of them nothing is left."""
    shelf = make_shelf(tmp_path_factory.mktemp("odd"), [*HOSTILE, "gone.png"])
    (shelf.photographs / "gone.png").unlink()
    with serving(shelf) as address:
        yield address


def test_names_of_files_stay_text_and_what_is_gone_says_so(browser: Browser, odd: str) -> None:
    with visiting(browser, odd) as visit:
        page = visit(sort="added")
        assert {shown(name) for name in HOSTILE} <= set(faces(page))
        assert page.locator(".fq-name img, .fq-name b, .fq-name strong").count() == 0
        expect(page.get_by_text("gone.png: there is no such file")).to_be_visible()


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """An app over more faces than come with a page."""
    root = tmp_path_factory.mktemp("long")
    shelf = Shelf(root / "library", root)
    with Library.create_or_open(shelf.library) as library:
        fill(library, [a_photo(f"/{at:04}.png", a_face(at)) for at in range(500)])
    with serving(shelf) as address:
        yield address


def test_far_down_hits_come_as_one_gets_there(browser: Browser, long: str) -> None:
    with visiting(browser, long) as visit:
        page = visit(sort="path")
        page.wait_for_selector(".fq-cell")
        page.locator(".fq-cell").first.focus()
        page.keyboard.press("End")
        expect(page.locator(".fq-cell[aria-label='0499.png']")).to_be_focused()
        page.keyboard.press("Space")
        page.keyboard.press("Shift+Home")
        expect(page.locator(".fq-chosen")).to_have_text("500 selected")


def test_a_grid_higher_than_browsers_draw_is_scrolled_to_its_end(visit: Visit) -> None:
    page = visit()
    page.wait_for_selector(".fq-cell")
    found = page.evaluate(
        f"""async () => {{
            const {{ Layout }} = await import("/browser/gallery/layout.js");
            const layout = new Layout(300, 96, {MANY}, 800);
            const end = layout.height - 800;
            return [layout.height, layout.rows * layout.row, layout.top(0), layout.top(end),
                    layout.place(layout.rows - 1, end) - end];
        }}"""
    )
    height, real, top, bottom, last = found
    assert height < real and height <= 12_000_000 and top == 0
    assert bottom == pytest.approx(real - 4 - 800) and 0 < last < 800


def test_a_correction_of_all_but_one_is_said_and_the_grid_follows(browser: Browser, tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path, [f"{number}.png" for number in range(4)])
    with serving(shelf) as address, visiting(browser, address) as visit:
        page = visit(q="Male OR NOT Male", sort="path")
        faces(page)
        page.locator(".fq-cell").first.focus()
        page.keyboard.press("Control+a")
        page.keyboard.press("Space")
        page.get_by_role("button", name="Say").click()
        page.get_by_role("button", name="Has it", exact=True).click()
        expect(page.locator(".st-key-done")).to_contain_text("3 faces", timeout=PATIENCE)
        expect(page.locator(".fq-chosen")).to_have_text([""])  # one alone: the grid from before is gone
    with Library.open(shelf.library) as library:
        assert [bool(library.corrections(face)) for face in (1, 2, 3, 4)] == [False, True, True, True]


def test_a_new_question_is_answered_before_python_has_heard_of_it(visit: Visit) -> None:
    page = visit(sort="path")
    faces(page)
    page.evaluate("document.dispatchEvent(new CustomEvent('fq-question', { detail: 'path:\"*/00?.png\"' }))")
    expect(page.locator(".fq-title")).to_have_text("10 faces")
    expect(page.get_by_alt_text("Face 10, 009.png")).to_be_visible()
    assert "q=" not in page.url
    page.evaluate("document.dispatchEvent(new CustomEvent('fq-question', { detail: 'Smilling' }))")
    page.wait_for_timeout(300)
    expect(page.locator(".fq-title")).to_have_text("10 faces")  # what cannot be read changes nothing
    page.locator(".fq-cell").first.focus()
    page.keyboard.press("s")
    page.wait_for_timeout(300)
    assert "like=" not in page.url  # Python still has the faces from before
    page.get_by_role("combobox", name="Which faces?").fill('path:"*/00?.png"')
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "like=1" in url)
