import numpy as np
import pytest
import torch

from classifiers.networks import dlib_file
from classifiers.networks.dlib_network import DlibNetwork
from tests.classifiers.dlibs import written

WEIGHTS = written()[1]
CHIPS = np.random.default_rng(0).integers(0, 256, (3, 150, 150, 3), dtype=np.uint8)


def in_torch(weights: dlib_file.Weights, chips: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        faces = torch.from_numpy(chips).permute(0, 3, 1, 2).float() / 255
        return DlibNetwork(weights)(faces).numpy()


@pytest.mark.skipif(dlib_file.installed() is None, reason="the extra `people` is not installed")
def test_it_says_what_dlib_says() -> None:
    dlib = pytest.importorskip("dlib", reason="dlib, which facequery does without, is not installed")
    path = dlib_file.installed()
    assert path is not None
    network = dlib.face_recognition_model_v1(str(path))
    theirs = np.stack([np.array(network.compute_face_descriptor(chip)) for chip in CHIPS])
    assert np.abs(in_torch(dlib_file.read(path), CHIPS) - theirs).max() < 1e-5


def test_it_has_nothing_to_learn_and_lets_a_chip_be() -> None:
    network, chips = DlibNetwork(WEIGHTS), torch.rand(2, 3, 150, 150)
    before = chips.clone()
    network(chips)
    assert not list(network.parameters()) and torch.equal(chips, before)
