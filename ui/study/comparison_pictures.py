"""The pictures of `compare`: learning curves, bars of precision, recall and F1, reliability, and faces tagged by all.

The models have one colour each, in the order they were named.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image

from classifiers.evaluation.compare import Bin
from retrieval.attributes import ATTRIBUTES
from ui.study import charts
from ui.study.charts import FAINT, GREY, INK, NORMAL, SERIES, SMALL

CURVES = {
    "Loss": ("loss", "validation_loss"),
    "Accuracy": ("accuracy", "validation_accuracy"),
    "Mean average precision": ("", "validation_mean_average_precision"),
}
BARS = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
LEAST, SHOWN = 8, 14  # attributes of a face that are drawn
FACES = 12  # that are drawn
NAME = 34  # characters of a file's name

Histories = Mapping[str, Sequence[Mapping[str, Any]]]
Bins = Mapping[str, Sequence[Bin]]


def colours(models: Sequence[str]) -> dict[str, str]:
    """A colour for each model; from the sixth on they come again."""
    return {model: SERIES[number % len(SERIES)] for number, model in enumerate(models)}


def curves(histories: Histories) -> Figure:
    """Loss, accuracy and average precision, epoch by epoch, of the models whose cards tell of their training."""
    drawn = charts.figure(10, 3.7, "Learning curves", "solid: validation; dashed: training")
    for axes, (title, (training, validation)) in zip(drawn.subplots(1, len(CURVES)), CURVES.items(), strict=True):
        charts.plain(axes, grid="y")
        charts.heading(axes, title)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        for history, colour in zip(histories.values(), colours(list(histories)).values(), strict=True):
            _curve(axes, history, training, color=colour, linestyle=(0, (3, 2)), linewidth=1.2)
            _curve(axes, history, validation, color=colour, linewidth=1.8, marker="o", markersize=3)
    charts.legend(drawn, colours(list(histories)))
    return drawn


def _curve(axes: Axes, history: Sequence[Mapping[str, Any]], column: str, **style: Any) -> None:
    """The epochs of which the card tells that figure: not every run was validated after each."""
    told = [(row["epoch"] + 1, row[column]) for row in history if column in row]
    axes.plot([epoch for epoch, _ in told], [value for _, value in told], **style)


def bars(figures: Mapping[str, Mapping[str, Mapping[str, float]]], order: Sequence[str], remark: str) -> Figure:
    """Precision, recall and F1 of every model on every attribute, the attributes in that order."""
    drawn = charts.figure(10, 11.5, "Precision, recall and F1", remark)
    thick = 0.8 / len(figures)
    for axes, (figure, title) in zip(drawn.subplots(1, 3, sharey=True), BARS.items(), strict=True):
        charts.plain(axes, grid="x")
        charts.heading(axes, title)
        for number, (model, colour) in enumerate(colours(list(figures)).items()):
            places = np.arange(len(order)) - 0.4 + thick * (number + 0.5)
            values = [figures[model][name][figure] for name in order]
            axes.barh(places, values, height=thick * 0.9, color=colour)
        charts.rows(axes, order)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75], ["0", "0.25", "0.5", "0.75"])
    charts.legend(drawn, colours(list(figures)))
    return drawn


def reliability(bins: Bins, errors: Mapping[str, float]) -> Figure:
    """All attributes together: what share of faces has it, where the model says so much."""
    drawn = charts.figure(
        7.2,
        7.2,
        "What a probability is worth",
        "all 40 attributes, larger dots for more faces; off by: mean expected calibration error",
    )
    axes = charts.plain(drawn.add_subplot(), grid="y")
    _diagonal(axes)
    for model, colour in colours(list(bins)).items():
        largest = max((b.faces for b in bins[model]), default=1)
        axes.plot(*_line(bins[model]), color=colour, linewidth=1.6)
        sizes = [12 + 160 * (b.faces / largest) ** 0.5 for b in bins[model]]
        axes.scatter(*_line(bins[model]), s=sizes, color=colour, alpha=0.75, linewidth=0)
    axes.set_xlabel("probability", fontsize=NORMAL, color=INK)
    axes.set_ylabel("share of faces that have the attribute", fontsize=NORMAL, color=INK)
    said = {f"{model}: off by {errors[model]:.3f}": colour for model, colour in colours(list(bins)).items()}
    charts.legend(drawn, said, inside=axes)
    return drawn


def reliability_by_attribute(bins: Mapping[str, Bins]) -> Figure:
    """The same for each attribute: `bins` by attribute and model."""
    drawn = charts.figure(
        10, 13.6, "What a probability is worth, attribute by attribute", "bins of fewer than 5 faces are left out"
    )
    panels = drawn.subplots(8, 5, sharex=True, sharey=True).flat
    for name, axes in zip(ATTRIBUTES, panels, strict=True):
        charts.plain(axes)
        axes.set_title(name.replace("_", " "), loc="left", fontsize=SMALL, color=INK)
        _diagonal(axes)
        axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        axes.set_yticks([0, 0.5, 1], ["0", "0.5", "1"])
        for model, colour in colours(list(bins[name])).items():
            kept = [b for b in bins[name][model] if b.faces >= 5]
            axes.plot(*_line(kept), color=colour, linewidth=1.3, marker="o", markersize=2.6)
    charts.legend(drawn, colours(list(bins[ATTRIBUTES[0]])))
    return drawn


def tagged(
    faces: Sequence[tuple[bytes, str, Mapping[str, Mapping[str, float]]]], thresholds: Mapping[str, Mapping[str, float]]
) -> Figure:
    """Faces (a JPEG, words, probabilities by model and attribute), each beside what every model says of it.

    Shown are the attributes that any model sees, the likeliest first, then the likeliest others; a full dot where the
    model says it is there.
    """
    shown = faces[:FACES]
    left = f"; the first {FACES} of {len(faces)} faces" if len(faces) > FACES else ""
    drawn = charts.figure(
        9,
        0.9 + 2.7 * len(shown),
        "The same faces, tagged by each",
        "full dot: at or above the model's threshold" + left,
    )
    panels = drawn.subplots(len(shown), 2, width_ratios=(1, 2.6), squeeze=False)
    for (jpeg, words, said), (picture, axes) in zip(shown, panels, strict=True):
        with Image.open(BytesIO(jpeg)) as image:
            picture.imshow(np.asarray(image))
        picture.set_axis_off()
        short = words if len(words) <= NAME else words[: NAME - 1] + "…"
        picture.set_title(short, loc="left", fontsize=SMALL, color=GREY, parse_math=False)
        _probabilities(axes, said, thresholds)
    charts.legend(drawn, colours(list(thresholds)))
    return drawn


def _probabilities(
    axes: Axes, said: Mapping[str, Mapping[str, float]], thresholds: Mapping[str, Mapping[str, float]]
) -> None:
    charts.plain(axes)
    seen = {name for model, ps in said.items() for name, p in ps.items() if p >= thresholds[model][name]}
    mean = {name: sum(ps[name] for ps in said.values()) for name in ATTRIBUTES}
    names = sorted(ATTRIBUTES, key=lambda name: (name not in seen, -mean[name]))[: max(LEAST, min(SHOWN, len(seen)))]
    axes.hlines(range(len(names)), 0, 1, color=FAINT, linewidth=0.8, zorder=0)
    for model, colour in colours(list(said)).items():
        values = [said[model][name] for name in names]
        full = [colour if p >= thresholds[model][name] else charts.PAPER for name, p in zip(names, values, strict=True)]
        axes.scatter(values, range(len(names)), s=34, c=full, edgecolors=colour, linewidth=1.4)
    charts.rows(axes, names)
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])


def _line(bins: Sequence[Bin]) -> tuple[list[float], list[float]]:
    return [b.probability for b in bins], [b.share for b in bins]


def _diagonal(axes: Axes) -> None:
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=(0, (3, 3)), zorder=0)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
