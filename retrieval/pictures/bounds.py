"""How large a picture may be, and how much there may be beside its pixels: so that none takes more than 400 MB, or
seconds longer than its size says. JPEG, PNG, TIFF and AVIF have more of that in modules of their own.
"""

import re

from retrieval.errors import UnreadableImage

MAX_BYTES = 64 * 2**20
TOO_MANY_BYTES = f"larger than {MAX_BYTES // 2**20} MiB"
MAX_PIXELS = 64_000_000  # 256 MB as Pillow holds them; the cameras that make more are few, the bombs many
MAX_SIDE = 65_535  # the most of JPEG; a pointer for each of millions of rows takes more than the pixels
MEGAPIXELS = {"WEBP": 25, "AVIF": 28, "HEIF": 30}  # what fits, where the decoder holds a picture several times
PHONES = 50  # megapixels of HEIF as phones write it: 8 bits, a colour for four pixels, nothing transparent

GIF, BMP = (b"GIF87a", b"GIF89a"), b"BM"
MOST_BLOCKS = 100_000  # before a GIF's first frame
MOST_RUNS = 4 * 2**20  # bytes of a BMP in runs, which Pillow reads one by one in Python
NEXT = re.compile(rb"[!,;]")  # an extension, a frame, the end of a GIF


def check_bytes(count: int) -> None:
    """UnreadableImage for a picture of so many bytes that it is not looked at."""
    if count > MAX_BYTES:
        raise UnreadableImage(TOO_MANY_BYTES, passing=True)  # its bytes are not judged


def check_size(kind: str, width: int, height: int, *, simple: bool = False) -> None:
    """UnreadableImage for a picture of that format that is too large; `simple` is one as phones write it."""
    pixels = width * height
    if pixels > MAX_PIXELS:
        raise UnreadableImage(too_large())
    if max(width, height) > MAX_SIDE:
        raise UnreadableImage(f"longer than {MAX_SIDE:,} pixels")
    most = PHONES if simple else MEGAPIXELS.get(kind, 64)
    if pixels > most * 1_000_000:
        raise UnreadableImage(f"larger than {most} megapixels, the most for such a picture in {kind}")


def too_large() -> str:
    """The reason where a picture has too many pixels for any format."""
    return f"larger than {MAX_PIXELS // 1_000_000} megapixels"


def check_gif(data: bytes) -> None:
    """UnreadableImage where too much lies before the first frame."""
    position = 13 + (3 << (data[10] % 8 + 1) if len(data) > 10 and data[10] & 128 else 0)
    blocks = 0
    while (found := NEXT.search(data, position, position + MOST_BLOCKS)) and found[0] == b"!":
        position = found.end() + 1
        while position < len(data) and data[position] and blocks <= MOST_BLOCKS:
            position += data[position] + 1
            blocks += 1
        position += 1
        blocks += 1
        if blocks > MOST_BLOCKS:
            raise UnreadableImage(f"a GIF with more than {MOST_BLOCKS:,} blocks before its picture")
    if found is None and position + MOST_BLOCKS < len(data):
        raise UnreadableImage("a GIF with no picture at its beginning")


def check_bmp(data: bytes) -> None:
    """UnreadableImage where it is packed in more runs than can be read in time."""
    if data[30:31] in (b"\1", b"\2") and len(data) > MOST_RUNS:
        raise UnreadableImage(f"a BMP in runs of more than {MOST_RUNS // 2**20} MB")
