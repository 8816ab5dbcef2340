"""A contact sheet: the faces of an answer in one PNG, each with its confidence. Photographs are only read."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from indexer.read import UnreadableImage, read
from retrieval.library import Answer, Hit

TILE = (178, 218)  # pixels, as an aligned face
CAPTION = 26  # pixels below each face
COLUMNS = 6
MARGIN = 12
PAPER, INK = (250, 249, 246), (40, 40, 40)


def write(answer: Answer, path: Path, title: str) -> None:
    """Writes the sheet of the answer's faces; a photograph that cannot be read leaves an empty place."""
    rows = max(1, -(-len(answer.hits) // COLUMNS))
    across, down = TILE[0] + MARGIN, TILE[1] + CAPTION + MARGIN
    sheet = Image.new("RGB", (COLUMNS * across + MARGIN, rows * down + MARGIN + CAPTION), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, MARGIN - 2), title, INK, ImageFont.load_default(17))
    for index, hit in enumerate(answer.hits):
        left, top = MARGIN + index % COLUMNS * across, MARGIN + CAPTION + index // COLUMNS * down
        sheet.paste(_face(hit), (left, top))
        draw.text((left, top + TILE[1] + 4), f"{hit.score:.0%}   face {hit.face}", INK, ImageFont.load_default(13))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def _face(hit: Hit) -> Image.Image:
    try:
        return read(hit.photo).image.resize(TILE, Image.Resampling.LANCZOS, box=hit.box)
    except UnreadableImage:
        return Image.new("RGB", TILE, (220, 220, 220))
