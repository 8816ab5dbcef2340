"""A loaded picture of any mode -> RGB in sRGB, made smaller on the way, a few rows at a time.

So that a large picture is never held twice. It knows no formats and nothing of how the pixels lie.
"""

import numpy as np
from PIL import Image

from retrieval.pictures.colour import is_srgb, to_srgb

GREY = (128, 128, 128)  # what shows through transparent pixels
BAND = 1_000_000  # pixels at a time


def rgb(image: Image.Image, factor: int) -> Image.Image:
    """A copy in 8 bits a channel, `factor` times smaller, mid grey where it is transparent."""
    profile = image.info.get("icc_profile")
    plain = factor == 1 and image.mode == "RGB" and not image.has_transparency_data
    if plain and is_srgb(profile, "RGB"):
        return image.copy()
    copy = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)))
    rows = max(1, BAND // (image.width * factor)) * factor
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(image.height, top + rows)))
        copy.paste(_over_grey(_eight_bits(band).reduce(factor), profile), (0, top // factor))
    return copy


def _eight_bits(band: Image.Image) -> Image.Image:
    """In L, RGB or CMYK, or with transparency in LA or RGBA."""
    if band.mode.startswith("I;16"):  # Pillow's own conversion clips at 255
        return Image.fromarray((np.asarray(band) >> 8).astype(np.uint8))
    if band.has_transparency_data:
        return band.convert("LA" if band.mode in ("L", "LA", "La") else "RGBA")
    if band.mode in ("L", "RGB", "CMYK"):
        return band
    return band.convert("L" if band.mode == "1" else "RGB")


def _over_grey(band: Image.Image, profile: bytes | None) -> Image.Image:
    if not band.mode.endswith("A"):
        return to_srgb(band, profile)
    canvas = Image.new("RGB", band.size, GREY)
    canvas.paste(to_srgb(band.convert(band.mode[:-1]), profile), mask=band.getchannel("A"))
    return canvas
