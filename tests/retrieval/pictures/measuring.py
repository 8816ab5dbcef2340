"""A process that decodes pictures and says what each has taken.

`python -m tests.retrieval.pictures.measuring NAME SECONDS` writes a line of JSON for each: its name, CPU seconds, MB at
most beside what the process takes anyway, megapixels, and the reason where there are none.
"""

import gc
import json
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from PIL import Image

from retrieval.errors import UnreadableImage
from retrieval.pictures.decoding import decode
from tests.bad_files import encoded, picture
from tests.indexer.test_read import mutated
from tests.retrieval.pictures.hostile import HOSTILE, chunk, gif, scans, strips

DETAIL = 2000  # the indexer's
Makers = Iterator[tuple[str, Callable[[], bytes]]]


def large(width: int, height: int, kind: str, mode: str = "RGB", **options: object) -> bytes:
    return encoded(picture(1, (width, height)).convert(mode), kind, **options)


def honest() -> Makers:
    """What cameras and programs make, as large as it is read."""
    yield "50 MP", partial(large, 8660, 5774, "JPEG")
    yield "50 MP progressive", partial(large, 8660, 5774, "JPEG", progressive=True)
    yield "64 MP", partial(large, 9000, 7000, "JPEG")
    yield "panorama", partial(large, 30_000, 2000, "JPEG")
    yield "panorama.png", partial(large, 30_000, 2000, "PNG", compress_level=1)
    yield "24 MP.tif", partial(large, 6000, 4000, "TIFF", compression="tiff_adobe_deflate")
    yield "24 MP in 16 bits.tif", partial(sixteen, 6000, 4000)
    yield "24 MP.webp", partial(large, 6000, 4000, "WEBP", method=0)
    yield "24 MP with transparency.webp", partial(large, 6000, 4000, "WEBP", "RGBA", method=0)


def sixteen(width: int, height: int) -> bytes:
    """A grey TIFF of 16 bits."""
    return encoded(picture(1, (width, height)).convert("I;16"), "TIFF", compression="tiff_adobe_deflate")


def heavy() -> Makers:
    """As `honest`, in formats that take a while to write."""
    yield "48 MP.heic", partial(large, 8064, 6048, "HEIF", quality=40, enc_params={"preset": "ultrafast"})
    yield "30 MP with transparency.heic", partial(large, 6500, 4600, "HEIF", "RGBA", quality=40)
    yield "28 MP.avif", partial(large, 6200, 4500, "AVIF", speed=10, subsampling="4:4:4")
    yield "63 MP.heic", partial(large, 9000, 7000, "HEIF", quality=40, enc_params={"preset": "ultrafast"})


def mutations(count: int) -> Makers:
    """Small pictures of all formats, and some of those that ask for much, each with a few bytes changed."""
    chance = random.Random(12)
    kinds = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF", "HEIF")
    seeds = [encoded(picture(seed, (48, 48)), kind) for seed, kind in enumerate(kinds)]
    seeds += [encoded(picture(1, (48, 48)), "TIFF", compression=packed) for packed in ("jpeg", "tiff_lzw", "packbits")]
    seeds += [scans(50, (400, 400)), gif(b"!\xfe\1x\0" * 50), strips(64, 8, b"\x78\x9c", 8)]
    seeds += [HOSTILE[name]() for name in ("exif", "webp", "moving.webp", "tile.tif", "profile")]
    seeds += [encoded(picture(2, (48, 48)), "PNG", icc_profile=bytes(500)) + chunk(b"tEXt", b"x")]
    for number in range(count):
        yield str(number), partial(mutated, chance.choice(seeds), chance)


FILES: dict[str, Callable[[], Makers]] = {
    "hostile": lambda: iter(HOSTILE.items()),
    "honest": honest,
    "heavy": heavy,
    "few": lambda: mutations(200),
    "many": lambda: mutations(3000),
}


def memory(what: str) -> float:
    """In MB: what this process takes (VmRSS), or has taken at most (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1000


def measure(data: bytes, before: float) -> tuple[float, float, float, str]:
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # forgets the highest so far
    start, pixels, said = time.process_time(), 0.0, ""
    try:
        found = decode(data, detail=DETAIL)
        pixels = found.width * found.height / 1e6
    except UnreadableImage as error:
        said = error.reason
    return time.process_time() - start, memory("VmHWM") - before, pixels, said


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]), int(sys.argv[2])))
    for kind in ("JPEG", "PNG", "TIFF", "WEBP", "HEIF", "AVIF"):  # whatever is loaded with the first of its kind
        decode(encoded(Image.new("RGB", (64, 64)), kind))
    before = memory("VmRSS")
    for name, make in FILES[sys.argv[1]]():
        sys.stdout.write(json.dumps([name, *measure(make(), before)]) + "\n")
