import pytest
import torch
from torch.nn.functional import normalize

from classifiers.teaching.crowd import Crowd

PEOPLE = torch.arange(30) // 3
NONE = torch.empty(0, dtype=torch.long)


@pytest.fixture
def descriptors() -> torch.Tensor:
    torch.manual_seed(0)
    loud = torch.tensor([9.0, 3, 1, 1, 1, 1, 1, 1])
    return 5 + loud * torch.randn(30, 8)


def own(crowd: Crowd, descriptors: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
    """Vectors that point where the whitened descriptors of those rows do, as far as a head of 16 numbers can."""
    wanted = normalize((descriptors[rows] - crowd.mean) @ crowd.whitening)
    return torch.cat((wanted, torch.zeros(len(rows), 8)), 1)


def test_what_varies_most_counts_less_once_whitened(descriptors: torch.Tensor) -> None:
    crowd = Crowd.of(descriptors, PEOPLE)
    beside = (descriptors - crowd.mean) @ crowd.whitening
    assert beside.std(0).max() / beside.std(0).min() < 4 < 7 < descriptors.std(0).max() / descriptors.std(0).min()
    assert torch.allclose(crowd.whitened.norm(dim=1), torch.ones(30)) and torch.allclose(
        beside.mean(0), torch.zeros(8), atol=1e-5
    )
    assert torch.allclose(crowd.directions(descriptors).norm(dim=1), torch.ones(30))


def test_pointing_at_ones_own_costs_little_and_at_another_s_much(descriptors: torch.Tensor) -> None:
    crowd, rows = Crowd.of(descriptors, PEOPLE), torch.tensor([0, 9, 20])
    right = crowd.own(own(crowd, descriptors, rows), descriptors[rows], rows, NONE)
    wrong = crowd.own(own(crowd, descriptors, rows.roll(1)), descriptors[rows], rows, NONE)
    assert right < 0.2 and wrong > 5


def test_photographs_of_the_same_person_are_not_told_from_ones_own(descriptors: torch.Tensor) -> None:
    twins = descriptors.clone()
    twins[1] = twins[0]
    together, apart = Crowd.of(twins, PEOPLE), Crowd.of(twins, torch.arange(30))
    rows = torch.tensor([0])
    losses = [crowd.own(own(crowd, twins, rows), twins[rows], rows, NONE) for crowd in (together, apart)]
    assert losses[0] < 0.1 and losses[1] > 0.6  # log 2: it is one of two


def test_who_is_not_known_is_somebody_of_their_own(descriptors: torch.Tensor) -> None:
    some = Crowd.of(descriptors, torch.where(PEOPLE == 0, -1, PEOPLE)).people
    assert some.unique().numel() == 12 and Crowd.of(descriptors, None).people.unique().numel() == 30


def test_a_blended_view_is_told_from_neither_of_the_two(descriptors: torch.Tensor) -> None:
    crowd, rows, others = Crowd.of(descriptors, PEOPLE), torch.tensor([0, 9]), torch.tensor([20])
    towards = own(crowd, descriptors, torch.tensor([0, 20]))
    with_others = crowd.own(towards, descriptors[rows], rows, others)
    without = crowd.own(towards, descriptors[rows], rows, NONE)
    assert with_others < without
