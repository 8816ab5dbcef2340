from pathlib import Path

import numpy as np
import pytest

from classifiers.hyperparameters import RunError
from classifiers.teaching import descriptors


@pytest.mark.parametrize("kind", [np.float16, np.float32])
def test_descriptors_are_directions_from_their_mean(tmp_path: Path, kind: type) -> None:
    values = (np.random.default_rng(0).normal(5, 1, (50, 8))).astype(kind)
    np.save(tmp_path / "d.npy", values)
    read = descriptors.read(tmp_path / "d.npy", 50)
    assert read.dtype == np.float32
    assert np.allclose(np.linalg.norm(read, axis=1), 1, atol=1e-5)
    assert abs(read.mean()) < 0.1  # without the mean, all would point one way
    assert len(descriptors.sha256(tmp_path / "d.npy")) == 64


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (np.zeros((4, 3), np.float32), r"describes 4 images, and there are 5 to learn from"),
        (np.zeros((5, 3), np.float64), r"float64\[5, 3\]"),
        (np.zeros(5, np.float32), r"float32\[5\]"),
        (np.zeros((5, 0), np.float32), r"float32\[5, 0\]"),
        (np.full((5, 3), np.inf, np.float16), "not finite, first in row 0"),
    ],
)
def test_what_is_wrong_with_descriptors_is_said(tmp_path: Path, values: np.ndarray, sentence: str) -> None:
    np.save(tmp_path / "d.npy", values)
    with pytest.raises(RunError, match=sentence):
        descriptors.read(tmp_path / "d.npy", 5)


@pytest.mark.parametrize("content", [b"", b"no numbers", b"\x93NUMPY\x01\x00v\x00"])
def test_a_file_that_is_none_or_not_there_gets_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "d.npy").write_bytes(content)
    with pytest.raises(RunError, match="not a whole file"):
        descriptors.read(tmp_path / "d.npy", 5)
    with pytest.raises(RunError, match="cannot be read"):
        descriptors.read(tmp_path / "e.npy", 5)


def test_a_file_cut_short_or_of_objects_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "d.npy", np.zeros((5, 3), np.float32))
    whole = (tmp_path / "d.npy").read_bytes()
    (tmp_path / "d.npy").write_bytes(whole[:-7])
    with pytest.raises(RunError, match="not a whole file"):
        descriptors.read(tmp_path / "d.npy", 5)
    np.save(tmp_path / "d.npy", np.array([None] * 5))
    with pytest.raises(RunError, match="not a whole file"):
        descriptors.read(tmp_path / "d.npy", 5)
