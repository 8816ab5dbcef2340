import pytest
import torch
from torch.nn.functional import normalize

from classifiers.training.tasks import IdentityHead, PointHead, related


@pytest.fixture(autouse=True)
def seed() -> None:
    torch.manual_seed(0)


def test_faces_of_nobody_known_neither_count_nor_break_the_loss() -> None:
    head = IdentityHead(8, 3)
    features, people = torch.rand(6, 8), torch.tensor([0, 1, 2, 0, 1, 2])
    alone = head(features, people)
    more = head(torch.cat((features, torch.rand(4, 8))), torch.cat((people, torch.full((4,), -1))))
    assert torch.allclose(alone, more)
    assert head(features, torch.full((6,), -1)) == 0


def test_similarities_that_are_the_descriptors_are_better_than_any_others() -> None:
    descriptors = normalize(torch.randn(20, 8).abs())
    same, none = (related(features, descriptors) for features in (descriptors, torch.rand(20, 8)))
    assert same < none
    features = torch.rand(20, 8, requires_grad=True)
    optimizer = torch.optim.Adam([features], lr=0.05)
    for _ in range(200):
        optimizer.zero_grad()
        loss = related(features, descriptors)
        loss.backward()
        optimizer.step()
    assert loss < none
    unit = normalize(features.detach())
    pairs = torch.triu_indices(20, 20, 1).unbind()
    alike = torch.stack([(unit @ unit.T)[pairs], (descriptors @ descriptors.T)[pairs]])
    assert torch.corrcoef(alike)[0, 1] > 0.8


def test_features_without_direction_and_a_batch_of_one_give_a_number() -> None:
    zero = torch.zeros(4, 8, requires_grad=True)
    loss = related(zero, normalize(torch.randn(4, 3)))
    loss.backward()
    assert torch.isfinite(loss) and zero.grad is not None and torch.isfinite(zero.grad).all()
    assert torch.isfinite(related(torch.rand(1, 8), normalize(torch.randn(1, 3))))


def test_a_map_learns_where_descriptors_point() -> None:
    features, turn = torch.rand(50, 16), torch.randn(16, 4)
    descriptors = normalize(features @ turn)
    head = PointHead(16, 4)
    optimizer = torch.optim.Adam(head.parameters(), lr=0.05)
    first = head(features, descriptors).item()
    for _ in range(300):
        optimizer.zero_grad()
        head(features, descriptors).backward()
        optimizer.step()
    assert head(features, descriptors).item() < 0.01 < first
