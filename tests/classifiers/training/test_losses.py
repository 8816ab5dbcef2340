import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy

from classifiers.training.losses import (
    LOSSES,
    asymmetric,
    class_weights,
    focal,
    logit_adjusted,
    named,
    weighted_loss,
)
from ui.study.hyperparameters import LossName


@st.composite
def batches(draw: st.DrawFn) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits and targets, soft ones among them."""
    random = torch.Generator().manual_seed(draw(st.integers(0, 2**31)))
    logits = torch.randn(4, 40, generator=random) * draw(st.floats(0.1, 30))
    targets = torch.rand(4, 40, generator=random)
    return logits, targets if draw(st.booleans()) else targets.round()


@settings(deadline=None)
@given(batches())
def test_without_focus_every_loss_is_the_cross_entropy(batch: tuple[torch.Tensor, torch.Tensor]) -> None:
    logits, targets = batch
    plain = cross_entropy(logits, targets)
    assert torch.allclose(focal(logits, targets, gamma=0), plain, rtol=1e-4)
    assert torch.allclose(focal(logits, targets, gamma=0, alpha=0.5), plain / 2, rtol=1e-4)
    assert torch.allclose(asymmetric(logits, targets, 0, 0, clip=0), plain, rtol=1e-4)
    assert torch.allclose(logit_adjusted(logits, targets, torch.full((40,), 0.5)), plain, rtol=1e-4)
    assert torch.allclose(logit_adjusted(logits, targets, torch.full((40,), 0.1), tau=0), plain, rtol=1e-4)


@settings(deadline=None)
@given(batches(), st.floats(0.5, 4))
def test_a_focal_loss_is_an_asymmetric_one_with_equal_gammas(
    batch: tuple[torch.Tensor, torch.Tensor], gamma: float
) -> None:
    logits, targets = batch
    assert torch.allclose(focal(logits, targets, gamma), asymmetric(logits, targets, gamma, gamma, clip=0), rtol=1e-4)


@pytest.mark.parametrize("name", [name for name in LOSSES if name != "bce"])
@pytest.mark.parametrize("size", [1.0, 50.0, 500.0])
def test_losses_and_gradients_are_finite_however_sure_a_network_is(name: str, size: float) -> None:
    logits = torch.tensor([[-size, size] * 20] * 2, requires_grad=True)
    loss = named(name, torch.full((40,), 0.02))(logits, torch.tensor([[1.0] * 40, [0.0] * 40]), None)
    loss.backward()
    assert torch.isfinite(loss)
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


def one(logit: float, target: float) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.full((1, 40), logit), torch.full((1, 40), target)


def test_the_published_value_of_an_easy_example_under_the_focal_loss() -> None:
    """Lin et al.: with gamma 2, an example classified with p = 0.9 has 100 times less loss than by cross-entropy."""
    easy = one(torch.logit(torch.tensor(0.9)).item(), 1.0)
    assert (cross_entropy(*easy) / focal(*easy)).item() == pytest.approx(100, rel=1e-3)


def test_easy_negatives_below_the_clip_count_nothing_and_easy_positives_do() -> None:
    assert asymmetric(*one(-4.0, 0.0)).item() == 0
    assert asymmetric(*one(4.0, 1.0)).item() > 0


def test_an_asymmetric_loss_minds_a_missed_positive_more_than_a_false_one() -> None:
    assert asymmetric(*one(-1.0, 1.0)) > asymmetric(*one(1.0, 0.0))


def test_learning_by_adjusted_logits_leaves_the_frequency_out_of_them() -> None:
    """With nothing to see, cross-entropy learns the log-odds of the frequency, and the adjusted one 0."""
    targets = (torch.arange(100) < 5).float()[:, None].expand(100, 40)
    frequency = torch.full((40,), 0.05)
    learned = []
    for adjusted in (False, True):
        bias = torch.zeros(40, requires_grad=True)
        optimizer = torch.optim.LBFGS([bias], max_iter=100)

        def closure(
            bias: torch.Tensor = bias, optimizer: torch.optim.LBFGS = optimizer, adjusted: bool = adjusted
        ) -> torch.Tensor:
            optimizer.zero_grad()
            logits = bias.expand(100, 40)
            loss = logit_adjusted(logits, targets, frequency) if adjusted else cross_entropy(logits, targets)
            loss.backward()
            return loss

        optimizer.step(closure)
        learned.append(bias.mean().item())
    assert learned == pytest.approx([torch.logit(frequency[0]).item(), 0], abs=0.05)


def test_a_run_learns_by_the_loss_it_names_and_then_without_weights() -> None:
    labels = np.random.default_rng(0).random((50, 40)) < 0.2
    logits, targets = torch.randn(50, 40), torch.from_numpy(labels).float()
    for weighting in ("none", "inverse"):
        weights = class_weights(labels, weighting, "focal")
        assert torch.equal(weighted_loss(logits, targets, weights), focal(logits, targets))
    frequency = torch.from_numpy(labels.mean(0)).float()
    adjusted = weighted_loss(logits, targets, class_weights(labels, "none", "logit-adjusted"))
    assert torch.allclose(adjusted, logit_adjusted(logits, targets, frequency))


@pytest.mark.parametrize("name", LOSSES)
def test_what_is_not_known_neither_counts_nor_moves_a_network(name: str) -> None:
    random = np.random.default_rng(0)
    labels, known = random.random((2, 50, 40)) < 0.3
    weights = class_weights(labels, "inverse", name, known)
    logits, truth, where = torch.randn(50, 40, requires_grad=True), *map(torch.from_numpy, (labels, known))
    loss = weighted_loss(logits, truth.float(), weights, known=where)
    loss.backward()
    assert logits.grad is not None
    assert (logits.grad[~where] == 0).all() and (logits.grad[where] != 0).any()
    otherwise = truth ^ ~where  # the other label wherever nobody knows it
    assert torch.equal(loss, weighted_loss(logits, otherwise.float(), weights, known=where))
    same = class_weights(labels ^ ~known, "inverse", name, known)
    assert torch.equal(same.positive, weights.positive) and torch.equal(same.negative, weights.negative)
    assert weighted_loss(logits, truth.float(), weights, known=torch.zeros_like(where)) == 0


@pytest.mark.parametrize("name", LOSSES)
def test_knowing_all_is_the_plain_mean(name: str) -> None:
    labels = np.random.default_rng(0).random((50, 40)) < 0.3
    everything = np.ones_like(labels)
    logits, truth = torch.randn(50, 40), torch.from_numpy(labels).float()
    plain = weighted_loss(logits, truth, class_weights(labels, "sqrt", name))
    weights = class_weights(labels, "sqrt", name, everything)
    assert torch.allclose(plain, weighted_loss(logits, truth, weights, known=torch.from_numpy(everything)))


def test_the_command_line_names_the_losses_that_there_are() -> None:
    assert tuple(name.value for name in LossName) == LOSSES
