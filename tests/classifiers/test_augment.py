import numpy as np
import pytest
import torch

from classifiers.augment import augmented, relit, views


def test_a_face_keeps_its_size_range_and_memory_of_its_own() -> None:
    faces = np.random.default_rng(0).integers(0, 256, (6, 48, 48, 3), np.uint8)
    before = faces.copy()
    seen = augmented(faces, 32, np.random.default_rng(1))
    assert seen.shape == (6, 3, 32, 32)
    assert 0 <= seen.min() < seen.max() <= 1
    assert (faces == before).all()


def test_the_same_seed_changes_a_face_in_the_same_way_and_another_seed_otherwise() -> None:
    faces = np.random.default_rng(0).integers(0, 256, (4, 48, 48, 3), np.uint8)
    first, again, other = (augmented(faces, 32, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_face_does_not_depend_on_the_others_pixels() -> None:
    faces = np.random.default_rng(0).integers(0, 256, (4, 48, 48, 3), np.uint8)
    others = faces.copy()
    others[1:] = 0
    one, two = (augmented(f, 32, np.random.default_rng(1))[0] for f in (faces, others))
    assert torch.allclose(one, two)


def test_half_of_the_views_are_mirrored_and_all_stay_near_the_face() -> None:
    maps = views(2000, np.random.default_rng(0))
    mirrored = (torch.linalg.det(maps[:, :, :2]) < 0).float().mean()
    assert 0.45 < mirrored < 0.55
    assert maps[:, :, 2].abs().max() <= 0.14
    side = torch.linalg.det(maps[:, :, :2]).abs().sqrt()
    assert side.min() >= 0.81
    assert side.max() <= 1.07


@pytest.mark.parametrize("grey", [0.0, 0.5, 1.0])
def test_light_leaves_a_grey_face_grey(grey: float) -> None:
    lit = relit(torch.full((8, 3, 4, 4), grey), np.random.default_rng(0))
    assert torch.allclose(lit, lit.mean((1, 2, 3), keepdim=True).expand_as(lit), atol=1e-6)
