from typing import Any

import numpy as np
import pytest

from retrieval.writing.store import Face, Model, Photo
from tests.retrieval.made import MODEL, a_face, probabilities, sha256, vector

BOX = (0, 0, 178, 218)


def with_value(values: Any, value: float) -> Any:
    values[3] = value
    return values


@pytest.mark.parametrize(
    "embedding",
    [
        with_value(vector(1), np.nan),
        with_value(vector(1), np.inf),
        with_value(vector(1), -np.inf),
        np.zeros(512, np.float32),
        vector(1) * np.float32(1.01),
        vector(1)[:511],
        np.append(vector(1), np.float32(0)),
        vector(1)[None],
        vector(1).astype(np.float64),
        vector(1).astype(np.float16),
        vector(1).tolist(),
        None,
    ],
    ids=["nan", "inf", "-inf", "zero", "long", "511", "513", "2-d", "float64", "float16", "list", "none"],
)
def test_what_is_not_a_unit_vector_is_refused(embedding: Any):
    with pytest.raises(ValueError, match="embedding"):
        Face(BOX, None, None, probabilities(1), embedding)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -0.1, 1.1])
def test_what_is_not_a_probability_is_refused(value: float):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Face(BOX, None, None, with_value(probabilities(1), value), vector(1))


def test_thirty_nine_probabilities_are_refused():
    with pytest.raises(ValueError, match=r"float32\[40\], not float32\[39\]"):
        Face(BOX, None, None, probabilities(1)[:39], vector(1))


@pytest.mark.parametrize("box", [(0, 0, 0, 5), (5, 0, 1, 5), (0, 5, 5, 5), (0, 0, float("nan"), 5)])
def test_a_box_without_area_is_refused(box: Any):
    with pytest.raises(ValueError):
        Face(box, None, None, probabilities(1), vector(1))


@pytest.mark.parametrize(
    ("score", "landmarks"), [(float("nan"), None), (float("inf"), None), (None, ((0.0, float("nan")),))]
)
def test_scores_and_landmarks_are_finite(score: Any, landmarks: Any):
    with pytest.raises(ValueError, match="finite"):
        Face(BOX, landmarks, score, probabilities(1), vector(1))


@pytest.mark.parametrize(
    ("outcome", "reason", "digest", "faces"),
    [
        ("faces", None, sha256("x"), ()),
        ("no_face", None, sha256("x"), (a_face(),)),
        ("unreadable", "cut short", None, (a_face(),)),
        ("unreadable", None, None, ()),
        ("no_face", None, None, ()),
    ],
)
def test_a_photograph_says_what_became_of_it(outcome: Any, reason: Any, digest: Any, faces: Any):
    with pytest.raises(ValueError):
        Photo("/x", 1, 1, digest, 1, 1, outcome, reason, faces)


@pytest.mark.parametrize("thresholds", [{}, {**MODEL.thresholds, "Nose": 0.5}, {**MODEL.thresholds, "Male": 1.5}])
def test_a_model_has_a_threshold_for_each_attribute(thresholds: dict[str, float]):
    with pytest.raises(ValueError, match="threshold"):
        Model("f", "tiny", "{}", thresholds)


def test_a_card_is_json():
    with pytest.raises(ValueError):
        Model("f", "tiny", "not json", MODEL.thresholds)
