"""Makes `data/app.webp`, the README's moving picture, out of the app itself over the sample faces: a query is typed, a
face enlarged, two are ticked and taken away.

    python data/film_app.py        # with the extra `test`, and a Chromium

Every frame is what Chromium shows at that moment.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from benchmarks.app import FLAGS, served

ROOT = Path(__file__).parent.parent
OUT = ROOT / "data" / "app.webp"
SIZE, SHOWN = (1280, 800), (960, 600)  # pixels of the window, and of the picture
QUERY = "smiling woman without hat"
LETTER, LOOK = 90, 1600  # milliseconds that a frame stays
INDEX = "from ui.cli import main; main()"


class Film:
    """Frames of a page, each as long as it stays."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.milliseconds: list[int] = []

    def look(self, milliseconds: int = LOOK) -> None:
        shot = Image.open(BytesIO(self.page.screenshot())).convert("RGB")
        self.frames.append(shot.resize(SHOWN, Image.Resampling.LANCZOS))
        self.milliseconds.append(milliseconds)

    def save(self, path: Path) -> None:
        first, *others = self.frames
        first.save(path, save_all=True, append_images=others, duration=self.milliseconds, loop=0, quality=72, method=6)


def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="facequery-film-") as folder,
        served(indexed(Path(folder)), ROOT) as address,
        sync_playwright() as playwright,
    ):
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, color_scheme="light")
        page.set_default_timeout(60_000)
        page.goto(address)
        page.wait_for_selector(".fq-there")
        film = Film(page)
        play(film)
        film.save(OUT)
        browser.close()


def play(film: Film) -> None:
    """What a person does."""
    page = film.page
    settle(page)
    film.look()
    field = page.locator(".fq-ask-query").first
    field.click()
    for letter in QUERY:
        field.press_sequentially(letter)
        page.wait_for_timeout(150)
        film.look(LETTER)
    field.press("Enter")
    page.wait_for_url(re.compile("q="))
    settle(page)
    film.look(2 * LOOK)
    page.locator(".fq-cell img").nth(1).click()
    expect(page.locator(".fq-v-viewer")).to_be_visible()
    settle(page)
    film.look(2 * LOOK)
    page.keyboard.press("Escape")
    for place in (0, 1, 3):
        page.locator(".fq-cell").nth(place).hover()
        page.locator(".fq-cell .fq-tick").nth(place).click()
        film.look(LOOK // 3)
    page.locator(".fq-bar button[data-what=take]").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("tab", name="Download").click()
    settle(page)
    film.look(2 * LOOK)


def settle(page: Page) -> None:
    """Waits until nothing is drawn any more."""
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
    page.wait_for_timeout(1200)


def indexed(folder: Path) -> Path:
    """A library of the sample faces, of a copy of them: so the film shows no path of whoever makes it."""
    samples, library = folder / "Photographs", folder / "library"
    shutil.copytree(ROOT / "data" / "samples", samples)
    given = ["index", str(samples), "--crop", "aligned", "--library", str(library), "--no-progress"]
    subprocess.run([sys.executable, "-c", INDEX, *given], cwd=ROOT, check=True)
    return library


if __name__ == "__main__":
    main()
