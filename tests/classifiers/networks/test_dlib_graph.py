import numpy as np

from classifiers.networks.dlib_graph import graph
from classifiers.networks.processor import Processor
from tests.classifiers.networks.test_dlib_network import CHIPS, WEIGHTS, in_torch


def test_the_graph_says_what_the_network_in_torch_says() -> None:
    wanted = in_torch(WEIGHTS, CHIPS)
    (found,) = Processor(graph(WEIGHTS), precision="f32")(CHIPS)
    assert (found.shape, found.dtype) == ((3, 128), np.float32)
    assert np.abs(found - wanted).max() < 1e-4 * np.abs(wanted).max()
    assert np.abs(found[0] - found[1]).max() > 1e-3 * np.abs(wanted).max()
