"""The page as a whole, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, FACES, PHONE, Visit


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_first_page_says_how_many_faces_there_are(visit: Visit, size: dict[str, int], dark: bool) -> None:
    page = visit(size=size, dark=dark)
    expect(page.get_by_text(f"{FACES} faces").first).to_be_visible()


def test_our_own_scripts_and_thumbnails_come_from_the_apps_own_server(visit: Visit) -> None:
    page = visit()
    root = page.url.split("?")[0]
    picture = page.request.get(f"{root}thumbnails/1")
    assert picture.ok and picture.headers["content-type"] == "image/jpeg"
    assert page.request.get(f"{root}thumbnails/0").status == 400
    assert "export default" in page.request.get(f"{root}browser/mount.js").text()
    assert page.request.get(f"{root}browser/nothing.js").status == 404
