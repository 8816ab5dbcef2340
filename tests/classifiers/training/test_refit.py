import numpy as np
import pytest
import torch

from classifiers.training.refit import Layer, Seen, refitted

TRUE = torch.randn(40, 12, generator=torch.Generator().manual_seed(0))


def faces(count: int, seed: int) -> Seen:
    features = torch.randn(count, 12, generator=torch.Generator().manual_seed(seed)).relu()
    return Seen(features, (features @ TRUE.T > 0).numpy())


@pytest.fixture
def worse() -> Layer:
    """The layer that the labels come from, disturbed."""
    noise = torch.randn(40, 12, generator=torch.Generator().manual_seed(5))
    return Layer(TRUE + 0.8 * noise, torch.zeros(40))


def test_a_layer_is_fitted_to_the_faces_as_they_are(worse: Layer) -> None:
    layer, before, after = refitted(worse, faces(600, 1), faces(200, 2))
    assert after > before + 0.02 and layer is not worse
    again = refitted(worse, faces(600, 1), faces(200, 2))[0]
    assert torch.equal(again.weight, layer.weight) and torch.equal(again.bias, layer.bias)


def test_a_layer_that_is_best_already_stays(worse: Layer) -> None:
    best, training = Layer(TRUE, torch.zeros(40)), faces(30, 1)
    wrong = Seen(training.features, ~training.labels)
    layer, before, after = refitted(best, wrong, faces(200, 2))
    assert layer is best and before == after == pytest.approx(1, abs=1e-6)


def test_labels_that_are_not_known_are_the_layer_s_own_word(worse: Layer) -> None:
    training = faces(300, 1)
    known = np.zeros_like(training.labels)
    unknown = Seen(training.features, ~training.labels, known)
    layer, before, after = refitted(worse, unknown, faces(200, 2))
    assert after == pytest.approx(before, abs=1e-3) and torch.allclose(layer.weight, worse.weight, atol=0.05)
