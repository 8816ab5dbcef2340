from dataclasses import replace

import numpy as np
import pytest
import torch

from classifiers.hyperparameters import Hyperparameters
from classifiers.teaching.augment import places
from classifiers.teaching.looks import Looks, looks

FACES = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (20, 48, 48, 3), np.uint8))
HYPER = Hyperparameters(model="tiny", size=16, augment=True)


def seen(hyper: Hyperparameters, others: torch.Tensor | None = None, seed: int = 0) -> Looks:
    return looks(FACES, others, hyper, 32, np.random.default_rng(seed), torch.Generator().manual_seed(seed))


def test_poor_pictures_are_what_the_student_sees_alone() -> None:
    plain, poor = seen(HYPER), seen(replace(HYPER, poor=0.5))
    assert poor.faces.shape == (20, 3, 16, 16) and poor.view.shape == (20, 3, 32, 32)
    changed = (plain.faces - poor.faces).abs().mean((1, 2, 3))
    assert (changed > 0).all()  # all are in another light
    assert (plain.view != poor.view).flatten(1).any(1).all()  # in their own light


def test_what_is_described_is_in_its_own_light_too() -> None:
    assert torch.equal(seen(replace(HYPER, describe=True)).view, seen(replace(HYPER, poor=0.5)).view)


def test_the_last_are_blended_with_others() -> None:
    others = 255 - FACES[:6]
    plain, mixed = seen(replace(HYPER, describe=True)), seen(replace(HYPER, describe=True, blend=0.3), others)
    assert torch.equal(plain.view[:14], mixed.view[:14])
    changed = (plain.view[14:] - mixed.view[14:]).abs().mean((1, 2, 3))
    assert (changed > 0.02).all()
    dark = looks(torch.zeros_like(FACES), torch.full_like(others, 255), replace(HYPER, describe=True, blend=0.3), 32,
                 np.random.default_rng(0), torch.Generator().manual_seed(0)).view[14:]  # fmt: skip
    assert (dark[:3].std((1, 2, 3)) < 1e-5).all() and (dark[3:].std((1, 2, 3)) > 0.1).all()  # evenly, and from a side
    assert dark[:3].min() >= 0.2 and dark[:3].max() <= 0.8


def test_without_augmentation_too_faces_are_blended() -> None:
    plain = looks(FACES, FACES[:6], replace(HYPER, augment=False, blend=0.3), 48, np.random.default_rng(0),
                  torch.Generator().manual_seed(0))  # fmt: skip
    assert plain.view.shape == (20, 3, 48, 48)


@pytest.mark.parametrize(("share", "least", "most"), [(0.0, 0, 0), (0.5, 60, 140), (1.0, 200, 200)])
def test_a_share_of_the_views_is_bent_a_little(share: float, least: int, most: int) -> None:
    straight, bent = (places(200, 24, torch.Generator().manual_seed(0), each) for each in (0.0, share))
    moved = (straight - bent).abs().amax((1, 2, 3))
    assert least <= int((moved > 0).sum()) <= most and moved.max() < 0.2


def test_what_is_off_draws_nothing() -> None:
    """So that a run of before is the same run."""
    first, second = seen(HYPER), seen(replace(HYPER, keep="last", refit=True))
    assert torch.equal(first.faces, second.faces) and torch.equal(first.view, second.view)
