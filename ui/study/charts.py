"""How the study's pictures look, and how they and the tables beside them are written: the same bytes every time.

One accent colour, greys, no frames. matplotlib is used through its objects and the Agg canvas, never through
pyplot's global state. Knows nothing of what is drawn.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from retrieval.errors import shown

ACCENT, CONTRAST = "#2b6777", "#c8703a"  # the app's colour; its opposite, for what is negative
INK, GREY, FAINT, PAPER = "#22282c", "#8b949a", "#e3e7e9", "#ffffff"
DIVERGING = LinearSegmentedColormap.from_list("diverging", [CONTRAST, PAPER, ACCENT])
SERIES = (ACCENT, "#9aa5ab", CONTRAST, "#5c6b73", "#d9b48f")  # models, in the order they were named
SMALL, NORMAL, LARGE = 7.5, 9.0, 12.0  # points
DOTS = 130  # an inch


def figure(width: float, height: float, title: str, remark: str = "") -> Figure:
    """An empty picture of that size in inches, with a title at its top left, and a line of remark below it."""
    drawn = Figure(figsize=(width, height), dpi=DOTS, facecolor=PAPER, layout="constrained")
    FigureCanvasAgg(drawn)
    drawn.suptitle(f"{title}\n" if remark else title, x=0.01, ha="left", fontsize=LARGE, fontweight="bold", color=INK)
    if remark:
        below = 1 - (LARGE * 1.9 + 4) / 72 / height
        drawn.text(0.01, below, remark, ha="left", va="top", fontsize=NORMAL, color=GREY)
    return drawn


def plain(axes: Axes, *, grid: str = "") -> Axes:
    """Axes without a frame or ticks, small labels; `grid` is "x", "y" or nothing."""
    axes.set_frame_on(False)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=INK)
    axes.set_axisbelow(True)
    if grid == "x":
        axes.grid(axis="x", color=FAINT, linewidth=0.8)
    elif grid == "y":
        axes.grid(axis="y", color=FAINT, linewidth=0.8)
    return axes


def heading(axes: Axes, text: str, *, accent: bool = False) -> None:
    """A few words above a panel, at its left."""
    axes.set_title(text, loc="left", fontsize=NORMAL, color=ACCENT if accent else INK)


def legend(drawn: Figure, colours: Mapping[str, str], inside: Axes | None = None) -> None:
    """What the colours stand for: at the picture's top right, or where there is no room, at the top left of a panel.

    The words may be names of files: what is no character is shown as �, and a $ begins no formula.
    """
    patches = [Patch(color=colour, label=shown(label)) for label, colour in colours.items()]
    look: dict[str, Any] = {"handles": patches, "frameon": False, "fontsize": NORMAL, "labelcolor": INK}
    if inside is not None:
        made = inside.legend(loc="upper left", **look)
    else:
        made = drawn.legend(loc="upper right", ncols=len(patches), **look)
    for text in made.get_texts():
        text.set_parse_math(False)


def rows(axes: Axes, names: Sequence[str]) -> None:
    """Names down the left side, the first at the top, at 0, 1, 2..."""
    axes.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)


def write(drawn: Figure, path: Path) -> Path:
    """Writes a picture as PNG without a date or a version in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn.savefig(path, format="png", metadata={"Software": None})
    return path


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Writes a table as CSV in UTF-8; real numbers with six places, nothing for None, a � for what is no character."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([_cell(value) for value in row] for row in (header, *rows))
    return path


def _cell(value: object) -> object:
    if isinstance(value, str):
        return shown(value)
    return f"{value:.6f}" if isinstance(value, float) else value
