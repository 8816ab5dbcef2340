"""The pictures of `explore`, each from the numbers in the table beside it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from numpy.typing import NDArray

from classifiers.sets.explore import Frequency, Pair
from retrieval.attributes import ATTRIBUTES
from ui.study import charts
from ui.study.charts import ACCENT, CONTRAST, DIVERGING, FAINT, GREY, INK, NORMAL, SMALL


def frequency(rows: Sequence[Frequency], images: int) -> Figure:
    """A bar an attribute, the commonest first, with its share and how unequal the two classes are."""
    drawn = charts.figure(
        7.5, 9.5, "How common each attribute is", f"{images:,} images; right: commoner class to rarer"
    )
    axes = charts.plain(drawn.add_subplot(), grid="x")
    axes.barh(range(len(rows)), [row.share for row in rows], height=0.72, color=ACCENT)
    charts.rows(axes, [row.attribute for row in rows])
    axes.set_xlim(0, 1.16)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    for place, row in enumerate(rows):
        share = axes.text(row.share + 0.008, place, f"{row.share:.1%}", va="center", fontsize=SMALL, color=INK)
        share.set_bbox({"facecolor": charts.PAPER, "edgecolor": "none", "pad": 0.5})
        ratio = f"{row.imbalance:.1f} : 1" if row.imbalance else "one class"
        axes.text(1.15, place, ratio, va="center", ha="right", fontsize=SMALL, color=GREY)
    return drawn


def male_and_young(shares: Sequence[tuple[str, float, float]], table: NDArray[np.int64]) -> Figure:
    """Shares of `Male` and `Young` by partition, and the two crossed: [not male, male] x [not young, young]."""
    drawn = charts.figure(9, 3.6, "Male and Young")
    left, middle, right = drawn.subplots(1, 3, width_ratios=(1, 1, 1.25))
    for axes, name, column in ((left, "Male", 1), (middle, "Young", 2)):
        charts.plain(axes)
        charts.heading(axes, f"Share that is {name}")
        charts.rows(axes, [str(row[0]) for row in shares])
        values = [float(row[column]) for row in shares]
        axes.barh(range(len(shares)), 1, height=0.6, color=FAINT)
        axes.barh(range(len(shares)), values, height=0.6, color=ACCENT)
        axes.set_xticks([])
        for place, value in enumerate(values):
            axes.text(0.02, place, f"{value:.1%}", va="center", color="white", fontsize=NORMAL, fontweight="bold")
    _crossed(right, table)
    return drawn


def _crossed(axes: Axes, table: NDArray[np.int64]) -> None:
    charts.plain(axes)
    share = table / max(1, table.sum())
    axes.imshow(share, cmap=DIVERGING, vmin=-1, vmax=1, aspect="auto")
    axes.set_xticks([0, 1], ["not Young", "Young"])
    axes.set_yticks([0, 1], ["not Male", "Male"])
    charts.heading(axes, "The two together")
    for (row, column), value in np.ndenumerate(table):
        text = f"{value:,}\n{share[row, column]:.1%}"
        axes.text(column, row, text, ha="center", va="center", fontsize=NORMAL, color=INK)


def correlation(phi: NDArray[np.float64], order: NDArray[np.int64]) -> Figure:
    """The matrix [40, 40] in that order of attributes; the diagonal, which is 1, is left white."""
    drawn = charts.figure(10.5, 9.6, "Which attributes go together", "phi of their labels, attributes clustered")
    axes = charts.plain(drawn.add_subplot())
    shown = np.where(np.eye(len(phi), dtype=bool), 0, phi[np.ix_(order, order)])
    picture = axes.imshow(shown, cmap=DIVERGING, vmin=-1, vmax=1)
    names = [ATTRIBUTES[i] for i in order]
    charts.rows(axes, names)
    axes.set_xticks(range(len(names)), [name.replace("_", " ") for name in names], rotation=90)
    bar = drawn.colorbar(picture, ax=axes, shrink=0.4, aspect=25, ticks=[-1, -0.5, 0, 0.5, 1])
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0, labelsize=SMALL, labelcolor=INK)
    return drawn


def pairs(rows: Sequence[Pair]) -> Figure:
    """A bar a pair, to the left where the one excludes the other."""
    drawn = charts.figure(7.5, 5.6, f"The {len(rows)} strongest pairs", "phi: 1 always together, −1 never")
    axes = charts.plain(drawn.add_subplot(), grid="x")
    colours = [ACCENT if row.phi > 0 else CONTRAST for row in rows]
    axes.barh(range(len(rows)), [row.phi for row in rows], height=0.7, color=colours)
    charts.rows(axes, [f"{row.first} · {row.second}" for row in rows])
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_xlim(-1.1, 1.1)
    for place, row in enumerate(rows):
        beside, side = (0.02, "left") if row.phi > 0 else (-0.02, "right")
        axes.text(row.phi + beside, place, f"{row.phi:+.2f}".replace("-", "−"), va="center", ha=side, fontsize=SMALL)
    return drawn


def people(rows: Sequence[tuple[int, int]]) -> Figure:
    """How many people have so many images."""
    everybody, images = sum(count for _, count in rows), sum(size * count for size, count in rows)
    remark = f"{images:,} images of {everybody:,} people, {images / max(1, everybody):.1f} a person"
    drawn = charts.figure(7.5, 3.6, "Images of one person", remark)
    axes = charts.plain(drawn.add_subplot(), grid="y")
    axes.bar([size for size, _ in rows], [count for _, count in rows], width=0.8, color=ACCENT)
    axes.set_xlabel("images", fontsize=NORMAL, color=INK)
    axes.set_ylabel("people", fontsize=NORMAL, color=INK)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
    for size, count in rows if len(rows) <= 12 else ():
        axes.text(size, count, f"{count:,}", ha="center", va="bottom", fontsize=SMALL, color=INK)
    return drawn


def partitions(rows: Sequence[tuple[str, int]]) -> Figure:
    """A bar a partition."""
    drawn = charts.figure(6, 2.2, "Partitions", f"{sum(count for _, count in rows):,} images")
    axes = charts.plain(drawn.add_subplot())
    axes.barh(range(len(rows)), [count for _, count in rows], height=0.6, color=ACCENT)
    charts.rows(axes, [name for name, _ in rows])
    axes.set_xticks([])
    axes.margins(x=0.12)
    for place, (_, count) in enumerate(rows):
        axes.text(count, place, f"  {count:,}", va="center", fontsize=NORMAL, color=INK)
    return drawn
