"""The pictures of `grid`: a panel a run with its curves, all others' behind them, the best run's in the accent."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from classifiers.training.grid import Outcome, best
from ui.study import charts
from ui.study.charts import ACCENT, CONTRAST, GREY, INK, NORMAL, SMALL

COLUMNS = 3
PALE = "#d3dadd"  # the other runs
CURVES = {  # a picture's name, what it is called, and which columns of the history it shows: training, validation
    "loss": ("Loss", "loss", "validation_loss"),
    "accuracy": ("Accuracy", "accuracy", "validation_accuracy"),
    "average-precision": ("Mean average precision on validation", None, "validation_mean_average_precision"),
}


def curves(outcomes: Sequence[Outcome], kind: str) -> Figure:
    """The curves of one kind of all runs, on the same scale."""
    title, training, validation = CURVES[kind]
    rows = -(-len(outcomes) // COLUMNS)
    remark = "; ".join(dict.fromkeys(outcome.scale for outcome in outcomes))
    drawn = charts.figure(9, 0.9 + 2.1 * rows, title, remark)
    panels = list(drawn.subplots(rows, COLUMNS, sharex=True, sharey=True, squeeze=False).flat)
    chosen = best(outcomes)
    for outcome, axes in zip(outcomes, panels, strict=False):
        others = [other for other in outcomes if other is not outcome]
        _panel(axes, outcome, others, training, validation, outcome is chosen)
    if training and outcomes:
        panels[0].legend(frameon=False, fontsize=SMALL, labelcolor=INK, loc="best")
    for axes in panels[len(outcomes) :]:
        axes.set_visible(False)
    return drawn


def _panel(
    axes: Axes, outcome: Outcome, others: Sequence[Outcome], training: str | None, validation: str, chosen: bool
) -> None:
    charts.plain(axes, grid="y")
    charts.heading(axes, outcome.name + ("  (best)" if chosen else ""), accent=chosen)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    for other in others:
        _line(axes, other.history, validation, color=PALE, marker="")
    if training:
        _line(axes, outcome.history, training, color=GREY, linestyle=(0, (3, 2)), label="training")
    _line(axes, outcome.history, validation, color=ACCENT if chosen else INK, label="validation")
    if outcome.diverged:
        axes.text(0.5, 0.5, "diverged", transform=axes.transAxes, ha="center", color=CONTRAST, fontsize=NORMAL)


def _line(axes: Axes, history: Sequence[dict[str, Any]], column: str, **style: Any) -> None:
    epochs = [row["epoch"] + 1 for row in history]
    look = {"linewidth": 1.6, "marker": "o", "markersize": 2.5, **style}
    axes.plot(epochs, [row[column] for row in history], **look)
