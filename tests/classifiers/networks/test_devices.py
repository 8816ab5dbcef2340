import sys

import pytest
import torch

from classifiers.cards.card import ModelError
from classifiers.networks.devices import available


@pytest.fixture
def no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)


def test_a_device_that_is_not_there_gets_a_sentence() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(ModelError, match="no device 'cuda'"):
        available("cuda")
    assert available("auto") in ("cpu", "mps")


@pytest.mark.usefixtures("no_torch")
def test_without_torch_the_processor_is_the_best_device() -> None:
    assert available("auto") == available("cpu") == "cpu"


@pytest.mark.usefixtures("no_torch")
@pytest.mark.parametrize("device", ["cuda", "cuda:1", "mps"])
def test_a_gpu_asks_for_torch_by_name(device: str) -> None:
    with pytest.raises(ModelError, match=rf"{device}.*facequery\[gpu\]"):
        available(device)
