"""A contact sheet of one attribute: faces that are labelled with it on the left, faces without it on the right."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from classifiers.sets.celeba import DatasetError

TILE = (107, 131)  # pixels: CelebA's 178 x 218, at three fifths
COLUMNS, MARGIN, HEAD, GUTTER = 4, 8, 54, 44
PAPER, INK, GREY, ACCENT = (255, 255, 255), (34, 40, 44), (139, 148, 154), (43, 103, 119)


def write(path: Path, attribute: str, positive: Sequence[Path], negative: Sequence[Path]) -> Path:
    """Writes a PNG of the faces in these files; DatasetError names one that cannot be read."""
    rows = max(1, -(-max(len(positive), len(negative)) // COLUMNS))
    half = COLUMNS * (TILE[0] + MARGIN) - MARGIN
    sheet = Image.new("RGB", (2 * half + GUTTER + 2 * MARGIN, HEAD + rows * (TILE[1] + MARGIN)), PAPER)
    draw = ImageDraw.Draw(sheet)
    for left, title, colour, files in (
        (MARGIN, attribute, ACCENT, positive),
        (MARGIN + half + GUTTER, f"not {attribute}", GREY, negative),
    ):
        draw.text((left, 12), title.replace("_", " "), colour, ImageFont.load_default(22))
        for index, file in enumerate(files):
            row, column = divmod(index, COLUMNS)
            sheet.paste(_face(file), (left + column * (TILE[0] + MARGIN), HEAD + row * (TILE[1] + MARGIN)))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)
    return path


def _face(file: Path) -> Image.Image:
    try:
        with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as image:
            return image.convert("RGB").resize(TILE, Image.Resampling.LANCZOS)
    except (OSError, SyntaxError, ValueError) as error:
        raise DatasetError(f"The image {file} cannot be read ({error}).") from error
