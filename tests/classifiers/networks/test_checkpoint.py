import json
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from classifiers.cards.card import Calibration, Card, ModelError
from classifiers.cards.preprocessing import Preprocessing
from classifiers.networks import architectures, checkpoint
from classifiers.networks.architectures import WeightsUnavailable, build
from classifiers.networks.checkpoint import CARD, WEIGHTS

Damage = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(1)
    checkpoint.save(tmp_path, build("tiny", 512), Card("tiny", Preprocessing(32)))
    return tmp_path


def test_what_was_saved_is_loaded_again_but_for_half_precision(folder: Path) -> None:
    torch.manual_seed(1)
    original = build("tiny", 512).state_dict()
    network, card = checkpoint.load(folder)
    assert card.architecture == "tiny" and card.preprocessing.size == 32
    assert not network.training
    for name, tensor in network.state_dict().items():
        assert torch.allclose(tensor, original[name], rtol=1e-3, atol=1e-4), name
    assert (folder / WEIGHTS).stat().st_size < 0.6 * sum(t.numel() * 4 for t in original.values())


def edit(path: Path, **facts: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **facts}))


def bytes_at(path: Path, place: int, change: Callable[[bytes], bytes]) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:place] + change(data[place:]))


DAMAGED: dict[str, Damage] = {
    "no card": lambda f: (f / CARD).unlink(),
    "a card that is no JSON": lambda f: (f / CARD).write_text("{"),
    "a card that is a list": lambda f: (f / CARD).write_text("[]"),
    "a card of bytes": lambda f: (f / CARD).write_bytes(b"\xff\xfe"),
    "another architecture": lambda f: edit(f / CARD, architecture="resnet50"),
    "an unknown architecture": lambda f: edit(f / CARD, architecture="../../etc"),
    "attributes in another order": lambda f: edit(f / CARD, attributes=["Young"] * 40),
    "too few thresholds": lambda f: edit(f / CARD, thresholds=[0.5]),
    "a threshold above 1": lambda f: edit(f / CARD, thresholds=[1.5] * 40),
    "a set of too few thresholds": lambda f: edit(f / CARD, threshold_sets={"f1": [0.5]}),
    "a set with a threshold below 0": lambda f: edit(f / CARD, threshold_sets={"f1": [-0.5] * 40}),
    "sets that are a list": lambda f: edit(f / CARD, threshold_sets=[[0.5] * 40]),
    "thresholds that are not their rule's": lambda f: edit(
        f / CARD, threshold_rule="counts: some", threshold_sets={"counts": [0.4] * 40}
    ),
    "a huge input": lambda f: edit(f / CARD, preprocessing={"size": 10**9}),
    "a crop outside the face": lambda f: edit(f / CARD, preprocessing={"crop": [0, 0, 999, 10]}),
    "a falling calibration": lambda f: edit(f / CARD, calibration={"scale": [-1.0] * 40, "shift": [0.0] * 40}),
    "other features": lambda f: edit(f / CARD, features=64),
    "no weights": lambda f: (f / WEIGHTS).unlink(),
    "weights cut short": lambda f: bytes_at(f / WEIGHTS, 5000, lambda rest: b""),
    "empty weights": lambda f: (f / WEIGHTS).write_bytes(b""),
    "one byte flipped": lambda f: bytes_at(f / WEIGHTS, 9000, lambda rest: bytes([rest[0] ^ 1]) + rest[1:]),
    "a header of 2 GB": lambda f: (f / WEIGHTS).write_bytes(struct.pack("<Q", 2 << 30) + b"{}"),
    "a zip": lambda f: (f / WEIGHTS).write_bytes(b"PK\x03\x04" + bytes(100)),
    "a serialised object": lambda f: (f / WEIGHTS).write_bytes(b"\x80\x04\x95\x0b\x00\x00\x00."),
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_model_is_a_model_error(folder: Path, damage: Damage) -> None:
    damage(folder)
    with pytest.raises(ModelError):
        checkpoint.load(folder)


@pytest.mark.parametrize("change", ["missing", "extra", "shape", "nan"])
def test_tensors_that_do_not_fit_are_a_model_error(folder: Path, change: str) -> None:
    tensors, _ = checkpoint.read_tensors(folder / WEIGHTS)
    match change:
        case "missing":
            del tensors["embed.bias"]
        case "extra":
            tensors["more"] = torch.zeros(1)
        case "shape":
            tensors["embed.bias"] = torch.zeros(3)
        case "nan":
            tensors["embed.bias"][0] = torch.nan
    save_file(tensors, folder / WEIGHTS)
    edit(folder / CARD, weights_sha256=checkpoint.read_tensors(folder / WEIGHTS)[1])
    with pytest.raises(ModelError, match=r"fit|finite"):
        checkpoint.load(folder)


def test_the_fingerprint_covers_all_that_decides_a_prediction() -> None:
    card = Card("tiny", Preprocessing(32), weights_sha256="a")
    others = [
        replace(card, architecture="resnet50"),
        replace(card, preprocessing=Preprocessing(64)),
        replace(card, preprocessing=Preprocessing(32, crop=(0, 0, 10, 10))),
        replace(card, preprocessing=Preprocessing(32, mean=(0.5, 0.5, 0.5))),
        replace(card, attributes=card.attributes[::-1]),
        replace(card, calibration=Calibration(scale=(2.0,) * 40)),
        replace(card, weights_sha256="b"),
        replace(card, threshold_sets={"f1": (0.4,) * 40}),  # no decision contradicts itself there
    ]
    assert len({card.fingerprint, *(other.fingerprint for other in others)}) == 9
    assert replace(card, licence="other", thresholds=(0.4,) * 40).fingerprint == card.fingerprint


def test_a_card_keeps_its_fingerprint_through_json(folder: Path) -> None:
    _, card = checkpoint.load(folder)
    again = checkpoint.card_from_json(card.as_json(), folder)
    assert again == card and again.fingerprint == card.fingerprint


def test_an_unknown_model_is_answered_with_those_there_are() -> None:
    with pytest.raises(ModelError, match="no model 'vgg'"):
        checkpoint.shipped("vgg")


def test_a_model_can_be_named_by_its_folder(folder: Path) -> None:
    assert checkpoint.shipped(str(folder)) == folder


@pytest.mark.parametrize("name", ["resnet50", "densenet121"])
def test_the_networks_give_40_logits_and_512_features(name: str) -> None:
    logits, features = build(name).eval()(torch.zeros(2, 3, 64, 64))
    assert logits.shape == (2, 40) and features.shape == (2, 512)
    assert (features >= 0).all()


@pytest.mark.parametrize("name", ["resnet50", "densenet121"])
def test_training_starts_from_torchvisions_weights_in_a_local_file(name: str, tmp_path: Path) -> None:
    from torchvision import models

    torch.manual_seed(2)
    pretrained = models.get_model(name, weights=None)
    save_file(pretrained.state_dict(), tmp_path / "imagenet.safetensors")
    network = build(name)
    checkpoint.fill_backbone(network, tmp_path / "imagenet.safetensors")
    filled = network.backbone.state_dict()
    assert all(torch.equal(filled[n], t) for n, t in pretrained.state_dict().items() if n in filled)


def test_training_starts_from_a_model_of_ours(folder: Path) -> None:
    network = build("tiny", 512)
    checkpoint.fill_backbone(network, folder / WEIGHTS)
    assert torch.equal(network.embed.weight, checkpoint.load(folder)[0].embed.weight)


def test_local_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    save_file({"conv.weight": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(ModelError, match="does not fit"):
        checkpoint.fill_backbone(build("tiny"), tmp_path / "other.safetensors")


def test_imagenet_weights_come_from_torchvisions_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from torchvision import models

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    cached = tmp_path / "hub" / "checkpoints" / models.DenseNet121_Weights.IMAGENET1K_V1.url.rsplit("/", 1)[1]
    cached.parent.mkdir(parents=True)
    torch.manual_seed(3)
    pretrained = models.densenet121(weights=None)
    torch.save(pretrained.state_dict(), cached)  # the file that torchvision would have fetched
    filled = build("densenet121", imagenet=True).backbone.state_dict()
    assert torch.equal(filled["features.conv0.weight"], pretrained.features.conv0.weight)


def test_imagenet_weights_that_cannot_be_fetched_get_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from urllib.error import URLError

    def offline(*_: object) -> None:
        raise URLError("no network")

    monkeypatch.setitem(architectures.BACKBONES, "resnet50", offline)
    with pytest.raises(WeightsUnavailable, match="--init FILE"):
        build("resnet50", imagenet=True)
    with pytest.raises(WeightsUnavailable, match="no ImageNet weights for tiny"):
        build("tiny", imagenet=True)
