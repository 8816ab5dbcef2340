"""A network of torch's and its graph are one and the same: random weights, random faces, float32."""

from pathlib import Path

import numpy as np
import pytest
import torch

from classifiers.cards.card import ARCHITECTURES, Card, ModelError
from classifiers.cards.preprocessing import Preprocessing
from classifiers.networks import architectures, checkpoint
from classifiers.networks.graphs import BACKBONES, graph
from classifiers.networks.inference import predict
from classifiers.networks.processor import Processor

FACES = np.random.default_rng(0).integers(0, 256, (5, 64, 64, 3), dtype=np.uint8)


def lively(name: str) -> architectures.FaceNetwork:
    """Random weights, and batch normalisation that has seen something."""
    torch.manual_seed(0)
    network = architectures.build(name, 512)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.running_mean, -0.1, 0.1)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
    return network.eval()


@pytest.mark.lengthy
@pytest.mark.parametrize("name", BACKBONES)
def test_a_graph_says_what_its_network_says(name: str, tmp_path: Path) -> None:
    checkpoint.save(tmp_path, lively(name), Card(name, Preprocessing(64)))
    network, card = checkpoint.load(tmp_path)
    wanted = predict(network, card.preprocessing, FACES)
    made = graph(card, checkpoint.arrays_of(tmp_path, card), tmp_path)
    logits, embeddings = Processor(made, precision="f32")(FACES)
    scale = np.abs(wanted.logits).max()
    assert np.abs(logits - wanted.logits).max() < 1e-4 * scale
    assert (embeddings * wanted.embeddings).sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_features_that_are_all_zero_still_have_a_direction() -> None:
    network = architectures.build("tiny", 512)
    torch.nn.init.constant_(network.embed.bias, -1e6)
    arrays = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    _, embeddings = Processor(graph(Card("tiny", Preprocessing(64)), arrays, Path("tiny")))(FACES)
    assert np.linalg.norm(embeddings, axis=1) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("change", ["missing", "extra", "shape", "fewer features"])
def test_weights_that_do_not_fit_are_a_model_error(change: str) -> None:
    arrays = {name: tensor.numpy() for name, tensor in architectures.build("tiny", 512).state_dict().items()}
    match change:
        case "missing":
            del arrays["backbone.3.weight"]
        case "extra":
            arrays["more"] = np.zeros(1)
        case "shape":
            arrays["embed.bias"] = np.zeros(3)
    features = 64 if change == "fewer features" else 512
    with pytest.raises(ModelError, match="the weights does not fit a tiny"):
        graph(Card("tiny", Preprocessing(32), features=features), arrays, Path("the weights"))


def test_a_card_may_name_every_network_there_is_and_no_other() -> None:
    assert set(ARCHITECTURES) == set(architectures.BACKBONES) and set(BACKBONES) <= set(ARCHITECTURES)
