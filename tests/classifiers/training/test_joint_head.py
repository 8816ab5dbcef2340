import numpy as np
import torch
from torch.nn.functional import cosine_similarity, normalize

from classifiers.training import people_head
from classifiers.training.joint_head import WIDTH, JointHead
from retrieval.likeness.recognition import Head


def test_what_is_written_does_as_the_head_did() -> None:
    torch.manual_seed(0)
    head, features = JointHead(48), torch.randn(300, 48).relu() * torch.linspace(0.1, 3, 48)
    with torch.no_grad():
        for values in head.parameters():
            values.normal_(0, 0.5)
        for _ in range(30):
            head.train()(features)  # batch normalisation has seen something
        wanted = normalize(head.eval()(features)).numpy()
    embeddings = normalize(features.clamp(min=1e-9)).numpy()
    written = Head.read(people_head.written(head.arrays(), 0.5))
    np.testing.assert_allclose((written(embeddings) * wanted).sum(1), 1, atol=1e-4)  # its matrices are halved
    assert wanted.shape == (300, WIDTH)


def test_how_long_features_are_does_not_matter() -> None:
    head, features = JointHead(8).eval(), torch.rand(4, 8)
    assert cosine_similarity(head(features), head(7 * features)).min() > 0.9999
