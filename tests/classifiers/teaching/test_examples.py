"""What a run learns from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from classifiers.cards.preprocessing import Preprocessing
from classifiers.hyperparameters import Hyperparameters, RunError
from classifiers.networks import checkpoint
from classifiers.sets.face_sets import FaceSet
from classifiers.teaching import distill, examples
from classifiers.teaching.examples import Examples, InFiles, Told, batches, gathered
from classifiers.training import train

TINY = Hyperparameters(model="tiny", size=16, features=8, epochs=1, batch_size=8)
PREPARED = Preprocessing(16)


def test_sets_follow_one_another_with_what_is_known_of_each(sets: list[FaceSet], tmp_path: Path) -> None:
    np.save(tmp_path / "d.npy", np.random.default_rng(0).normal(size=(76, 4)).astype(np.float16))
    hyper = replace(TINY, identity=0.1, descriptors=str(tmp_path / "d.npy"), point=0.2)
    found = gathered(sets, hyper, PREPARED, tmp_path / "cache", "cpu")
    told = found.told
    assert len(found.pixels) == 76 and told.labels.shape == (76, 40)
    assert told.known is not None and told.known[:64].all() and told.known[64:].sum() == 8
    assert found.partial.tolist() == [False] * 64 + [True] * 12
    assert told.people is not None and told.people[64:68].unique().tolist() == [16] and (told.people[68:] == -1).all()
    assert told.descriptors is not None and told.descriptors.shape == (76, 4)
    fewer = gathered(sets, replace(hyper, limit=10), PREPARED, tmp_path / "cache", "cpu").told
    assert fewer.descriptors is not None and fewer.labels.shape == (20, 40)
    assert torch.equal(fewer.descriptors, torch.cat((told.descriptors[:10], told.descriptors[64:74])))
    assert torch.equal(fewer.labels, torch.cat((told.labels[:10], told.labels[64:74])))


def test_descriptors_of_other_images_are_refused(sets: list[FaceSet], tmp_path: Path) -> None:
    np.save(tmp_path / "d.npy", np.ones((64, 4), np.float32))
    hyper = replace(TINY, descriptors=str(tmp_path / "d.npy"), point=0.2)
    with pytest.raises(RunError, match="describes 64 images, and there are 76"):
        gathered(sets, hyper, PREPARED, tmp_path / "cache", "cpu")


def test_an_epoch_draws_a_share_of_the_images_with_unknown_labels(sets: list[FaceSet], tmp_path: Path) -> None:
    found = gathered(sets, TINY, PREPARED, tmp_path / "cache", "cpu")
    hyper = replace(TINY, partial=0.5, batch_size=70)
    assert (found.drawn(0.5), found.drawn(1.0), found.drawn(0.0)) == (70, 76, 64)
    drawn = [next(batches(found, hyper, epoch)).told.known for epoch in (0, 0, 1)]
    assert all(known is not None and len(known) == 70 and (~known.all(1)).sum() == 6 for known in drawn)
    assert torch.equal(*drawn[:2])  # type: ignore[arg-type]


def test_pixels_in_files_and_on_the_device_make_the_same_batches() -> None:
    parts = [np.random.default_rng(n).integers(0, 256, (n, 32, 32, 3), np.uint8) for n in (5, 20, 11)]
    whole, told = np.concatenate(parts), Told(torch.eye(36, 40))
    both = [torch.from_numpy(whole), InFiles(parts, "cpu")]
    chosen = torch.tensor([35, 0, 5, 4, 24, 25, 4])
    assert len(both[1]) == 36 and torch.equal(both[0][chosen], both[1][chosen])
    hyper = replace(TINY, augment=True, coarse=0.2, erase=0.5)
    one, two = ([b.faces for b in batches(Examples(p, told, np.zeros(36, bool)), hyper, 3)] for p in both)
    assert len(one) == 4 and all(torch.equal(*pair) for pair in zip(one, two, strict=True))


def test_pixels_are_copied_to_the_device_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [np.random.default_rng(n).integers(0, 256, (n, 4, 4, 3), np.uint8) for n in (5, 20, 11)]
    assert isinstance(examples.held(parts, "cpu"), InFiles)
    monkeypatch.setattr(examples, "fits", lambda size, device: size == 36 * 48)
    monkeypatch.setattr(examples, "CHUNK", 8)
    held = examples.held(parts, "cpu")
    assert isinstance(held, torch.Tensor) and (held.numpy() == np.concatenate(parts)).all()


def test_the_student_sees_a_small_copy_of_the_view_and_alone_sees_the_squares() -> None:
    faces = np.random.default_rng(0).integers(0, 256, (32, 36, 36, 3), np.uint8)
    some = Examples(torch.from_numpy(faces), Told(torch.zeros(32, 40)), np.zeros(32, bool))
    hyper = replace(TINY, augment=True, batch_size=32)
    (plain,), (hit,) = (list(batches(some, replace(hyper, erase=share), 0, 24)) for share in (0.0, 1.0))
    assert plain.view.shape == (32, 3, 24, 24) and plain.faces.shape == (32, 3, 16, 16)
    assert torch.equal(plain.view, hit.view)
    assert (plain.faces != hit.faces).flatten(1).any(1).all()


def test_teachers_say_of_a_view_what_their_model_says_of_the_image(teacher: Path) -> None:
    face = torch.rand(3, 3, 24, 24)
    said = distill.Teachers([str(teacher)] * 2, "cpu")
    assert (said.size, said.width) == (24, 2 * 2048)
    probabilities, hints = said.say(face)
    network, card = checkpoint.load(teacher)
    pixels = (face * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    expected = card.calibration.probabilities(train.predict(network, card.preprocessing, pixels, autocast=True).logits)
    assert torch.allclose(probabilities, torch.from_numpy(expected), atol=0.02)
    assert hints.norm(dim=1).tolist() == pytest.approx([2**0.5] * 3, rel=1e-3)
    assert said.say(torch.rand(3, 3, 40, 40)).probabilities.shape == (3, 40)


@pytest.mark.parametrize("known", [None, torch.ones(20, 40, dtype=torch.bool)])
def test_of_faces_that_are_blended_nobody_knows_anything(known: torch.Tensor | None) -> None:
    faces = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (20, 24, 24, 3), np.uint8))
    some = Examples(faces, Told(torch.eye(20, 40), known, people=torch.arange(20)), np.zeros(20, bool))
    hyper = replace(TINY, augment=True, blend=0.3, batch_size=10, poor=0.5)
    first, second = batches(some, hyper, 0, 24)
    again = next(batches(some, hyper, 0, 24))
    for batch in (first, second):
        assert (
            batch.poor == 5
            and len(batch.others) == 3
            and torch.equal(batch.told.labels, some.told.labels[batch.chosen])
        )
        assert batch.told.known is not None and batch.told.known[:7].all() and not batch.told.known[7:].any()
        assert batch.told.people is not None
        assert torch.equal(batch.told.people[:7], batch.chosen[:7]) and (batch.told.people[7:] == -1).all()
    assert torch.equal(first.faces, again.faces) and torch.equal(first.others, again.others)
    assert not torch.equal(first.others, second.others)
    assert some.told.people is not None and (some.told.people >= 0).all()
