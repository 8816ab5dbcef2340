"""What a TIFF's first directory gives away."""

import struct

import pytest

from retrieval.errors import UnreadableImage
from retrieval.pictures import tiff
from tests.bad_files import encoded, picture
from tests.retrieval.pictures import hostile


@pytest.mark.parametrize("options", [{}, {"big_tiff": True}])
def test_a_directory_says_what_the_picture_is(options: dict[str, bool]) -> None:
    found = tiff.directory(encoded(picture(1, (64, 80)), "TIFF", compression="tiff_lzw", **options))
    assert [found.number(tag) for tag in (tiff.WIDTH, tiff.HEIGHT, tiff.COMPRESSION, tiff.SAMPLES)] == [64, 80, 5, 3]
    assert found.numbers(tiff.BITS) == (8, 8, 8) and found.numbers(9999) == () and found.number(9999, 7) == 7


def test_a_directory_that_is_cut_anywhere_holds_what_is_left() -> None:
    data = encoded(picture(1, (64, 80)), "TIFF", compression="tiff_lzw")
    for end in range(4, len(data)):
        found = tiff.directory(data[:end])
        assert all(len(found.numbers(tag)) <= 3 for tag in range(250, 330))


@pytest.mark.parametrize("packed", ["raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"])
def test_an_honest_tiff_passes(packed: str) -> None:
    tiff.check(encoded(picture(1, (640, 800)), "TIFF", compression=packed))


@pytest.mark.parametrize(
    ("name", "reason"), [("shared.tif", "share their bytes"), ("tile.tif", "400 MB"), ("tiles.tif", "70,000 pieces")]
)
def test_a_tiff_that_asks_for_too_much_is_refused(name: str, reason: str) -> None:
    with pytest.raises(UnreadableImage, match=reason):
        tiff.check(hostile.HOSTILE[name]())


@pytest.mark.parametrize("kind", [1, 3, 4, 5, 6, 8, 9, 11, 13])
def test_the_type_of_a_number_hides_nothing(kind: int) -> None:
    data = hostile.HOSTILE["tile.tif"]()
    for tag in (tiff.COMPRESSION, tiff.TILE_WIDTH):
        place = data.index(struct.pack("<HH", tag, 4)) + 2
        changed = data[:place] + struct.pack("<H", kind) + data[place + 2 :]
        if tag == tiff.COMPRESSION or kind in (3, 4, 9, 13):
            with pytest.raises(UnreadableImage, match="400 MB"):
                tiff.check(changed)


def test_many_pages_and_chance_are_not_taken_for_scans() -> None:
    pages = [picture(seed, (64, 80)) for seed in range(60)]
    tiff.check(encoded(pages[0], "TIFF", compression="jpeg", save_all=True, append_images=pages[1:]))
    tiff.check(hostile.strips(64, 1, b"\xff\xda" * 500, 5))


@pytest.mark.parametrize("packing", [tiff.OLD_JPEG, tiff.JPEG])
def test_a_tiff_whose_jpeg_repeats_its_scans_is_refused(packing: int) -> None:
    data = hostile.strips(4000, 1, hostile.scans(500), packing)
    with pytest.raises(UnreadableImage, match="scans"):
        tiff.check(data)
