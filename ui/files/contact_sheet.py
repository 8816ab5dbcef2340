"""A contact sheet: the faces of an answer in one PNG, each with its confidence. Photographs are only read."""

from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageDraw, ImageFont

from indexer.read import UnreadableImage
from retrieval.library import Answer, Hit
from ui.files import crops

TILE, CAPTION, MARGIN = 200, 26, 14  # pixels: a face's side, the line below it, and the space between
COLUMNS = 5
PAPER, INK = (250, 249, 246), (40, 40, 40)


def write(answer: Answer, title: str, file: BinaryIO) -> int:
    """Writes the sheet of the answer's faces, and returns how many are on it."""
    _drawn(answer, title).save(file, "PNG")
    return len(answer.hits)


def _drawn(answer: Answer, title: str) -> Image.Image:
    """A photograph that cannot be read leaves a grey place."""
    rows = max(1, -(-len(answer.hits) // COLUMNS))
    across, down = TILE + MARGIN, TILE + CAPTION + MARGIN
    sheet = Image.new("RGB", (COLUMNS * across + MARGIN, rows * down + MARGIN + CAPTION), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, MARGIN - 3), f"{title}: {answer.total:,} faces", INK, ImageFont.load_default(17))
    for index, hit in enumerate(answer.hits):
        left, top = MARGIN + index % COLUMNS * across, MARGIN + CAPTION + index // COLUMNS * down
        sheet.paste(_face(hit), (left, top))
        draw.text((left, top + TILE + 4), f"{hit.score:.0%}   face {hit.face}", INK, ImageFont.load_default(13))
    return sheet


def _face(hit: Hit) -> Image.Image:
    try:
        jpeg = crops.face(hit.photo, hit.box)
    except UnreadableImage:
        jpeg = crops.placeholder()
    with Image.open(BytesIO(jpeg)) as image:
        return image.resize((TILE, TILE), Image.Resampling.LANCZOS)
