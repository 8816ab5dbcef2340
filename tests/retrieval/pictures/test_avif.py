"""What the streams inside an AVIF say of their size."""

import pytest

from retrieval.errors import UnreadableImage
from retrieval.pictures import avif
from retrieval.pictures.decoding import decode
from tests.bad_files import encoded, picture
from tests.retrieval.pictures.hostile import lying


def sizes(data: bytes) -> list[tuple[int, int]]:
    headers = (avif._stream_header(data[start : start + 4096]) for start in avif._starts(data))
    return [avif._frame(avif._Bits(header)) for header in headers if header is not None]


@pytest.mark.parametrize("size", [(80, 48), (1, 1), (255, 257), (1000, 64)])
@pytest.mark.parametrize("subsampling", ["4:2:0", "4:4:4"])
def test_the_stream_says_how_large_the_picture_is(size: tuple[int, int], subsampling: str) -> None:
    assert set(sizes(encoded(picture(1, size), "AVIF", speed=10, subsampling=subsampling))) == {size}


def test_every_stream_of_a_moving_or_transparent_picture_is_looked_at() -> None:
    more = {"save_all": True, "append_images": [picture(2, (80, 48))]}
    assert len(sizes(encoded(picture(1, (80, 48)), "AVIF", speed=10, **more))) > 1
    image = picture(1, (80, 48))
    image.putalpha(picture(2, (80, 48)).convert("L"))
    assert sizes(encoded(image, "AVIF", speed=10)) == [(80, 48)] * 2


@pytest.mark.lengthy
def test_an_avif_whose_stream_is_larger_than_its_container_says_is_refused() -> None:
    with pytest.raises(UnreadableImage, match="28 megapixels"):
        decode(lying(6000, 5500))


def test_what_is_cut_or_no_avif_is_left_to_the_decoder() -> None:
    data = encoded(picture(1, (80, 48)), "AVIF", speed=10)
    assert avif.is_avif(data) and not avif.is_avif(encoded(picture(1), "HEIF")) and not avif.is_avif(b"")
    for end in range(len(data)):
        try:
            avif.check(data[:end])
        except IndexError:
            assert b"iloc" in data[:end]
