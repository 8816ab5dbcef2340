"""Pixels and the colour profile that came with them -> sRGB, which is what every network here has learnt from.

Nearly all photographs are in sRGB already, with or without a profile that says so, and those cost nothing.
"""

from functools import cache, lru_cache
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

ALIKE = 2  # levels of 255: what is changed no more than that is sRGB under another name
MOST_BYTES = 4 * 2**20  # of a profile: those of printers have 2 MB
MOST_STEPS = 64 * 2**10  # bytes of one with free processing elements, each of which is gone through for every colour


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB in sRGB of a picture in L, RGB or CMYK; a profile that is broken or of another mode is passed by."""
    transform = _transform(profile, image.mode) if profile else None
    if transform is None:
        return image if image.mode == "RGB" else image.convert("RGB")
    changed = ImageCms.applyTransform(image, transform)
    assert changed is not None  # it is only in place that it gives nothing back
    return changed


def is_srgb(profile: bytes | None, mode: str) -> bool:
    """Whether `to_srgb` has nothing to do but to change the mode."""
    return profile is None or _transform(profile, mode) is None


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    if len(profile) > MOST_BYTES or (b"mpet" in profile and len(profile) > MOST_STEPS):
        return None
    probe = _probe(mode)
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        transform = ImageCms.buildTransform(given, _srgb(), mode, "RGB")
        seen = ImageCms.applyTransform(probe, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    levels = [np.asarray(picture, np.int16) for picture in (probe.convert("RGB"), seen)]
    return transform if np.abs(levels[0] - levels[1]).max() > ALIKE else None


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _probe(mode: str) -> Image.Image:
    """Colours from all over the mode's space."""
    channels = len(Image.new(mode, (1, 1)).getbands())
    steps = np.linspace(0, 255, {1: 256, 3: 8}.get(channels, 5)).astype(np.uint8)
    colours = np.stack(np.meshgrid(*[steps] * channels), -1).reshape(1, -1, channels)
    return Image.frombytes(mode, (colours.shape[1], 1), colours.tobytes())
