import pytest
import torch

from classifiers.networks.inference import unit


def test_features_that_are_all_zero_still_have_a_direction() -> None:
    assert torch.linalg.norm(unit(torch.zeros(1, 512))).item() == pytest.approx(1)
