"""Where EXIF is found, in every format, by few and small reads."""

import struct

import pytest

from retrieval.facts import NOTHING
from retrieval.pictures import exif, facts
from tests.bad_files import bad_files, encoded, picture
from tests.retrieval.pictures import exifs
from tests.retrieval.pictures.exifs import MAIN, block, jpeg, short, spoken, written
from tests.retrieval.pictures.hostile import HOSTILE

NIKON = {272: written("NIKON D90"), 274: short(3)}
WHEN = {36867: written("2001:02:03 04:05:06")}
WHERE = {1: written("S"), 2: exifs.degrees(10, 30, 0), 3: written("E"), 4: exifs.degrees(20)}


@pytest.mark.parametrize(
    "data",
    [
        jpeg(NIKON, WHEN, WHERE),
        exifs.png_with(block(NIKON, WHEN, WHERE), behind=False),
        exifs.png_with(block(NIKON, WHEN, WHERE), behind=True),
        block(NIKON, WHEN, WHERE),  # a TIFF, and most RAW files
        exifs.cr3(NIKON, WHEN, WHERE),
        exifs.raf(jpeg(NIKON, WHEN, WHERE)),
        encoded(picture(1), "WEBP", exif=block(NIKON, WHEN, WHERE)),
        encoded(picture(1), "WEBP", exif=b"Exif\0\0" + block(NIKON, WHEN, WHERE)),
        b"\xff\xd8\xff\xff" + jpeg(NIKON, WHEN, WHERE)[2:],  # a byte between two parts
        encoded(picture(1), "JPEG", comment=b"x" * 60_000, exif=b"Exif\0\0" + block(NIKON, WHEN, WHERE)),
    ],
    ids=["jpeg", "png", "png_end", "tiff", "cr3", "raf", "webp", "webp_named", "filled", "far"],
)
def test_it_is_found_in_every_format(data: bytes) -> None:
    said = facts.of(data)
    assert (said.camera, said.taken, said.latitude, said.longitude) == ("NIKON D90", 981173106, -10.5, 20.0)
    assert said.orientation == 3


@pytest.mark.parametrize("kind", exifs.FORMATS)
def test_what_pillow_writes_is_found(kind: str) -> None:
    said = facts.of(spoken(kind))
    assert (said.taken, said.utc_offset) == (1683356889, 7200)
    assert (said.camera, said.lens) == ("FUJIFILM X100V", "23mm f/2")
    assert (said.latitude, said.longitude) == (pytest.approx(48.85666666), pytest.approx(-2.352))
    assert said.orientation == (None if kind in ("HEIF", "AVIF") else 6)  # they are turned by their containers


@pytest.mark.parametrize("kind", exifs.FORMATS)
def test_of_a_large_file_only_the_headers_are_read(kind: str) -> None:
    data, reads = spoken(kind), list[int]()
    whole = data + bytes(5_000_000) if kind in ("JPEG", "MPO") else data

    def read(at: int, count: int) -> bytes:
        reads.append(count)
        return whole[at : at + count]

    assert facts.read(read, len(whole)) == facts.of(data)
    assert len(reads) < 20 and sum(reads) < 5000


def test_a_file_that_is_cut_anywhere_says_what_is_left() -> None:
    for data in (jpeg(NIKON, WHEN, WHERE), exifs.cr3(NIKON, WHEN, WHERE), *map(spoken, exifs.FORMATS)):
        for end in range(0, min(len(data), 1500)):
            assert facts.of(data[:end]).taken in (None, 981173106, 1683356889, 1704067200)


def test_bad_files_raise_nothing() -> None:
    assert len([facts.of(file.data) for file in bad_files()]) > 80


@pytest.mark.parametrize("name", ["notes", "fill", "exif", "texts", "empty_pixels", "moving.webp", "junk.gif"])
def test_what_asks_for_much_is_not_given_it(name: str) -> None:
    data, reads = HOSTILE[name](), list[int]()

    def read(at: int, count: int) -> bytes:
        reads.append(count)
        return data[at : at + count]

    facts.read(read, len(data))
    assert len(reads) < 1100 and sum(reads) < 2**21


def test_a_directory_of_many_tags_is_read_as_far_as_any_has_them() -> None:
    entries = b"".join(struct.pack("<HHII", 40_000 + k % 20_000, 3, 1, 1) for k in range(60_000))
    data = b"II*\0\x08\0\0\0" + struct.pack("<H", 60_000) + entries
    assert len(exif.exif(lambda at, count: data[at : at + count], len(data)).main.tags) == exif.MOST_TAGS


def test_a_directory_that_leads_into_itself_or_nowhere_ends() -> None:
    for place in (8, 0, 2**32 - 1):
        data = block({exif.CAMERA: (4, 1, struct.pack("<I", place)), **NIKON})
        assert facts.of(data).camera == "NIKON D90"
    assert MAIN == 0


FAR = struct.pack("<Q", 2**64 - 1)
WIDE = b"II+\0\x08\0\0\0"  # a TIFF with addresses of 64 bits


def entries(*each: tuple[int, int, int, bytes]) -> bytes:
    """A directory of such a TIFF: tag, type, number of values, and these or where they lie."""
    return struct.pack("<Q", len(each)) + b"".join(struct.pack("<HHQ", *entry[:3]) + entry[3] for entry in each)


@pytest.mark.parametrize(
    "tiff",
    [
        WIDE + FAR,
        WIDE + struct.pack("<Q", 16) + entries((exifs.CAMERA, 16, 1, FAR)),
        WIDE + struct.pack("<QQ", 24, 0) + entries((exifs.PLACE, 16, 1, struct.pack("<Q", 52)))
        + entries((1, 2, 1, b"N".ljust(8, b"\0")), (2, 5, 3, FAR)),
        b"II*\0\x08\0\0\0" + struct.pack("<HHHII", 1, exifs.CAMERA, 16, 1, 26) + bytes(4) + FAR,
    ],
    ids=["the first", "how it was taken", "degrees", "of 32 bits"],
)  # fmt: skip
def test_what_lies_farther_than_any_file_reaches_is_not_there(tiff: bytes) -> None:
    jpeg = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\0\0" + tiff + b"\xff\xd9"
    assert facts.of(tiff) == facts.of(jpeg) == NOTHING
