"""The same face in any colour space is the same face."""

import random
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageCms

from retrieval.pictures import colour
from retrieval.pictures.decoding import decode
from tests.bad_files import encoded, picture
from tests.retrieval.pictures import profiles

SRGB = ImageCms.createProfile("sRGB")
MILD = picture(5, (96, 64)).point(lambda level: 64 + level // 2)  # inside every one of these spaces
EXACT = {"PNG": {}, "TIFF": {}, "WEBP": {"lossless": True}}
KINDS = {**EXACT, "JPEG": {"quality": 100, "subsampling": 0}, "HEIF": {"quality": 95}, "AVIF": {"quality": 95}}


def given(profile: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(BytesIO(profile))


def levels_apart(image: Image.Image, other: Image.Image) -> int:
    return int(np.abs(np.asarray(image, int) - np.asarray(other, int)).max())


@pytest.mark.parametrize("space", profiles.SPACES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_in_another_space_is_seen_as_it_was_meant(kind: str, space: str) -> None:
    profile = profiles.rgb(space)
    stored = ImageCms.profileToProfile(MILD, SRGB, given(profile))
    found = decode(encoded(stored, kind, icc_profile=profile, **KINDS[kind])).image
    assert levels_apart(stored, MILD) > 10
    assert levels_apart(found, MILD) <= (6 if kind in EXACT else 30)
    assert np.abs(np.asarray(found, float) - np.asarray(MILD, float)).mean() < 3


def test_transparent_parts_and_orientation_stay_as_they_are() -> None:
    profile, exif = profiles.rgb("ProPhoto"), Image.Exif()
    exif[0x0112] = 3
    stored = ImageCms.profileToProfile(MILD, SRGB, given(profile))
    assert stored is not None
    stored.putalpha(Image.new("L", stored.size, 255))
    stored.paste((0, 0, 0, 0), (0, 0, 32, 64))
    found = decode(encoded(stored, "PNG", icc_profile=profile, exif=exif)).image
    assert found.getpixel((90, 10)) == (128, 128, 128)
    assert levels_apart(found.crop((0, 0, 64, 64)), MILD.rotate(180).crop((0, 0, 64, 64))) <= 6


def test_grey_with_a_profile_is_seen_as_it_was_meant() -> None:
    half = Image.new("L", (8, 8), 128)
    light = decode(encoded(half, "PNG", icc_profile=profiles.grey(1.0))).image.getpixel((4, 4))
    assert light[0] == light[1] == light[2] == pytest.approx(188, abs=2)  # half the light


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_inks_with_a_profile_are_seen_as_it_says(kind: str) -> None:
    cyan = Image.new("CMYK", (16, 16), (128, 0, 0, 0))
    plain = decode(encoded(cyan, kind)).image.getpixel((8, 8))
    seen = decode(encoded(cyan, kind, icc_profile=profiles.inks())).image.getpixel((8, 8))
    assert plain[0] < plain[2] - 100
    assert max(seen) - min(seen) <= 3 and 60 < seen[0] < 200


def test_a_profile_that_says_srgb_costs_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(SRGB).tobytes()
    assert colour.is_srgb(profile, "RGB") and colour.is_srgb(None, "RGB")
    assert not colour.is_srgb(profiles.rgb("Display P3"), "RGB")
    assert levels_apart(decode(encoded(MILD, "PNG", icc_profile=profile)).image, MILD) == 0


BROKEN = {
    "noise": random.Random(1).randbytes(500),
    "cut": profiles.rgb("ProPhoto")[:200],
    "without a matrix": profiles._profile(b"RGB ", {}),
    "of grey": profiles.grey(1.0),
    "of an unknown space": profiles._profile(b"XXXX", {}),
    "far too long": profiles.rgb("ProPhoto") + bytes(colour.MOST_BYTES),
    "of many steps": profiles.rgb("ProPhoto") + b"mpet" + bytes(colour.MOST_STEPS),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_profile_is_passed_by(kind: str) -> None:
    data = encoded(MILD, "TIFF", icc_profile=BROKEN[kind])
    assert levels_apart(decode(data).image, MILD) == 0
