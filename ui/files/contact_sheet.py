"""A contact sheet: faces in rows, each with its confidence, its photograph's name and what is noted of it; as a PNG of
one page, or as a PDF of several. Photographs are only read, and whatever they are called is drawn as text.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from itertools import islice
from pathlib import Path, PurePath
from typing import BinaryIO, NamedTuple

from PIL import Image, ImageDraw, ImageFont

from indexer.read import UnreadableImage
from retrieval.errors import shown
from retrieval.library import Answer, Hit
from ui.files import crops
from ui.files.pdf import Pdf

TILE, HEAD, LINE, MARGIN = 200, 26, 18, 14  # pixels: a face's side, the title, a line below a face, the space between
COLUMNS = 5
ROWS = 5  # on a page of A4
A4 = (595.28, 841.89)  # points
SHARP = 2  # times as many pixels on paper as on a screen
QUALITY = 85
MOST = 300  # characters of a line that are looked at
PAPER, INK, PALE = (250, 249, 246), (40, 40, 40), (110, 110, 110)
FONT = "mpl-data/fonts/ttf/DejaVuSans.ttf"  # of matplotlib: Latin, Greek, Cyrillic, Arabic, ... but no Chinese

Notes = Mapping[int, str]


class Look(NamedTuple):
    """How a sheet is drawn: at `scale`, with `lines` below each face."""

    scale: int
    lines: int

    def __call__(self, pixels: int) -> int:
        return pixels * self.scale


def write(answer: Answer, title: str, file: BinaryIO, notes: Notes | None = None) -> int:
    """Writes one page of all of the answer's faces as PNG, and returns how many are on it."""
    look = Look(1, 3 if notes else 2)
    rows = max(1, -(-len(answer.hits) // COLUMNS))
    head = f"{title}: {answer.total:,} faces"
    _page(answer.hits, head, notes or {}, look, _height(rows, look)).save(file, "PNG")
    return len(answer.hits)


def write_pdf(hits: Iterable[Hit], title: str, file: BinaryIO, notes: Notes | None = None) -> int:
    """Writes pages of A4 with all of the faces, and returns how many there are."""
    look, number = Look(SHARP, 3 if notes else 2), 0
    with Pdf(file) as pdf:
        for at, some in enumerate(_parts(hits), 1):
            height = round(look(_width()) * A4[1] / A4[0])
            drawn = _page(some, f"{title} · page {at:,}", notes or {}, look, height)
            pdf.page(_jpeg(drawn), drawn.size, A4)
            number += len(some)
    return number


def _parts(hits: Iterable[Hit]) -> Iterator[list[Hit]]:
    """A page's faces at a time; one page of none where there are none."""
    left = iter(hits)
    some = list(islice(left, COLUMNS * ROWS))
    yield some
    while some := list(islice(left, COLUMNS * ROWS)):
        yield some


def _width() -> int:
    return COLUMNS * (TILE + MARGIN) + MARGIN


def _height(rows: int, look: Look) -> int:
    return look(rows * (TILE + MARGIN + look.lines * LINE) + MARGIN + HEAD)


def _page(hits: Iterable[Hit], title: str, notes: Notes, look: Look, height: int) -> Image.Image:
    """A photograph that cannot be read leaves a grey place."""
    sheet = Image.new("RGB", (look(_width()), height), PAPER)
    draw = ImageDraw.Draw(sheet)
    _write(draw, (look(MARGIN), look(MARGIN - 3)), title, look(17), look(_width() - 2 * MARGIN))
    across, down = TILE + MARGIN, TILE + MARGIN + look.lines * LINE
    for index, hit in enumerate(hits):
        left, top = look(MARGIN + index % COLUMNS * across), look(MARGIN + HEAD + index // COLUMNS * down)
        sheet.paste(_face(hit, look(TILE)), (left, top))
        lines = (f"{hit.score:.0%}   face {hit.face}", PurePath(hit.photo).name, notes.get(hit.face, ""))
        for line, text in enumerate(lines[: look.lines]):
            place = (left, top + look(TILE + 3 + line * LINE))
            _write(draw, place, text, look(13), look(TILE), INK if line != 1 else PALE)
    return sheet


def _write(
    draw: ImageDraw.ImageDraw, place: tuple[int, int], text: str, size: int, room: int, ink: tuple[int, int, int] = INK
) -> None:
    """One line, cut off in the middle where there is no room for it."""
    font, line = _font(size), shown(text)[:MOST]
    for kept in range(len(line) - 1, 0, -1):
        if font.getlength(line) <= room:
            break
        line = f"{shown(text)[: (kept + 1) // 2]}…{shown(text)[-(kept // 2) or MOST :]}"
    draw.text(place, line, ink, font)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Matplotlib's, which knows many alphabets; without it Pillow's own."""
    found = find_spec("matplotlib")
    file = Path(found.origin).parent / FONT if found and found.origin else None
    return ImageFont.truetype(file, size) if file and file.is_file() else ImageFont.load_default(size)


def _face(hit: Hit, side: int) -> Image.Image:
    try:
        jpeg = crops.face(hit.photo, hit.box)
    except UnreadableImage:
        jpeg = crops.placeholder()
    with Image.open(BytesIO(jpeg)) as image:
        return image.resize((side, side), Image.Resampling.LANCZOS)


def _jpeg(image: Image.Image) -> bytes:
    target = BytesIO()
    image.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()
