"""What surrounds a JPEG's pixels decides nothing about them, and a cut one is cut."""

import numpy as np
import pytest
from PIL import Image

from retrieval.errors import UnreadableImage
from retrieval.pictures import jpeg
from retrieval.pictures.decoding import decode
from tests.bad_files import encoded, picture
from tests.retrieval.pictures.hostile import scans

KINDS = {
    "plain": {},
    "progressive": {"progressive": True},
    "restarting": {"restart_marker_rows": 1},
    "grey": {},
}
TAILS = {
    "nothing": b"",
    "zeros": bytes(4096),
    "a film": b"\0\0\0\x18ftypmp42" + b"\xff\x12moov\xff\xd8\xff\xe0" * 400,
}


def whole(kind: str, seed: int = 1) -> bytes:
    image = picture(seed, (176, 120)).convert("L" if kind == "grey" else "RGB")
    return encoded(image, "JPEG", quality=95, **KINDS[kind])


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_jpeg_whose_end_marker_is_missing_is_the_same_picture(kind: str, tail: str) -> None:
    for seed in range(4):
        data = whole(kind, seed)
        found = decode(data[:-2] + TAILS[tail]).image
        assert np.array_equal(np.asarray(found), np.asarray(decode(data).image))


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("left", [0.3, 0.5, 0.8, 0.95, 0.99])
def test_a_jpeg_that_is_cut_in_a_scan_is_refused_whatever_follows(kind: str, left: float, tail: str) -> None:
    data = whole(kind)
    first = data.index(b"\xff\xda")
    cut = first + 14 + round((len(data) - first - 16) * left)
    with pytest.raises(UnreadableImage, match="cut short"):
        decode(data[:cut] + TAILS[tail])


def test_a_progressive_jpeg_that_lacks_whole_scans_is_refused_and_one_that_says_that_it_ends_there_is_not() -> None:
    data = whole("progressive")
    cut = data[: data.rindex(b"\xff\xda")]
    with pytest.raises(UnreadableImage, match="cut short"):
        decode(cut)
    assert decode(cut + b"\xff\xd9").image.size == (176, 120)


def test_only_what_the_pixels_need_is_given_to_the_decoder() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(picture(1), "JPEG", exif=exif, icc_profile=b"profile", comment=b"hello", xmp=b"<x/>")
    noisy = data[:2] + b"\xff\xed\0\x06\0\0\0\0" + data[2:] + b"PK"
    given = jpeg.bare(noisy).data
    assert b"hello" not in given and b"\xff\xed\0\x06" not in given and given.endswith(b"\xff\xd9")
    assert all(kept in given for kept in (b"Exif", b"ICC_PROFILE", b"<x/>", b"JFIF"))
    assert decode(noisy).image.size == (80, 64)


def test_a_few_scans_are_read_and_thousands_refused() -> None:
    assert decode(scans(3, (400, 400))).image.size == (400, 400)
    for times in (400, 20_000):
        with pytest.raises(UnreadableImage, match=r"scans take too long|more than 10,000 parts"):
            decode(scans(times, (4000, 4000)))


def test_a_large_progressive_jpeg_is_read_while_its_coefficients_fit() -> None:
    data = scans(0, (7000, 7000))
    assert jpeg.bare(data).data.endswith(b"\xff\xd9")
    wide = data.replace(b"\x1b\x58\x1b\x58", b"\x2a\xf8\x2a\xf8", 1)  # 11,000 x 11,000
    with pytest.raises(UnreadableImage, match="400 MB"):
        jpeg.bare(wide)


def test_what_begins_like_a_jpeg_and_never_comes_to_a_scan_is_refused_at_once() -> None:
    with pytest.raises(UnreadableImage, match="cut short"):
        decode(b"\xff\xd8" + b"\xff" * 20_000_000)
    with pytest.raises(UnreadableImage, match="without a scan"):
        decode(b"\xff\xd8\xff\xd9")
