"""What the filter is given to draw; how it is drawn and tapped is looked at in `tests/browser`."""

import json
from pathlib import Path
from typing import Any

import pytest

from retrieval.attributes import ATTRIBUTES
from retrieval.language.query import parsed
from retrieval.library import Library
from retrieval.writing.store import Model
from tests.retrieval.made import a_face, a_photo
from tests.ui.conftest import Open, Shelf, at_ease
from ui.session import models
from ui.widgets import facets
from ui.widgets.facets import shown


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """A library whose model ranks nearly perfectly."""
    figures = {"average_precision": 0.99, "support": 40, "expected_calibration_error": 0.01}
    card = {"figures": {"test": {"images": 100, "attributes": dict.fromkeys(ATTRIBUTES, figures)}}}
    model = Model("f" * 64, "tiny", json.dumps(card), dict.fromkeys(ATTRIBUTES, 0.5))
    with (
        Library.create_or_open(tmp_path / "library") as library,
        library.writer(model) as writer,
        writer.batch() as batch,
    ):
        batch.add(a_photo(str(tmp_path / "1.png"), a_face(1)))
    return tmp_path / "library"


def rows(data: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for group in data["groups"] for row in group["rows"]}


def of(folder: Path, query: str = "") -> dict[str, dict[str, Any]]:
    """The rows that a query is answered with."""
    with Library.open(folder) as library:
        read = parsed(query) if query else None
        return rows(shown(library.facets(read), read, models.grades(library.model), library.browse.known()))


def test_every_attribute_has_its_grade_and_what_it_means(measured: Path) -> None:
    found = of(measured)
    assert sorted(found) == sorted(ATTRIBUTES)
    assert found["Male"]["grade"] == "A" and found["Oval_Face"]["grade"] == "D"
    assert found["Oval_Face"]["said"][0] == "Oval face, grade D: a hint at best."
    assert found["Male"]["label"] == "Male*" and "opinion" in found["Male"]["said"][1]


def test_a_model_that_was_not_measured_has_no_grades(few: Shelf) -> None:
    found = of(few.library)
    assert found["Smiling"]["grade"] is None and found["Smiling"]["said"] == []


def test_counts_are_of_what_matches(few: Shelf) -> None:
    with Library.open(few.library) as library:
        counts = library.facets("Male").counts
    assert {name: row["count"] for name, row in of(few.library, "Male").items()} == counts


def test_what_the_query_says_of_an_attribute_is_shown_beside_it(few: Shelf) -> None:
    found = of(few.library, "Smiling > 0.1 AND NOT Bald AND Male")
    assert [found[name]["chosen"] for name in ("Smiling", "Bald", "Male", "Young")] == [True, False, True, None]
    assert [found[name]["at"] for name in ("Smiling", "Bald")] == ["> 0.1", None]


def test_the_page_draws_it_with_what_the_library_knows(
    opened: Open, few: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(facets, "browser_part", lambda part, data, **_: drawn.append((part, data)))
    assert at_ease(opened(few.library, q="Male OR NOT Male"))
    ((part, data),) = drawn
    assert (part, data["query"], data["total"], data["cameras"]) == ("facets", "Male OR NOT Male", 3, False)
