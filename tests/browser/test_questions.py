"""Pairs of faces that may be one person, judged by keys."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from retrieval.library import Library
from tests.bad_files import picture
from tests.browser.conftest import Visit, serving, visiting
from tests.retrieval.crowd import photographs
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.conftest import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Two pairs of faces that are nearly alike enough: 1 and 2, and, less so, 3 and 4."""
    vectors = [*photographs(1, 2, 0.7), *photographs(2, 2, 0.8)]
    with Library.create_or_open(tmp_path / "library") as library:
        for at, vector in enumerate(vectors):
            picture(at, (200, 200)).save(tmp_path / f"{at}.png")
            fill(library, [a_photo(str(tmp_path / f"{at}.png"), replace(a_face(at), embedding=vector))])
        library.people.group()
    return Shelf(tmp_path / "library", tmp_path)


@pytest.fixture
def visit(shelf: Shelf, browser: Browser) -> Iterator[Visit]:
    with serving(shelf) as address, visiting(browser, address) as visit:
        yield visit


def test_pairs_are_judged_by_keys_and_a_judgement_is_taken_back(visit: Visit) -> None:
    page = visit("people", ask="1")
    for key, shown in (("y", "0.png"), ("z", "2.png"), ("n", "0.png"), ("l", "2.png")):
        expect(page.get_by_text(shown)).to_be_visible()
        expect(page.get_by_role("button", name="Later")).to_have_count(1)
        page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')")
        page.keyboard.press(key)
    expect(page.get_by_text("All others are answered")).to_be_visible()
