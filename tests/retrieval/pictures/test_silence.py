"""What decoders write from C stays off the terminal."""

import subprocess
import sys

CODE = """
import random
from indexer.read import UnreadableImage, decode
from tests.bad_files import encoded, picture
from tests.indexer.test_read import mutated
chance = random.Random(7)
seeds = [encoded(picture(1, (48, 48)), "TIFF", compression=packed) for packed in ("jpeg", "tiff_lzw", "packbits")]
seeds += [encoded(picture(1, (48, 48)), kind) for kind in ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")]
refused = 0
for _ in range(600):
    try:
        decode(mutated(chance.choice(seeds), chance))
    except UnreadableImage:
        refused += 1
print(refused)
"""


def test_broken_pictures_write_nothing_to_stderr() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 100 and done.stderr == ""
