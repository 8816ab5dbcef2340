"""How soon the app answers, in Chromium, over faces that nobody has: scrolling, ticking, enlarging, asking, narrowing.

    python benchmarks/app.py /tmp/app [--faces 200_000] [--repeat 20] [--against CHECKOUT] [--scale 1]

Each checkout makes a library of its own in the folder, by `benchmarks/synthetic.py`, of photographs that are second
names of the 240 of `data/samples`. Milliseconds are from the key or the click to the last picture in sight, the median
of so many questions. What an earlier app has not (a grid that scrolls, a viewer) is left out for it.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
NAMES = ("Smiling", "Big_Nose", "Bangs", "Wavy_Hair", "Mouth_Slightly_Open", "Black_Hair", "Eyeglasses", "Wearing_Hat")
SECONDS = 4  # of scrolling

MAKE = """
import os, sqlite3, sys
from pathlib import Path
sys.path.insert(0, "benchmarks")
import synthetic
folder, faces = Path(sys.argv[1]), int(sys.argv[2])
synthetic.make(folder / "library", faces, embeddings=False)
samples, photographs = sorted(Path("data/samples").glob("*.jpg")), folder / "photographs"
with sqlite3.connect(folder / "library" / "library.db") as connection:
    for (photo,) in connection.execute("SELECT id FROM photo").fetchall():
        path = photographs / f"{photo % 1000:03}" / f"{photo:07}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(folder / samples[photo % len(samples)].name, path)
        change = "UPDATE photo SET path = ?, width = 178, height = 218 WHERE id = ?"
        connection.execute(change, [os.fsencode(path), photo])
    connection.execute('UPDATE face SET "left" = 0, top = 20, "right" = 178, bottom = 198')
"""
SERVE = """
import sys; from pathlib import Path; from ui.server import serve
sys.exit(serve(Path(sys.argv[1]), int(sys.argv[2]), [Path(sys.argv[1])], False))
"""
COUNT = "import sys; from retrieval.library import Library; print(Library.open(sys.argv[1]).count(sys.argv[2]))"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--faces", type=int, default=200_000)
    parser.add_argument("--repeat", type=int, default=20)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--scale", type=float, default=1, help="pixels of the screen to one of CSS")
    arguments = parser.parse_args()
    found = {}
    for name, checkout in {"here": ROOT, "against": arguments.against}.items():
        if checkout is not None:
            made = library(arguments.folder / name, checkout, arguments.faces)
            found[name] = measured(made, checkout, arguments)
            tell(name, found[name])


def library(folder: Path, checkout: Path, faces: int) -> Path:
    """A library of that many faces, made by a checkout if it is not there yet."""
    if not (folder / "library").exists():
        folder.mkdir(parents=True)
        for sample in (checkout / "data" / "samples").glob("*.jpg"):
            shutil.copy(sample, folder)
        subprocess.run(
            [sys.executable, "-c", MAKE, folder, str(faces)], cwd=checkout, env=environment(checkout), check=True
        )
    return folder / "library"


def measured(library: Path, checkout: Path, arguments: argparse.Namespace) -> dict[str, float]:
    """What is measured, by name."""
    counts = {query: counted(library, checkout, query) for query in queries(arguments.repeat)}
    with served(library, checkout) as address, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        size: Any = {"width": 1280, "height": 900}
        page = browser.new_page(viewport=size, device_scale_factor=arguments.scale)
        page.set_default_timeout(60_000)
        page.add_init_script(path=ROOT / "benchmarks" / "app.js")
        page.goto(address)
        page.wait_for_selector(".fq-there, [class*=st-key-card-] img")
        found = asking(page, counts)
        found |= narrowing(page, library, checkout, arguments.repeat)
        if page.locator(".fq-gallery").count():
            page.goto(address.split("?")[0] + "?sort=path")
            page.wait_for_selector(".fq-there")
            found |= looking(page, arguments.repeat)
        browser.close()
    return found


def looking(page: Page, repeat: int) -> dict[str, float]:
    """What the grid does by itself."""
    found = {"a tick, ms": median(lambda n: page.evaluate("n => watching.ticked(n)", n % 12), repeat)}
    for name, speed in {"slowly": 1_500, "fast": 12_000, "wildly": 200_000}.items():
        found[f"scrolling {name}, frames/s"], found[f"scrolling {name}, the longest frame, ms"] = page.evaluate(
            "given => watching.scrolled(...given)", [SECONDS, speed]
        )
    found["a jump to pictures, ms"] = median(
        lambda n: page.evaluate("place => watching.jumped(place)", (n * 0.37 + 0.05) % 1), repeat
    )
    if "changed" in page.request.get(page.url.split("?")[0] + "browser/viewer.js").text():
        found["enlarging, ms"] = median(lambda n: enlarged(page, n % 12), repeat)
    return found


def enlarged(page: Page, n: int) -> float:
    took: float = page.evaluate("n => watching.enlarged(n)", n)
    page.keyboard.press("Escape")
    page.wait_for_selector(".fq-v-viewer", state="hidden")
    return took


def asking(page: Page, counts: dict[str, int]) -> dict[str, float]:
    """A question that nobody has asked before."""
    field, times = page.locator(".fq-ask-query, .st-key-query input").first, []
    for query, count in counts.items():
        field.fill(query)
        page.evaluate("count => watching.answered(count)", faces(count))
        field.press("Enter")
        times.append(page.evaluate("watching.answer"))
    return {"a new question, ms": statistics.median(times), "a new question, the slowest, ms": max(times)}


def narrowing(page: Page, library: Path, checkout: Path, repeat: int) -> dict[str, float]:
    """A facet, clicked and clicked away."""
    counts = [counted(library, checkout, f"{NAMES[-1]} OR NOT {NAMES[-1]}"), counted(library, checkout, NAMES[0])]
    field, times = page.locator(".fq-ask-query, .st-key-query input").first, []
    page.evaluate("count => watching.answered(count)", faces(counts[0]))
    field.fill("")
    field.press("Enter")
    page.evaluate("watching.answer")
    page.evaluate("() => document.querySelectorAll('.fq-f-group').forEach(group => { group.open = true })")
    here = page.locator(".fq-f-name", has_text=re.compile(rf"^\s*{NAMES[0]}"))
    facet = page.locator(f".st-key-and-{NAMES[0]} button").or_(here).first
    for n in range(1, repeat + 1):
        page.evaluate("count => watching.answered(count)", faces(counts[n % 2]))
        facet.click()
        times.append(page.evaluate("watching.answer"))
    return {"a facet, ms": statistics.median(times), "a facet, the slowest, ms": max(times)}


def queries(number: int) -> Iterator[str]:
    for n in range(number):
        first, second = NAMES[n % len(NAMES)], NAMES[(n * 3 + 1 + n // len(NAMES)) % len(NAMES)]
        yield f"{first} AND NOT {second}" if first != second else f"{first} > 0.{50 + n}"


def counted(library: Path, checkout: Path, query: str) -> int:
    command = [sys.executable, "-c", COUNT, str(library), query]
    said = subprocess.run(
        command, cwd=checkout, env=environment(checkout), stdout=subprocess.PIPE, text=True, check=True
    )
    return int(said.stdout)


def faces(count: int) -> str:
    return f"{count:,} face{'s' * (count != 1)}"


def median(measure: Callable[[int], float], repeat: int) -> float:
    return statistics.median(measure(n) for n in range(repeat))


@contextmanager
def served(library: Path, checkout: Path) -> Iterator[str]:
    """The app of a checkout over a library; its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-c", SERVE, str(library), str(port)]
    process = subprocess.Popen(command, cwd=checkout, env=environment(checkout), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield next(filter(None, (re.search(r"http://127\.\S+", line) for line in process.stdout)))[0]
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    finally:
        process.kill()


def environment(checkout: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"}


def tell(name: str, found: dict[str, float]) -> None:
    for what, value in found.items():
        print(f"{name:8} {what:42} {value:8.1f}", flush=True)


if __name__ == "__main__":
    main()
