from pathlib import Path

import pytest
import torch
from torch import nn

from classifiers.cards.card import ModelError
from classifiers.training import state


def stepped(module: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    for number in range(3):
        optimizer.zero_grad()
        module(torch.full((2, 3), float(number))).pow(2).sum().backward()
        optimizer.step()


def fresh(seed: int) -> tuple[nn.Linear, torch.optim.Optimizer]:
    torch.manual_seed(seed)
    module = nn.Linear(3, 2)
    return module, torch.optim.AdamW(module.parameters(), lr=0.1)


def test_what_is_read_back_goes_on_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    module, optimizer = fresh(0)
    stepped(module, optimizer)
    (tmp_path / "state").write_bytes(state.written({"one": module}, optimizer, "said"))
    stepped(module, optimizer)
    other, its = fresh(1)
    state.restore({"one": other}, its, state.parts(tmp_path / "state"), tmp_path / "state")
    stepped(other, its)
    assert torch.equal(module.weight, other.weight) and state.facts(tmp_path / "state") == "said"


def test_a_part_that_is_not_there_does_not_fit(tmp_path: Path) -> None:
    module, optimizer = fresh(0)
    (tmp_path / "state").write_bytes(state.written({"one": module}, optimizer, ""))
    with pytest.raises(ModelError, match="does not fit"):
        state.restore({"two": module}, optimizer, state.parts(tmp_path / "state"), tmp_path / "state")
    (tmp_path / "state").write_bytes(b"{")
    with pytest.raises(ModelError, match="damaged"):
        state.facts(tmp_path / "state")
