"""The viewer in a browser, over a page of the app, with a gallery that only takes notes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from retrieval.attributes import ATTRIBUTES
from retrieval.library import Library
from retrieval.writing.store import Photo
from tests.browser.conftest import DESKTOP, PATIENCE, PHONE, Visit, serving, visiting
from tests.retrieval.made import a_face, fill, sha256
from tests.ui.conftest import Shelf

HOSTILE = "<img src=x onerror=alert(1)>{}.jpg"
PHOTOGRAPHS = 3
SERIOUS = ("serious", "critical")
BOXES = ((300, 400, 900, 1200), (1800, 500, 2300, 1100))  # in 3000 x 2000, upright
OPENED = """async (index) => {
    const { Viewer } = await import('/browser/viewer.js');
    const cell = document.createElement('button');
    document.body.append(cell);
    cell.focus();
    window.heard = [];
    const ticked = new Set();
    const note = (what) => (...said) => window.heard.push([what, ...said]);
    window.viewer = new Viewer({
        asked: note('asked'), changed: note('changed'),
        closed: (index) => { note('closed')(index); window.returned = document.activeElement === cell; },
        isTicked: (face) => ticked.has(face), tick: (face) => { ticked.add(face); note('tick')(face); },
    });
    const at = async (index) => ({ face: 2 * index + 1, name: `number ${index}`, score: '97 %' });
    window.began = performance.now();
    window.source = { total: 3, at };
    await window.viewer.open(window.source, index);
}"""
ASKED_FOR = "(part) => performance.getEntriesByType('resource').some((one) => one.name.includes(part))"
PLACE = "element => { const r = element.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; }"

Opened = Callable[..., Page]
expect.set_options(PATIENCE)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[str, Path]]:
    """An app over three photographs of two faces each, the odd numbers smiling; the first is stored lying."""
    root = tmp_path_factory.mktemp("viewer")
    shelf = Shelf(root / "library", root / "photographs")
    shelf.photographs.mkdir()
    with Library.create_or_open(shelf.library) as library:
        fill(library, [_photograph(shelf.photographs, number) for number in range(PHOTOGRAPHS)])
    with serving(shelf) as address:
        yield address, shelf.library


def _photograph(folder: Path, number: int) -> Photo:
    path, exif = folder / HOSTILE.format(number), Image.Exif()
    image = Image.new("RGB", (3000, 2000), (40, 60, 90))
    for box, colour in zip(BOXES, ((200, 60, 60), (60, 160, 60)), strict=True):
        image.paste(colour, box)
    if number == 0:
        image, exif[0x0112] = image.transpose(Image.Transpose.ROTATE_90), 6
    image.save(path, quality=90, exif=exif)
    plain = dict.fromkeys(ATTRIBUTES, 0.1)
    faces = [a_face(2 * number, **{**plain, "Smiling": 0.9, "Bald": 0.7}), a_face(2 * number + 1, **plain)]
    both = tuple(replace(face, box=box) for face, box in zip(faces, BOXES, strict=True))
    return Photo(str(path), path.stat().st_size, 1, sha256(str(path)), 3000, 2000, "faces", None, both)


@pytest.fixture
def opened(browser: Browser, served: tuple[str, Path]) -> Iterator[Opened]:
    """Opens the viewer at a hit."""
    with visiting(browser, served[0]) as visit:
        yield lambda index=0, **how: _open(visit, index, **how)


def _open(visit: Visit, index: int, **how: Any) -> Page:
    page = visit(**{"q": "Smiling", **how})
    expect(page.get_by_text("3 faces").first).to_be_visible()
    page.evaluate(OPENED, index)
    expect(page.locator(".fq-v-photograph").first).to_be_visible()
    return page


def heard(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate("window.heard")
    return found


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_every_face_is_framed_where_it_is_and_the_one_found_is_marked(
    opened: Opened, size: dict[str, int], dark: bool
) -> None:
    page = opened(size=size, dark=dark)
    left, top, right, bottom = page.locator(".fq-v-frame").evaluate(PLACE)
    scale = (right - left) / 3000
    assert (bottom - top) / scale == pytest.approx(2000, abs=2)
    frames = page.locator(".fq-v-face")
    for frame, box in zip(frames.all(), BOXES, strict=True):
        wanted = [left + box[0] * scale, top + box[1] * scale, left + box[2] * scale, top + box[3] * scale]
        assert frame.evaluate(PLACE) == pytest.approx(wanted, abs=1.5)
    assert "fq-v-hit" in (frames.first.get_attribute("class") or "")
    expect(frames.first).to_have_accessible_name("Face 1: Smiling 90 %, Bald 70 %; matches", ignore_case=True)
    expect(page.locator(".fq-v-count")).to_have_text("1 of 3")
    expect(page.get_by_text("Why it matches")).to_be_visible() if size is DESKTOP else None


def test_a_picture_is_there_at_once_and_the_neighbours_are_asked_for_ahead(opened: Opened) -> None:
    page = opened()
    page.wait_for_function(ASKED_FOR, arg="photographs/3?")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".fq-v-count")).to_have_text("2 of 3")
    waited = page.evaluate(
        """async () => { const began = performance.now(); window.viewer.step(1);
        while (!document.querySelector('.fq-v-frame img').complete) await new Promise(requestAnimationFrame);
        return performance.now() - began; }"""
    )
    assert waited < 1000  # on a machine that others share; benchmarks say how long it takes
    page.keyboard.press("ArrowRight")
    expect(page.locator(".fq-v-count")).to_have_text("3 of 3")
    page.keyboard.press("Home")
    expect(page.locator(".fq-v-count")).to_have_text("1 of 3")


def test_the_wheel_zooms_towards_the_pointer_and_then_all_pixels_come(opened: Opened) -> None:
    page = opened()
    frame = page.locator(".fq-v-frame")

    def seen(x: float, y: float) -> tuple[float, float]:
        left, top, right, _ = frame.evaluate(PLACE)
        return (x - left) / (right - left), (y - top) / (right - left)

    before = seen(300, 400)
    page.mouse.move(300, 400)
    with page.expect_response(lambda answer: "size=full" in answer.url):
        for _ in range(3):
            page.mouse.wheel(0, -300)
    assert seen(300, 400) == pytest.approx(before, abs=0.002)
    left, _, right, _ = frame.evaluate(PLACE)
    assert right - left > 2000
    page.mouse.move(300, 400)
    page.mouse.down()
    page.mouse.move(400, 450, steps=4)
    page.mouse.up()
    assert frame.evaluate(PLACE)[0] == pytest.approx(left + 100, abs=2)
    page.keyboard.press("0")
    assert frame.evaluate(PLACE)[2] - frame.evaluate(PLACE)[0] < 1000
    page.locator(".fq-v-stage").dblclick(position={"x": 450, "y": 400})
    assert frame.evaluate(PLACE)[2] - frame.evaluate(PLACE)[0] >= 2990


def test_a_face_is_corrected_by_a_key_and_the_viewer_says_so_in_place(opened: Opened, served: tuple[str, Path]) -> None:
    page = opened(1)
    page.keyboard.press("ArrowDown")
    page.locator("[data-name=Smiling]").focus()
    page.keyboard.press("n")
    row = page.locator("[data-name=Smiling]")
    expect(row).to_have_accessible_name("Smiling: no, 90 %, counts from 50 %; you said no")
    expect(row).to_be_focused()
    expect(page.get_by_text("NOT Smiling: 1 face")).to_be_visible()
    expect(page.get_by_text("Why it does not match")).to_be_visible()
    assert heard(page) == [["changed", 3]]
    with Library.open(served[1]) as library:
        assert library.corrections(3) == {"Smiling": False}
    page.keyboard.press("Control+z")
    expect(row).to_have_accessible_name("Smiling: yes, 90 %, counts from 50 %")
    with Library.open(served[1]) as library:
        assert library.corrections(3) == {}


def test_all_of_it_works_by_keys_and_the_focus_stays_inside_until_escape(opened: Opened) -> None:
    page = opened()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_have_attribute("aria-modal", "true")
    expect(page.locator(".fq-v-chosen")).to_have_accessible_name("Face 1: Smiling 90 %, Bald 70 %; matches")
    page.keyboard.press("f")
    expect(page.locator(".fq-v-chosen")).to_have_count(1)
    expect(page.locator(".fq-v-about")).to_contain_text("Face 2")
    page.keyboard.press("x")
    for _ in range(30):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement !== document.body && !!document.activeElement.closest('[role=dialog]')"
        )
    page.keyboard.press("?")
    expect(page.get_by_role("region", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Keys")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert heard(page) == [["tick", 2], ["closed", 0]] and page.evaluate("window.returned")


def test_one_asks_on_from_the_chosen_face(opened: Opened) -> None:
    page = opened()
    for key, what in (("s", "similar"), ("p", "person"), ("m", "like"), ("M", "unlike")):
        page.locator(".fq-v-face").nth(1).click()
        expect(page.locator(".fq-v-about")).to_contain_text("Face 2")
        page.keyboard.press(key)
        assert heard(page)[-2:] == [["closed", 0], ["asked", what, 2]]
        page.evaluate("window.viewer.open(window.source, 0)")
    page.get_by_role("button", name="Same person", exact=True).click()
    assert heard(page)[-1] == ["asked", "person", 1]


def test_the_gallery_opens_it_and_follows_what_is_said_there(browser: Browser, served: tuple[str, Path]) -> None:
    with visiting(browser, served[0]) as visit, Library.open(served[1]) as library:
        page = visit(q="Smiling")
        expect(page.locator(".fq-cell.fq-there")).to_have_count(3)  # else the first that is there may be another
        page.locator(".fq-cell.fq-there").first.click()
        expect(page.locator(".fq-v-count")).to_have_text("1 of 3")
        expect(page.locator(".fq-v-photograph").first).to_be_visible()
        page.keyboard.press("x")
        page.keyboard.press("ArrowRight")
        expect(page.locator(".fq-v-count")).to_have_text("2 of 3")
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert page.evaluate("document.activeElement.index") == 1
        expect(page.locator(".fq-chosen")).to_contain_text("1")
        page.keyboard.press("Enter")
        page.locator("[data-name=Smiling]").focus()
        page.keyboard.press("n")
        expect(page.get_by_text("Why it does not match")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".fq-title")).to_have_text("2 faces")  # the question is asked anew, and only now
        library.undo()
        page.locator(".fq-cell.fq-there").first.click()
        expect(page.locator(".fq-v-photograph").first).to_be_visible()
        page.keyboard.press("s")
        page.wait_for_url(lambda url: "like=" in url)


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (DESKTOP, True), (PHONE, True)])
def test_axe_finds_nothing_serious_in_it(opened: Opened, size: dict[str, int], dark: bool) -> None:
    page = opened(size=size, dark=dark)
    if size is PHONE:
        page.locator(".fq-v-grip").click()
    page.keyboard.press("ArrowDown")
    page.wait_for_timeout(500)
    found = [one for one in Axe().run(page, ".fq-v-viewer").response["violations"] if one["impact"] in SERIOUS]
    assert [(one["id"], node["target"], node["failureSummary"]) for one in found for node in one["nodes"]] == []


def test_a_name_is_text_and_the_file_is_had_under_it(opened: Opened) -> None:
    page = opened()
    expect(page.locator(".fq-v-facts")).to_contain_text(HOSTILE.format(0))
    assert page.locator(".fq-v-viewer img[src='x']").count() == 0
    with page.expect_download() as saved:
        page.keyboard.press("d")
    assert saved.value.suggested_filename.endswith("0.jpg")
    expect(page.get_by_role("button", name="Open the folder")).to_have_count(0)  # there is no desktop here


def test_a_file_that_is_gone_or_another_by_now_is_said_to_be(opened: Opened, served: tuple[str, Path]) -> None:
    path = served[1].parent / "photographs" / HOSTILE.format(2)
    kept = path.read_bytes()
    try:
        path.unlink()
        page = opened(1)
        page.keyboard.press("ArrowRight")
        expect(page.get_by_text("The photograph cannot be shown: there is no such file.")).to_be_visible()
        Image.new("RGB", (200, 400)).save(path)
        page = opened(2)
        expect(page.get_by_text("The file has changed since its faces were found")).to_be_visible()
        expect(page.locator(".fq-v-faces")).to_be_hidden()
    finally:
        path.write_bytes(kept)


def test_on_a_telephone_one_swipes_pinches_and_raises_the_sheet(opened: Opened) -> None:
    page = opened(size=PHONE)
    page.evaluate(FINGERS)
    page.evaluate("swipe(300, 300, 100, 310)")
    expect(page.locator(".fq-v-count")).to_have_text("2 of 3")
    before = page.locator(".fq-v-frame").bounding_box()
    page.evaluate("pinch()")
    after = page.locator(".fq-v-frame").bounding_box()
    assert before and after and after["width"] > 1.8 * before["width"]
    page.evaluate("swipe(300, 300, 100, 310)")  # moves what is large, and turns no page
    expect(page.locator(".fq-v-count")).to_have_text("2 of 3")
    expect(page.locator(".fq-v-facts")).not_to_be_in_viewport()
    page.locator(".fq-v-grip").click()
    expect(page.locator(".fq-v-facts")).to_be_in_viewport()
    for box in (page.locator(name).first.bounding_box() for name in (".fq-v-question", ".fq-v-tool", ".fq-v-button")):
        assert box and box["height"] >= 36
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


FINGERS = """() => {
    const stage = document.querySelector('.fq-v-stage');
    const told = (kind, x, y, pointerId) => stage.dispatchEvent(new PointerEvent(kind,
        { bubbles: true, cancelable: true, clientX: x, clientY: y, pointerId, pointerType: 'touch', button: 0 }));
    stage.setPointerCapture = () => {};
    window.swipe = (x, y, right, down) => {
        told('pointerdown', x, y, 1);
        for (let at = 0.2; at < 1.1; at += 0.2) told('pointermove', x + (right - x) * at, y + (down - y) * at, 1);
        told('pointerup', right, down, 1);
    };
    window.pinch = () => {
        told('pointerdown', 180, 300, 1);
        told('pointerdown', 210, 300, 2);
        for (let part = 1; part <= 5; part++) {
            told('pointermove', 180 - 12 * part, 300, 1);
            told('pointermove', 210 + 12 * part, 300, 2);
        }
        told('pointerup', 120, 300, 1);
        told('pointerup', 270, 300, 2);
    };
}"""
