"""The networks behind the pages."""

import json

import numpy as np
import pytest

import indexer.models
from indexer.read import UnreadableImage
from retrieval.library import Library
from retrieval.writing.store import Model
from tests.bad_files import encoded, picture
from tests.indexer.conftest import FakeFinder, FakeTagger
from tests.retrieval.made import MODEL
from tests.ui.conftest import Shelf
from ui.session import models


@pytest.mark.parametrize("faces", [0, 1, 3])
def test_a_picture_in_memory_has_its_faces_seen(faces: int) -> None:
    image = picture(0, (200, 100))
    image.putpixel((0, 0), (0, 0, faces * 64))
    seen = models.seen_in(encoded(image, "PNG"), FakeTagger(), FakeFinder())  # type: ignore[arg-type]
    assert len(seen) == faces
    assert all(abs(np.linalg.norm(face.embedding) - 1) < 1e-5 and face.jpeg[:2] == b"\xff\xd8" for face in seen)


def test_an_aligned_face_needs_no_finder() -> None:
    assert len(models.seen_in(encoded(picture(), "PNG"), FakeTagger(), models.finder_for("aligned"))) == 1  # type: ignore[arg-type]


def test_what_is_no_picture_has_a_reason() -> None:
    with pytest.raises(UnreadableImage):
        models.seen_in(b"no picture", FakeTagger(), None)  # type: ignore[arg-type]


def test_a_model_is_loaded_once_for_a_library(few: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[Library] = []
    monkeypatch.setattr(
        indexer.models, "tagger_for", lambda library, name, device: loaded.append(library) or FakeTagger()
    )
    with Library.open(few.library) as library:
        assert models.tagger_for(library) is models.tagger_for(library)
    assert len(loaded) == 1


def test_the_licence_of_a_model_is_what_its_card_says() -> None:
    card = '{"licence": "research only"}'
    assert models.licence(Model("f", "tiny", card, MODEL.thresholds)) == "research only"
    assert models.licence(MODEL) is None


def test_grades_are_those_of_the_models_card() -> None:
    figures = {"average_precision": 0.99, "support": 40, "expected_calibration_error": 0.01}
    card = json.dumps({"figures": {"test": {"images": 100, "attributes": {"Male": figures, "Oval_Face": figures}}}})
    assert models.grades(Model("f", "tiny", card, MODEL.thresholds)) == {"Male": "A", "Oval_Face": "D"}
    assert models.grades(Model("f", "tiny", "{}", MODEL.thresholds)) == {}
    assert models.grades(None) == {}
