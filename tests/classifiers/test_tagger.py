from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from classifiers.cards.card import Card
from classifiers.cards.preprocessing import ALIGNED, Preprocessing
from classifiers.networks import checkpoint
from classifiers.networks.architectures import build
from classifiers.networks.processor import Processor
from classifiers.tagger import SIZES, Tagger


@pytest.fixture(scope="module", params=["tiny", "densenet121"])
def tagger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Tagger:
    folder = tmp_path_factory.mktemp(request.param)
    torch.manual_seed(0)
    checkpoint.save(folder, build(request.param), Card(request.param, Preprocessing(64)))
    return Tagger.load(str(folder), "cpu")


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (50, 64, 64, 3), dtype=np.uint8)


ROUNDED = 2**-9  # of a number below 1 that is computed in bfloat16


def test_a_prediction_does_not_depend_on_batch_mates(tagger: Tagger, faces: np.ndarray) -> None:
    some = faces[:48]  # parts of one size, however many the processor takes at once
    whole, others = tagger.tag(some), tagger.tag(np.roll(some, 5, axis=0))
    for field in ("probabilities", "embeddings"):
        assert np.array_equal(np.roll(getattr(whole, field), 5, axis=0), getattr(others, field))


def test_a_prediction_depends_on_the_batch_size_by_no_more_than_rounding(tagger: Tagger, faces: np.ndarray) -> None:
    """Processors are given other orders of adding for other sizes: of fifty random faces one or two round otherwise."""
    whole = tagger.tag(faces)
    for size in (1, 2, 7, 32):
        parts = [tagger.tag(faces[start : start + size]) for start in range(0, 50, size)]
        for field in ("probabilities", "embeddings"):
            found = np.concatenate([getattr(part, field) for part in parts])
            apart = np.abs(found - getattr(whole, field)).max(axis=1)
            assert apart.max() <= ROUNDED and np.median(apart) <= 1e-5


def test_tags_are_probabilities_and_unit_vectors(tagger: Tagger, faces: np.ndarray) -> None:
    tags = tagger.tag(faces)
    assert tags.probabilities.shape == (50, 40) and tags.embeddings.shape == (50, 512)
    assert tags.probabilities.dtype == tags.embeddings.dtype == np.float32
    assert ((tags.probabilities >= 0) & (tags.probabilities <= 1)).all()
    assert np.linalg.norm(tags.embeddings, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_faces_have_no_tags(tagger: Tagger) -> None:
    assert tagger.tag(np.empty((0, 64, 64, 3), np.uint8)).probabilities.shape == (0, 40)
    assert tagger.probabilities(np.empty((0, 64, 64, 3), np.uint8)).shape == (0, 40)


def test_many_faces_some_at_a_time_are_tagged_alike(tagger: Tagger, faces: np.ndarray) -> None:
    many = np.concatenate([faces, faces[::-1]])
    done: list[tuple[int, int]] = []
    found = tagger.probabilities(many, lambda *progress: done.append(progress))
    assert (
        np.abs(found - np.concatenate([tagger.tag(part).probabilities for part in (faces, faces[::-1])])).max() < 1e-5
    )
    assert done == sorted(done) and done[0][0] <= 64 and done[-1] == (100, 100)


def test_the_transform_is_the_cards(tagger: Tagger) -> None:
    face = Image.new("RGB", ALIGNED, (10, 20, 30))
    assert (tagger.prepare(face) == (10, 20, 30)).all()
    assert tagger.prepare(face).shape == (64, 64, 3)


def test_a_model_is_recorded_with_all_that_a_library_keeps(tagger: Tagger) -> None:
    model = tagger.model()
    assert model["fingerprint"] == tagger.card.fingerprint
    assert checkpoint.card_from_json(model["card"], Path("card")) == tagger.card
    assert model["thresholds"]["Young"] == 0.5


def test_a_network_may_be_shown_faces_of_another_size(tagger: Tagger, faces: np.ndarray) -> None:
    larger = np.pad(faces[:3], ((0, 0), (0, 8), (0, 8), (0, 0)))
    assert tagger.logits(larger).shape == (3, 40)
    assert np.abs(tagger.logits(faces[:3]) - tagger.logits(larger)).max() > 1e-4


@pytest.mark.lengthy
def test_the_processor_is_given_few_different_numbers_of_faces(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes longer to be ready for another number than the faces themselves take."""
    numbers, each = set[int](), Processor.each
    monkeypatch.setattr(Processor, "each", lambda self, batches: each(self, map(noted(numbers), batches)))
    for number in range(1, 40):
        assert len(tagger.tag_all(np.zeros((number, 64, 64, 3), np.uint8)).probabilities) == number
    assert numbers <= set(SIZES)


def noted(numbers: set[int]) -> Callable[[np.ndarray], np.ndarray]:
    def note(batch: np.ndarray) -> np.ndarray:
        numbers.add(len(batch))
        return batch

    return note
