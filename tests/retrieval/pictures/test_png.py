"""What surrounds a PNG's pixels decides nothing about them."""

import random
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from retrieval.errors import UnreadableImage
from retrieval.pictures import png
from retrieval.pictures.decoding import decode
from tests.bad_files import encoded, picture
from tests.retrieval.pictures.hostile import chunk

PICTURE = encoded(picture(3), "PNG")
HEADER = 8 + 25  # the signature and IHDR


def wrong(whole: bytes) -> bytes:
    return whole[:-1] + bytes([whole[-1] ^ 1])


BESIDE = {
    "a long text": chunk(b"zTXt", b"note\0\0" + zlib.compress(b"a" * 2_000_000)),
    "a long XMP": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"<x/>" * 600_000)),
    "a long profile": chunk(b"iCCP", b"x\0\0" + zlib.compress(random.Random(1).randbytes(1_500_000))),
    "a profile that is none": chunk(b"iCCP", b"x\0\0not packed at all"),
    "a profile without a name": chunk(b"iCCP", b"x"),
    "a text with a wrong checksum": wrong(chunk(b"tEXt", b"note\0hello")),
    "a gamma with a wrong checksum": wrong(chunk(b"gAMA", struct.pack(">I", 45455))),
    "a short size": chunk(b"pHYs", b"\0\0"),
    "a short time": chunk(b"tIME", b""),
    "a broken animation": chunk(b"acTL", b"\0"),
    "broken EXIF": chunk(b"eXIf", b"MM\0*\xff\xff\xff\xff"),
}


@pytest.mark.parametrize("beside", BESIDE)
def test_what_is_broken_or_long_beside_the_pixels_takes_nothing_from_them(beside: str) -> None:
    data = PICTURE[:HEADER] + BESIDE[beside] + PICTURE[HEADER:]
    assert np.array_equal(np.asarray(decode(data).image), np.asarray(picture(3)))


def test_a_png_without_its_last_chunk_is_the_same_picture() -> None:
    assert np.array_equal(np.asarray(decode(PICTURE[:-12]).image), np.asarray(picture(3)))


@pytest.mark.parametrize("left", [0.4, 0.7, 0.95])
def test_a_png_whose_pixels_are_cut_is_refused(left: float) -> None:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 80, 3), dtype=np.uint8))
    data = encoded(noise, "PNG")
    with pytest.raises(UnreadableImage, match="cut short"):
        decode(data[: round(len(data) * left)])


def test_a_png_whose_header_is_broken_is_refused() -> None:
    with pytest.raises(UnreadableImage, match="not a picture"):
        decode(PICTURE[:8] + wrong(PICTURE[8:HEADER]) + PICTURE[HEADER:])


def test_what_says_how_the_pixels_are_seen_is_kept() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    few = picture(3).convert("P")
    given = png.bare(encoded(few, "PNG", transparency=bytes([0, 128]), exif=exif, icc_profile=b"profile"))
    kinds = [bytes(part.kind) for part in png._chunks(given)]
    assert set(kinds) == {b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"iCCP", b"IDAT", b"IEND"}
    assert kinds.index(b"PLTE") < kinds.index(b"tRNS") < kinds.index(b"IDAT")


def test_a_png_that_only_its_xmp_turns_is_turned() -> None:
    xmp = b'XML:com.adobe.xmp\0\0\0\0\0<rdf tiff:Orientation="6"/>'
    found = decode(PICTURE[:HEADER] + chunk(b"iTXt", xmp) + PICTURE[HEADER:])
    assert found.image.size == picture(3).size[::-1]


def test_a_png_of_very_many_parts_is_refused() -> None:
    with pytest.raises(UnreadableImage, match="more than 100,000 parts"):
        decode(PICTURE[:HEADER] + chunk(b"IDAT", b"") * 100_001 + PICTURE[HEADER:])
