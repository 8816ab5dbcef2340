"""The preview of a RAW file is its picture, lying as the RAW says."""

import subprocess
import sys
from io import BytesIO
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from retrieval.errors import UnreadableImage
from retrieval.pictures import decoding, raw
from retrieval.pictures.decoding import decode
from tests.bad_files import encoded, picture
from tests.retrieval.pictures.dng import dng

PREVIEW = encoded(picture(1, (320, 240)), "JPEG", quality=95)
SIGNED = {
    "CR2": b"II*\0\x10\0\0\0CR\2\0" + bytes(64),
    "ORF": b"IIRO\x08\0\0\0" + bytes(64),
    "RW2": b"IIU\0\x18\0\0\0" + bytes(64),
    "RAF": b"FUJIFILMCCD-RAW 0201" + bytes(64),
    "CR3": b"\0\0\0\x18ftypcrx \0\0\0\1crx isom" + bytes(64),
    "DNG": dng(PREVIEW, (320, 240)),
}


@pytest.mark.parametrize("kind", SIGNED)
def test_a_raw_file_is_known_by_its_bytes(kind: str) -> None:
    assert raw.is_raw(SIGNED[kind])


def test_a_tiff_is_not_taken_for_a_raw_file() -> None:
    assert not raw.is_raw(encoded(picture(1), "TIFF")) and not raw.is_raw(PREVIEW) and not raw.is_raw(b"")


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_the_preview_of_a_dng_is_turned_as_the_dng_says(orientation: int) -> None:
    pytest.importorskip("rawpy")
    data = dng(PREVIEW, (320, 240), orientation)
    turn = decoding.UPRIGHT.get(orientation)
    expected = picture(1, (320, 240)) if turn is None else picture(1, (320, 240)).transpose(turn)
    found = decode(data)
    assert found.image.size == expected.size and decoding.orientation(data) == orientation
    assert np.abs(np.asarray(found.image, int) - np.asarray(expected, int)).max() < 20


def test_what_is_no_raw_file_inside_has_a_reason() -> None:
    pytest.importorskip("rawpy")
    for kind in ("CR2", "ORF", "RW2", "RAF", "CR3"):
        with pytest.raises(UnreadableImage, match="RAW file"):
            decode(SIGNED[kind])


def test_without_rawpy_a_raw_file_says_how_it_would_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "installed", lambda: False)
    with pytest.raises(UnreadableImage, match=r"facequery\[raw\]"):
        decode(SIGNED["DNG"])


class StandIn(ModuleType):
    """What of rawpy is used, for files that nobody here can make: the same for any bytes."""

    class LibRawError(Exception): ...

    class LibRawNoThumbnailError(LibRawError): ...

    class NotSupportedError(Exception): ...

    def __init__(self, thumb: bytes | np.ndarray | Exception, flip: int) -> None:
        super().__init__("rawpy")
        self.thumb, self.flip = thumb, flip

    def imread(self, file: BytesIO) -> Any:
        assert file.read(1)
        return self

    def __enter__(self) -> Any:
        return SimpleNamespace(extract_thumb=self.extract_thumb, sizes=SimpleNamespace(flip=self.flip))

    def __exit__(self, *_: object) -> None: ...

    def extract_thumb(self) -> Any:
        if isinstance(self.thumb, Exception):
            raise self.thumb
        return SimpleNamespace(data=self.thumb)


def stand_in(monkeypatch: pytest.MonkeyPatch, thumb: bytes | np.ndarray | Exception, flip: int = 0) -> None:
    monkeypatch.setattr(raw, "installed", lambda: True)
    monkeypatch.setitem(sys.modules, "rawpy", StandIn(thumb, flip))


@pytest.mark.parametrize("kind", SIGNED)
def test_the_raws_orientation_outranks_its_previews(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    stand_in(monkeypatch, encoded(picture(1, (320, 240)), "JPEG", exif=exif), flip=6)
    assert decode(SIGNED[kind]).image.size == (240, 320) and decoding.orientation(SIGNED[kind]) == 6


def test_a_preview_that_is_no_jpeg_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, np.asarray(picture(1)))
    assert np.array_equal(np.asarray(decode(SIGNED["RAF"]).image), np.asarray(picture(1)))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (StandIn.LibRawNoThumbnailError(), "without a preview"),
        (StandIn.LibRawError(b"Input/output error"), "cannot be read"),
    ],
)
def test_a_preview_that_cannot_be_had_is_a_reason(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    stand_in(monkeypatch, error)
    with pytest.raises(UnreadableImage, match=reason):
        decode(SIGNED["CR2"])


def test_rawpy_is_loaded_with_the_first_raw_file_only() -> None:
    code = "import sys, retrieval.pictures.decoding; print('rawpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "False"
