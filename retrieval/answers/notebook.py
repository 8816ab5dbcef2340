"""An answer as it is shown where it was asked for in Python: a table in a terminal, pictures in a notebook.

Names of files are strangers' text: they are made printable, and escaped where they are HTML.
"""

import base64
from html import escape
from typing import TYPE_CHECKING

from retrieval.answers import pictures
from retrieval.errors import shown

if TYPE_CHECKING:
    from retrieval.answers.answers import Answer, Hit

ROWS, PICTURES = 20, 24  # faces that are shown; all are in the answer

_GRID = "display:flex;flex-wrap:wrap;gap:8px"
_CARD = f"width:{pictures.SIDE}px;margin:0;font-size:11px;overflow-wrap:anywhere"
_PLACE = f"display:block;width:{pictures.SIDE}px;height:{pictures.SIDE}px;object-fit:contain;background:#dee0e2"


def text(answer: "Answer") -> str:
    """A line a face and one about them all."""
    lines = [_row("face", "score", "box", "photograph")] if answer.hits else []
    for hit in answer.hits[:ROWS]:
        left, top, right, bottom = hit.box
        lines.append(_row(str(hit.face), f"{hit.score:.1%}", f"{left},{top} {right},{bottom}", shown(hit.photo)))
    return "\n".join([*lines, _summary(answer, min(ROWS, len(answer.hits)))])


def html(answer: "Answer") -> str:
    """A card a face; the pictures are cut out now, and lie inside the document."""
    cards = "".join(map(_card, answer.hits[:PICTURES]))
    summary = escape(_summary(answer, min(PICTURES, len(answer.hits))))
    return f'<div><p>{summary}</p><div style="{_GRID}">{cards}</div></div>'


def _row(face: str, score: str, box: str, photograph: str) -> str:
    return f"{face:>8}  {score:>6}  {box:<21}  {photograph}"


def _card(hit: "Hit") -> str:
    jpeg = pictures.crop(hit.photo, hit.box)
    name = escape(shown(hit.photo))
    source = "" if jpeg is None else f' src="data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"'
    picture = f'<img{source} alt="" style="{_PLACE}">'
    return f'<figure style="{_CARD}" title="{name}">{picture}{hit.face} · {hit.score:.1%}<br>{name}</figure>'


def _summary(answer: "Answer", number: int) -> str:
    of = f" that match {shown(answer.query)}" if answer.query else ""
    first = f", {number:,} of them shown" if number < answer.total else ""
    return f"{answer.total:,} face{'' if answer.total == 1 else 's'}{of}{first}"
