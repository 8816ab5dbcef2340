"""The grades beside the facets."""

import json
from pathlib import Path

import pytest

from retrieval.attributes import ATTRIBUTES
from retrieval.library import Library
from retrieval.writing.store import Model
from tests.retrieval.made import a_face, a_photo
from tests.ui.conftest import Open, Shelf, at_ease, everything


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


def test_every_attribute_shows_its_grade_and_what_it_means(opened: Open, measured: Path) -> None:
    app = opened(measured)
    assert at_ease(app)
    male, oval = app.button(key="and-Male"), app.button(key="and-Oval_Face")
    assert male.label.endswith(":small[:gray[A]]")
    assert oval.label.endswith(":small[:gray[D]]")
    assert oval.help == "Oval face, grade D: a hint at best."
    assert "A to D" in everything(app)


def test_a_model_that_was_not_measured_has_no_grades(opened: Open, few: Shelf) -> None:
    app = opened(few.library)
    assert app.button(key="and-Male").label == "Male\\*"
    assert "A to D" not in everything(app)
