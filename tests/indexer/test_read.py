"""Bytes to pixels: every kind of bad file has a reason, and no kind of good one changes the face."""

import hashlib
import os
import random
import sys
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from indexer.read import Decoded, UnreadableImage, VanishedImage, decode, read_bytes
from retrieval.pictures import bounds, decoding, pixels
from tests.bad_files import BadFile, bad_files, encoded, picture
from tests.sizes import sizes

pytestmark = pytest.mark.timeout(60)


def reason(data: bytes) -> str:
    """Why these bytes are no picture; empty if they are one."""
    try:
        decode(data)
    except UnreadableImage as error:
        return error.reason
    return ""


@pytest.mark.parametrize("file", bad_files(), ids=lambda file: file.name)
def test_every_kind_of_bad_file_has_a_reason(file: BadFile) -> None:
    said = reason(file.data)
    if file.verdict is not None:
        assert (said == "") if file.verdict == "" else (file.verdict in said)
    assert "\n" not in said and not said.endswith(".") and len(said) < 160


@pytest.mark.parametrize("name", ["bomb_169mp.png", "bomb_196mp.png", "bomb_header.png"])
def test_a_bomb_costs_nothing(name: str) -> None:
    (data,) = [file.data for file in bad_files() if file.name == name]
    start = time.perf_counter()
    assert "megapixels" in reason(data)
    assert time.perf_counter() - start < 0.2
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")  # forgets the highest so far
        before = memory("VmRSS")
        reason(data)
        assert memory("VmHWM") - before < 50_000


def memory(what: str) -> int:
    """In kB: what this process takes (VmRSS), or has taken at most (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


@pytest.mark.parametrize("count", sizes(1_700, 20_000))
def test_mutated_images_never_escape(count: int) -> None:
    chance = random.Random(5)
    kinds = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "AVIF", "HEIF")  # libtiff prints from C: TIFF has its own test
    seeds = [encoded(picture(seed, (48, 48)), kind) for seed, kind in enumerate(kinds)]
    for _ in range(count):
        data = mutated(chance.choice(seeds), chance)
        start = time.perf_counter()
        reason(data)
        assert time.perf_counter() - start < 2, hashlib.sha256(data).hexdigest()


def test_mutated_tiffs_never_escape(capfd: pytest.CaptureFixture[str]) -> None:
    chance = random.Random(6)
    seeds = [encoded(picture(1, (48, 48)), "TIFF", compression=packed) for packed in ("raw", "tiff_lzw", "jpeg")]
    assert sum(reason(mutated(chance.choice(seeds), chance)) != "" for _ in range(300)) > 30
    assert "Traceback" not in capfd.readouterr().err


def mutated(seed: bytes, chance: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        place = chance.randrange(min(len(data), chance.choice((200, len(data)))))
        change = chance.choice(("flip", "cut", "insert"))
        if change == "flip":
            data[place] ^= 1 << chance.randrange(8)
        elif change == "cut" and len(data) > 60:
            del data[place : place + chance.randrange(1, 30)]
        else:
            data[place:place] = chance.randbytes(chance.randrange(1, 9))
    return bytes(data)


def test_only_listed_formats_are_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    Image.init()
    opened: list[str] = []
    for kind, (_, accept) in list(Image.OPEN.items()):
        if kind not in decoding.FORMATS:
            monkeypatch.setitem(Image.OPEN, kind, (lambda *_, kind=kind: opened.append(kind), accept))
    others = {kind: data for kind in set(Image.SAVE) - {*decoding.FORMATS, "MPO", "IM"} if (data := written(kind))}
    assert len(others) >= 15
    assert {kind: reason(data) for kind, data in others.items()} == dict.fromkeys(others, UNKNOWN_FORMAT)
    assert opened == []


UNKNOWN_FORMAT = "not a picture (no known format)"


def written(kind: str) -> bytes:
    """A file of that format in the first mode that its writer takes; none where it only reads."""
    for mode in ("RGB", "L", "P", "1", "F"):
        with suppress(OSError, ValueError):
            return encoded(picture(1).convert(mode), kind)
    return b""


REFERENCE = picture(40, (89, 109))
SAME = {
    "RGB": lambda: encoded(REFERENCE, "PNG"),
    "RGBA": lambda: encoded(REFERENCE.convert("RGBA"), "PNG"),
    "BMP": lambda: encoded(REFERENCE, "BMP"),
    "WEBP": lambda: encoded(REFERENCE, "WEBP", lossless=True),
    "CMYK": lambda: encoded(REFERENCE.convert("CMYK"), "TIFF"),
}


@pytest.mark.parametrize("kind", SAME)
def test_mode_and_format_do_not_change_the_face(kind: str) -> None:
    assert difference(decode(SAME[kind]()), REFERENCE) == 0


def test_a_palette_does_not_change_the_face() -> None:
    few = REFERENCE.quantize(64)
    assert difference(decode(encoded(few, "PNG")), few.convert("RGB")) == 0


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "HEIF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright_once(kind: str, orientation: int) -> None:
    back = decoding.UPRIGHT.get({6: 8, 8: 6}.get(orientation, orientation))
    laid = REFERENCE if back is None else REFERENCE.transpose(back)
    exif = Image.Exif()
    exif[decoding.ORIENTATION] = orientation
    options = {"WEBP": {"lossless": True}, "AVIF": {"speed": 10}}.get(kind, {})
    found = decode(encoded(laid, kind, exif=exif.tobytes(), **options))
    assert difference(found, REFERENCE) <= (30 if kind in ("HEIF", "AVIF") else 0)


def difference(found: Decoded, expected: Image.Image) -> int:
    """The most by which a value of a pixel differs."""
    assert (found.width, found.height) == found.image.size == expected.size
    return int(np.abs(np.asarray(found.image, int) - np.asarray(expected, int)).max())


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_and_not_clipped(kind: str) -> None:
    grey = np.asarray(REFERENCE.convert("L"))
    found = decode(encoded(Image.fromarray(grey.astype(np.uint16) * 257), kind)).image
    assert np.array_equal(np.asarray(found), np.repeat(grey[:, :, None], 3, axis=2))


def test_what_is_transparent_is_grey() -> None:
    clear = decode(encoded(Image.new("RGBA", (9, 9), (255, 0, 0, 0)), "PNG")).image
    assert clear.getpixel((4, 4)) == pixels.GREY


def test_the_first_frame_is_the_picture() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    for kind in ("GIF", "PNG", "TIFF"):
        found = decode(encoded(frames[0], kind, save_all=True, append_images=frames[1:])).image
        assert found.getpixel((5, 5)) == (255, 0, 0)


def test_a_large_jpeg_is_decoded_small_and_measured_large() -> None:
    exif = Image.Exif()
    exif[decoding.ORIENTATION] = 6
    found = decode(encoded(picture(1, (2400, 1600)), "JPEG", exif=exif), detail=600)
    assert found.image.size == (400, 600) and (found.width, found.height) == (1600, 2400) and found.scale == 4
    assert decode(encoded(picture(1, (2400, 1600)), "PNG"), detail=600).scale == 1
    assert decode(encoded(Image.new("RGB", (65_000, 20)), "JPEG"), detail=600).height == 20


def test_a_picture_at_the_limit_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_PIXELS", 64 * 80)
    assert reason(encoded(picture(1, (64, 80)), "PNG")) == ""
    assert "larger" in reason(encoded(picture(1, (64, 81)), "PNG"))


def test_no_memory_is_a_reason_that_may_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def starve(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Image.Image, "copy", starve)
    with pytest.raises(UnreadableImage, match="memory") as error:
        decode(encoded(picture(1), "PNG"))
    assert error.value.passing


def test_pillows_remarks_neither_leak_nor_change_the_filters_of_others() -> None:
    """Eight threads decode what Pillow remarks on, while warnings are errors: none comes out, none goes missing."""
    noisy = [file.data for file in bad_files() if file.name.startswith("exif_")] * 40
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(reason, noisy)) == {""}
        with pytest.raises(UserWarning):
            warnings.warn("somebody else's", UserWarning, stacklevel=1)


def test_the_bytes_that_are_hashed_are_the_bytes_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(data := encoded(picture(1), "PNG"))
    content = read_bytes(str(tmp_path / "a.png"))
    assert content.data == data and content.sha256 == hashlib.sha256(data).hexdigest()
    assert content.size == len(data) and decode(content.data).image.size == (64, 80)


@pytest.mark.timeout(10)
def test_special_files_are_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "dir.jpg").mkdir()
    (tmp_path / "zero.jpg").symlink_to("/dev/zero")
    with open(tmp_path / "sparse.jpg", "wb") as file:
        file.truncate(2**40)
    with open(tmp_path / "large.jpg", "wb") as file:
        file.truncate(bounds.MAX_BYTES + 1)
    said = {}
    for path in tmp_path.iterdir():
        with pytest.raises(UnreadableImage) as error:
            read_bytes(str(path))
        said[path.name] = error.value.reason
    assert said.pop("sparse.jpg") == said.pop("large.jpg") == "larger than 64 MiB"
    assert said == {
        f"{n}.jpg": f"not a file but a {k}"
        for n, k in {"pipe": "named pipe", "dir": "folder", "zero": "device"}.items()
    }


def test_a_file_that_grows_while_it_is_read_is_still_capped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jpg").write_bytes(bytes(1000))
    monkeypatch.setattr(bounds, "MAX_BYTES", 999)
    monkeypatch.setattr(os, "fstat", lambda handle: os.stat_result((0o100644, 0, 0, 0, 0, 0, 10, 0, 0, 0)))
    with pytest.raises(UnreadableImage, match="larger"):
        read_bytes(str(tmp_path / "a.jpg"))


@pytest.mark.parametrize("error", [PermissionError(13, "x"), OSError(5, "x")])
def test_a_file_that_cannot_be_opened_may_be_tried_again(monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    def refuse(*_: object) -> int:
        raise error

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(UnreadableImage, match=r"cannot be read: (permission denied|input/output error)") as raised:
        read_bytes("a.jpg")
    assert raised.value.passing


@pytest.mark.parametrize("name", ["nowhere.jpg", "a.png/b.jpg", "nul\0.jpg"])
def test_a_file_that_is_not_there_is_no_unreadable_one(tmp_path: Path, name: str) -> None:
    picture(1).save(tmp_path / "a.png")
    with pytest.raises(VanishedImage):
        read_bytes(f"{tmp_path}/{name}")


def test_no_handle_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "dir.jpg").mkdir()
    (tmp_path / "a.jpg").write_bytes(b"x")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        read_bytes(str(tmp_path / "a.jpg"))
        with pytest.raises(UnreadableImage):
            read_bytes(str(tmp_path / "dir.jpg"))
    assert len(os.listdir("/proc/self/fd")) == before


def test_too_many_bytes_in_memory_are_refused_as_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MAX_BYTES", 100)
    with pytest.raises(UnreadableImage, match=r"^larger than 64 MiB$"):
        decode(bytes(101))
