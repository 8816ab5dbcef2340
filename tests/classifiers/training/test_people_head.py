from pathlib import Path

import numpy as np
import pytest
import torch

from classifiers.cards.card import Card, ModelError
from classifiers.cards.preprocessing import Preprocessing
from classifiers.evaluation.likeness import in_groups, recalls
from classifiers.networks import checkpoint
from classifiers.networks.architectures import build
from classifiers.training import people_head
from classifiers.training.people_head import Recipe
from retrieval.likeness.recognition import Head

SMALL = Recipe(hidden=64, width=32, noise=0.1, epochs=20, batch_size=64)


@pytest.fixture(scope="module")
def crowd() -> tuple[np.ndarray, np.ndarray]:
    """80 people with six faces each: half of the numbers are theirs, the other half is the photograph's, and louder."""
    dice = np.random.default_rng(0)
    people = np.repeat(np.arange(80), 6)
    theirs = dice.normal(size=(80, 16))[people] + 0.4 * dice.normal(size=(480, 16))
    faces = np.concatenate([theirs, 3 * dice.normal(size=(480, 16))], 1)
    return (faces / np.linalg.norm(faces, axis=1, keepdims=True)).astype(np.float32), people


def test_a_head_brings_people_together_that_it_never_saw(crowd):
    faces, people = crowd
    seen = people < 56
    head = Head.read(people_head.written(people_head.trained(faces[seen], people[seen], SMALL), 0.5))
    before, after = (recalls(vectors[~seen], people[~seen])[1] for vectors in (faces, head(faces)))
    assert before < 0.3 and after > 0.8


def test_what_is_written_does_as_the_layers_did(crowd):
    faces = torch.from_numpy(crowd[0])
    layers = people_head.layers_of(32, SMALL)
    with torch.no_grad():
        for parameter in layers.parameters():
            parameter.normal_()
        layers.train()(3 * faces + 1)  # batch normalisation has seen something
        wanted = torch.nn.functional.normalize(layers.eval()((faces - 0.1) / 0.3), dim=1).numpy()
    arrays = people_head.folded(layers, torch.full((32,), 0.1), torch.full((32,), 0.3))
    np.testing.assert_allclose(Head(**arrays, alike=0.5)(crowd[0]), wanted, atol=2e-4)


def test_the_same_seed_gives_the_same_head(crowd):
    short = Recipe(hidden=8, width=4, epochs=2, batch_size=64, seed=3)
    one, other = (people_head.written(people_head.trained(*crowd, short), 0.5) for _ in range(2))
    assert one == other


def test_who_is_seen_once_or_unknown_is_left_out(crowd):
    with pytest.raises(ValueError, match="two people with two faces"):
        people_head.trained(crowd[0][:8], np.array([1, 1, 2, 3, 4, -1, -1, -1]), SMALL)


def test_a_head_is_kept_beside_its_model_and_told_in_its_card(tmp_path: Path):
    card = checkpoint.save(tmp_path, build("tiny", 32), Card("tiny", Preprocessing(32), features=32))
    assert checkpoint.head_of(tmp_path, card) is None
    card = checkpoint.save_head(tmp_path, card, b"a head", {"alike": 0.5})
    loaded = checkpoint.load(tmp_path)[1]
    assert checkpoint.head_of(tmp_path, loaded) == b"a head" and loaded.people["alike"] == 0.5
    assert loaded.fingerprint == Card(**{**{f: getattr(card, f) for f in card.__slots__}, "people": {}}).fingerprint
    (tmp_path / checkpoint.HEAD).write_bytes(b"another")
    with pytest.raises(ModelError, match="checksums differ"):
        checkpoint.head_of(tmp_path, loaded)
    (tmp_path / checkpoint.HEAD).unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        checkpoint.head_of(tmp_path, loaded)


def test_groups_are_judged_by_pairs():
    people = np.array([1, 1, 1, 2, 2, -1])
    assert in_groups([[0, 1], [3, 2]], people) == (0.5, 0.25)
    assert in_groups([[0, 1, 2], [3, 4]], people) == (1, 1)
    assert in_groups([], people) == (0, 0)


def test_where_strangers_differ_most_counts_less():
    dice = np.random.default_rng(1)
    vectors = dice.normal(size=(400, 16)) * np.array([6.0] + 15 * [1.0])
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    arrays = people_head.evened({"second": np.eye(16, dtype=np.float32), "shift": np.zeros(16, np.float32)}, vectors)
    before, after = (np.linalg.eigvalsh(np.cov(each.T)) for each in (vectors, vectors @ arrays["second"]))
    assert after.max() / after.mean() < 0.9 * before.max() / before.mean()
