"""The app in a real browser: Chromium from the system's packages, by Playwright. Without one its tests are skipped."""

import calendar
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from retrieval.facts import Facts
from retrieval.library import Library
from tests.bad_files import picture
from tests.retrieval.made import ENVIRONMENT, a_face, a_photo, fill
from tests.ui.conftest import Shelf, make_shelf
from ui import server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
FIRST = "test_first_minute.py"
REFUSED = 400  # an answer of ours, with the reason; what is above it nobody should ask for
PATIENCE = 30_000  # ms; other jobs share the machine
FACES = 70
MONTHS = 24  # from January 2022, with as many faces as the month's number
CAMERAS = ("X<b>100</b>", "Z9")
PARIS, SYDNEY = (48.85, 2.35), (-33.87, 151.2)

Visit = Callable[..., Page]
expect.set_options(timeout=PATIENCE)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What fails in a browser is tried once more, and the summary counts it: on a machine that is busy a page may be
    drawn between a look and a click. All but the first minute are lengthy.
    """
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.flaky(reruns=1))
            if item.path.name != FIRST:
                item.add_marker(pytest.mark.lengthy)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A Chromium that runs for all tests here, and no longer: Playwright has an event loop, and other tests theirs."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed here (Debian's package is called chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def serving(shelf: Shelf) -> Iterator[str]:
    """An app over a library, as `facequery ui` starts it; its address with the token."""
    with socket.create_server((server.ADDRESS, 0)) as free:
        port = int(free.getsockname()[1])
    program = "import sys; from pathlib import Path; from ui.server import serve; "
    program += "sys.exit(serve(Path(sys.argv[1]), int(sys.argv[2]), [Path(sys.argv[3])], False))"
    command = [sys.executable, "-c", program, str(shelf.library), str(port), str(shelf.photographs)]
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        found = next(filter(None, (re.search(r"http://127\.\S+", line) for line in process.stdout)))
        yield found[0]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="package")
def looked_at(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The address of an app over 70 faces, for tests that only look."""
    shelf = make_shelf(tmp_path_factory.mktemp("browser"), [f"{number:03}.png" for number in range(FACES)])
    with serving(shelf) as address:
        yield address


@pytest.fixture
def visit(browser: Browser, looked_at: str) -> Iterator[Visit]:
    """Opens a page of that app: `visit("search", q="Smiling")`; nothing may go wrong in it."""
    with visiting(browser, looked_at) as opened:
        yield opened


@pytest.fixture
def visit_own(browser: Browser, shelf: Shelf) -> Iterator[Visit]:
    """As `visit`, for tests that change what is there: an app over the module's own `shelf`."""
    with serving(shelf) as address, visiting(browser, address) as opened:
        yield opened


@contextmanager
def visiting(browser: Browser, address: str) -> Iterator[Visit]:
    """Opens pages of the app at `address` by path and parameters, each in a window of its own; in the end no page may
    have had an error in a script, have asked another address, or asked for what is not there.
    """
    wrong: list[str] = []
    root = address.split("?")[0]
    contexts = []

    def visit(path: str = "", *, size: dict[str, int] = DESKTOP, dark: bool = False, **params: str) -> Page:
        context = browser.new_context(viewport=size, color_scheme="dark" if dark else "light")  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("response", lambda one: wrong.append(f"{one.status} for {one.url}") if one.status > REFUSED else None)
        page.on("request", lambda asked: None if _is_ours(asked.url, root) else wrong.append(f"asks {asked.url}"))
        context.request.get(address)  # the cookie, without drawing a page for it
        page.goto(root + path + "?" + "&".join(f"{name}={value}" for name, value in params.items()))
        return page

    yield visit
    for context in contexts:
        context.close()
    assert wrong == []


def _is_ours(url: str, root: str) -> bool:
    return url.startswith((root, root.replace("http:", "ws:"), "data:", "blob:"))


@pytest.fixture(scope="package")
def abroad(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """The address of an app over photographs of two years, by two cameras, in Paris and Sydney."""
    root = tmp_path_factory.mktemp("abroad")
    shelf = Shelf(root / "library", root / "photographs")
    photos = []
    for at in range(MONTHS):
        year, month = 2022 + at // 12, at % 12 + 1
        folder = shelf.photographs / str(year) / "<i>summer</i>"
        folder.mkdir(parents=True, exist_ok=True)
        picture(at, (200, 200)).save(folder / f"{at}.png", "PNG")
        facts = Facts(
            calendar.timegm((year, month, 3, 12, 0, 0)), None, CAMERAS[at % 2], None, *(PARIS, SYDNEY)[at % 2]
        )
        faces = [a_face(at * 20 + face, Smiling=(face + 0.5) / 13) for face in range(month)]
        photos.append(replace(a_photo(str(folder / f"{at}.png"), *faces), facts=facts))
    with Library.create_or_open(shelf.library) as library:
        fill(library, photos)
    with serving(shelf) as address:
        yield address


@pytest.fixture
def visit_abroad(browser: Browser, abroad: str) -> Iterator[Visit]:
    with visiting(browser, abroad) as opened:
        yield opened


def query_of(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("q", [""])[0]


def asks(page: Page, query: str) -> None:
    """Waits until the URL asks that."""
    page.wait_for_url(lambda url: parse_qs(urlsplit(url).query).get("q", [""])[0] == query)
