"""A tagger's network by OpenVINO and by torch: whoever computes, a face has the same attributes."""

import numpy as np
import pytest
from PIL import Image

from classifiers.networks import checkpoint
from classifiers.networks.graphs import graph
from classifiers.networks.inference import predict
from classifiers.networks.processor import Processor
from classifiers.tagger import Tagger
from ui.shipped import samples_folder

SAMPLES = sorted(samples_folder().glob("*.jpg"))


@pytest.mark.lengthy
@pytest.mark.parametrize("name", ["densenet121", "densenet121-112", "resnet50"])
def test_torch_and_openvino_say_the_same_of_the_samples(name: str) -> None:
    """In float32 to the fifth digit; as this processor computes it, which may be in half precision, 99.8 of 100
    decisions on these few faces (99.9 on many: `benchmarks/tagging.py`).
    """
    tagger, folder = Tagger.load(name, "cpu"), checkpoint.shipped(name)
    faces = np.stack([tagger.prepare(Image.open(path)) for path in SAMPLES[::4]])
    said = tagger.card.probabilities(predict(checkpoint.load(folder)[0], tagger.card.preprocessing, faces).logits)
    whole = Processor(graph(tagger.card, checkpoint.arrays_of(folder, tagger.card), folder), precision="f32")
    assert np.abs(tagger.card.probabilities(whole(faces)[0]) - said).max() < 1e-4
    found, thresholds = tagger.probabilities(faces), np.array(tagger.card.thresholds)
    assert np.abs(found - said).max() < 0.05
    assert np.mean((found >= thresholds) == (said >= thresholds)) >= 0.998
