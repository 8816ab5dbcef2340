import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from classifiers.cards.card import ModelError
from classifiers.networks import dlib_file
from tests.classifiers.dlibs import written

WHOLE, SAID = written()


def test_a_file_says_every_number_that_was_written() -> None:
    read = dlib_file.parsed(WHOLE)
    assert len(read.convolutions) == len(SAID.convolutions) == 29
    for found, wanted in zip(read.convolutions, SAID.convolutions, strict=True):
        assert np.array_equal(found.kernel, wanted.kernel) and np.allclose(found.bias, wanted.bias)
    assert np.array_equal(read.last, SAID.last)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80\x04" + WHOLE,
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:-600],
        WHOLE.replace(b"input_rgb_image_sized", b"input_rgb_image_other"),
        WHOLE.replace(b"con_4", b"con_5", 1),
        WHOLE.replace(b"affine_", b"bn_con2", 1),
        WHOLE.replace(dlib_file.INPUT, dlib_file.INPUT + b"\x01\x01", 1),
        WHOLE + WHOLE,
    ],
)
def test_bytes_of_anything_else_are_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(ModelError, match=r"^These bytes are not dlib's face descriptor network of 2017 \([^)]+\)\.$"):
        dlib_file.parsed(data)


def test_a_number_that_is_none_is_refused() -> None:
    at = WHOLE.index(b"con_4") + 40
    with pytest.raises(ModelError, match="a number that is none"):
        dlib_file.parsed(WHOLE[:at] + np.full(8, np.nan, "<f4").tobytes() + WHOLE[at + 32 :])


def test_another_network_of_the_same_shape_is_not_taken_for_it(tmp_path: Path) -> None:
    """Its descriptors would not compare with those that a library has."""
    (tmp_path / "other.dat").write_bytes(WHOLE)
    with pytest.raises(
        ModelError, match=r"other\.dat is not dlib's face descriptor .*: install the extra `people` anew"
    ):
        dlib_file.read(tmp_path / "other.dat")
    with pytest.raises(ModelError, match="cannot be read"):
        dlib_file.read(tmp_path / "none.dat")


@pytest.mark.skipif(dlib_file.installed() is None, reason="the extra `people` is not installed")
def test_the_file_that_is_installed_is_read_and_nothing_of_its_package_is_loaded() -> None:
    path = dlib_file.installed()
    assert path is not None and len(dlib_file.read(path).convolutions) == 29
    code = (
        "import sys; from classifiers.networks import dlib_file;"
        "dlib_file.read(dlib_file.installed()); print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"dlib", "face_recognition_models", "pkg_resources", "torch", "openvino"} & set(loaded)


def test_where_the_package_is_not_installed_there_is_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dlib_file, "PACKAGE", "face_recognition_models_of_nobody")
    assert dlib_file.installed() is None
