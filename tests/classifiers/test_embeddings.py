from pathlib import Path

import numpy as np
import pytest

from classifiers import embeddings
from classifiers.cards.card import Card
from classifiers.cards.preprocessing import Preprocessing
from classifiers.networks import checkpoint
from classifiers.networks.architectures import build
from classifiers.sets import celeba, pixels
from classifiers.tagger import Tagger
from tests.classifiers.conftest import write_celeba


def test_embeddings_are_the_taggers_and_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write_celeba(tmp_path / "celeba", 6, 3, 3)
    faces = celeba.load(tmp_path / "celeba").split("train")
    checkpoint.save(tmp_path / "tiny", build("tiny", 8), Card("tiny", Preprocessing(32), features=8))
    tagger = Tagger.load(str(tmp_path / "tiny"), "cpu")
    prepared = pixels.cached(faces, tagger.card.preprocessing, tmp_path / "cache")
    made = embeddings.cached(tagger, faces, tmp_path / "cache")
    np.testing.assert_array_equal(made, tagger.tag_all(prepared).embeddings)
    monkeypatch.setattr(Tagger, "tag_all", lambda *_: pytest.fail("they are there"))
    np.testing.assert_array_equal(embeddings.cached(tagger, faces, tmp_path / "cache"), made)
