"""A model's card for people, in Hugging Face's form, from its `card.json` alone: so the two never disagree.

Front matter that machines read, then what the model is, how it was trained, what it gets right, what its words are
worth and what it must not be used for. Knows nothing of weights or data, and imports nothing heavy.
"""

import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from classifiers.cards import reliability
from classifiers.cards.model_card_figures import SPLITS, Facts, figure, further, others, people, table
from classifiers.cards.model_card_text import BIAS, INTRODUCTION, LABELS, LICENCE, USES
from classifiers.cards.reliability import calibration_error, measured

NAMES = {
    "densenet121": "DenseNet121",
    "resnet50": "ResNet50",
    "efficientnet_lite0": "EfficientNet-Lite0",
    "efficientnet_lite2": "EfficientNet-Lite2",
}
OVERALL = {  # a figure's name in card.json, and as people and Hugging Face call it
    "accuracy": ("accuracy", "accuracy"),
    "balanced_accuracy": ("balanced accuracy", "balanced_accuracy"),
    "macro_f1": ("macro F1", "f1"),
    "mean_average_precision": ("mean average precision", "average_precision"),
    "expected_calibration_error": ("expected calibration error, mean of the 40", "expected_calibration_error"),
    "expected_calibration_error_of_a_perfect_model": ("the same of a perfect model, for want of faces", ""),
    "contradiction_rate": ("faces whose attributes contradict each other", "contradiction_rate"),
    "contradiction_rate_of_labels": ("the same of the labels", ""),
}
EPOCHS = 16  # rows of the learning curve at most
BARS = "▁▂▃▄▅▆▇█"


ANCESTORS = {
    "began_from": "It began from the weights",
    "learned_from": "It learned, beside the labels, from what a teacher says and sees, the weights",
}


def render(name: str, card: Facts) -> str:
    """The text of a model's README.md; `name` is the model's, `card` the content of its `card.json`."""
    sections = (
        _front_matter(name, card),
        _introduction(card),
        _training(card),
        _overall(card),
        _by_attribute(card),
        people(card),
        *others(card),
        LABELS,
        USES,
        BIAS,
        _licence(card),
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def _front_matter(name: str, card: Facts) -> str:
    """YAML, whose values are written as JSON, which YAML contains."""
    lines = {
        "license": "other",
        "license_name": "celeba-non-commercial",
        "license_link": "https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html",
        "library_name": "facequery",
        "pipeline_tag": "image-classification",
        "tags": ["face-attributes", "multi-label", "image-feature-extraction", card["architecture"]],
        "datasets": ["celeba", *_further(card)],
        "metrics": ["accuracy", "balanced_accuracy", "f1", "average_precision"],
    }
    index = json.dumps([{"name": name, "results": list(_results(card))}], indent=2)
    written = [f"{key}: {json.dumps(value)}" for key, value in lines.items()]
    return "\n".join(["---", *written, "model-index:", textwrap.indent(index, "  "), "---"])


def _results(card: Facts) -> Iterator[dict[str, Any]]:
    for split, called in SPLITS.items():
        if figures := _figures(card, split):
            metrics = [
                {"type": kind, "name": words, "value": round(figures[key], 4)}
                for key, (words, kind) in OVERALL.items()
                if kind and isinstance(figures.get(key), int | float)
            ]
            dataset = {"type": "celeba", "name": f"CelebA, {called} partition", "split": called}
            task = {"type": "image-classification", "name": "40 face attributes, multi-label"}
            yield {"task": task, "dataset": {**dataset, "args": {"images": figures["images"]}}, "metrics": metrics}


def _introduction(card: Facts) -> str:
    size = card["preprocessing"]["size"]
    title = f"# {NAMES.get(card['architecture'], card['architecture'])}, {size} x {size} pixels, on CelebA"
    left, top, right, bottom = card["preprocessing"]["crop"]
    facts = INTRODUCTION.format(
        features=card["features"], across=right - left, down=bottom - top, size=size, rule=card["threshold_rule"]
    )
    return f"{title}\n\n{facts}"


def _training(card: Facts) -> str:
    training = card.get("training") or {}
    history = training.get("history") or []
    hyper = training.get("hyperparameters") or {}
    rows = [
        ("data", training.get("data", "not recorded")),
        ("machine", training.get("machine", "not recorded")),
        ("wall time", _lasting(sum(row.get("seconds", 0) for row in history)) if history else "not recorded"),
        ("epochs", f"{len(history)}, the best is {training.get('best_epoch', -1) + 1}" if history else "not recorded"),
        ("seed", hyper.get("seed", "not recorded")),
        *_descriptors_and_speed(training),
        ("sha256 of `model.safetensors`", f"`{card['weights_sha256']}`"),
    ]
    parts = ["## How it was trained", table(("", ""), rows)]
    parts += [f"Hyperparameters: {_hyperparameters(hyper)}."] if hyper else []
    parts += [_ancestor(words, model) for key, words in ANCESTORS.items() for model in training.get(key, [])]
    parts += [_learning_curve(history)] if history else []
    return "\n\n".join(parts)


def _descriptors_and_speed(training: Facts) -> Iterator[tuple[str, str]]:
    """Rows of what only newer cards tell."""
    for teacher in training.get("teachers") or []:
        yield "teacher", teacher
    if its := training.get("descriptors"):
        known = its.get("network") or f"`{its['file']}`, sha256 `{its['sha256'][:12]}`"
        yield "likeness learned from", known
    if speed := training.get("images_per_second"):
        yield "images a second, validation included", f"{speed:,.0f}"


def _further(card: Facts) -> list[str]:
    """The tables that it learned from beside CelebA, by name."""
    sets = (card.get("training") or {}).get("sets") or []
    return [each["data"] for each in sets[1:]]


def _licence(card: Facts) -> str:
    """CelebA's terms, and those of the other sets as far as the card tells them."""
    sets = (card.get("training") or {}).get("sets") or []
    further = "".join(f"\n- `{each['data']}`: {each.get('terms', 'its own terms')}" for each in sets[1:])
    return f"{LICENCE} Learned from too, under terms that apply besides:\n{further}" if further else LICENCE


def _ancestor(words: str, training: Facts) -> str:
    history = training.get("history") or []
    lasting = _lasting(sum(row.get("seconds", 0) for row in history))
    hyper = training.get("hyperparameters") or {}
    return (
        f"{words} `{training['weights_sha256'][:12]}`: {len(history)} epochs, {lasting}, seed {hyper.get('seed')}; "
        f"{_hyperparameters(hyper)}."
    )


def _hyperparameters(hyper: Facts) -> str:
    """All but the seed."""
    told = {key: value for key, value in hyper.items() if value not in ("", [])}
    return ", ".join(f"{key.replace('_', ' ')} {_said(value)}" for key, value in told.items() if key != "seed")


def _learning_curve(history: Sequence[Facts]) -> str:
    columns = {
        "loss": "loss",
        "accuracy": "accuracy",
        "validation_loss": "validation loss",
        "validation_accuracy": "validation accuracy",
        "validation_mean_average_precision": "validation mean average precision",
    }
    there = [key for key in columns if key in history[0]]
    step = -(-len(history) // EPOCHS)
    shown = [row for index, row in enumerate(history) if (len(history) - 1 - index) % step == 0]
    rows = [(row["epoch"] + 1, *(f"{row[key]:.4f}" for key in there)) for row in shown]
    curve = [row[there[-1]] for row in history]
    spark = f"{columns[there[-1]].capitalize()}, epoch by epoch: `{_spark(curve)}`"
    return f"{spark}\n\n{table(('epoch', *(columns[key] for key in there)), rows)}"


def _overall(card: Facts) -> str:
    splits = {split: figures for split in SPLITS if (figures := _figures(card, split))}
    if not splits:
        return "## How good it is\n\nNot measured yet: `facequery evaluate CELEBA --write-card` does."
    header = ("", *(f"{SPLITS[split]}, {figures['images']:,} images" for split, figures in splits.items()))
    rows = [
        (words, *(figure(figures.get(key)) for figures in splits.values()))
        for key, (words, _) in OVERALL.items()
        if any(key in figures for figures in splits.values())
    ]
    for key in ("precision", "recall", "f1"):
        values = (figure(figures.get("weighted", {}).get(key)) for figures in splits.values())
        rows.append((f"weighted {key if key != 'f1' else 'F1'}", *values))
    parts = ["## How good it is", table(header, rows)]
    return "\n\n".join([*parts, *(further(SPLITS[split], figures) for split, figures in splits.items())]).rstrip()


def _by_attribute(card: Facts) -> str:
    figures = measured(card)
    if figures is None:
        return ""
    grades = reliability.reliability(card)
    columns = ("average_precision", "precision", "recall", "f1", "balanced_accuracy")
    rows = []
    for name, graded in sorted(grades.items(), key=lambda item: (item[1].grade, item[0])):
        its = figures["attributes"][name]
        why = " ".join(letter or "–" for letter in graded[1:])
        values = (figure(its.get(column), 2) for column in columns)
        error = figure(calibration_error(its), 3)
        share = f"{its['support'] / figures['images']:.1%}"
        rows.append((f"`{name}`", f"**{graded.grade}**", why, *values, error, share))
    header = ("attribute", "grade", "labels, ranking, calibration", "average precision", "precision", "recall", "F1",
              "balanced accuracy", "calibration error", "faces that have it")  # fmt: skip
    return f"## Attribute by attribute\n\n{rule()}\n\n{table(header, rows)}"


def rule() -> str:
    """The rule of the grades, with its numbers, in words."""
    audit, agreement, skill, calibration = (
        ", ".join(f"{letter} {cut:g}" for letter, cut in zip("ABC", cuts, strict=True))
        for cuts in (reliability.AUDIT, reliability.AGREEMENT, reliability.SKILL, reliability.CALIBRATION)
    )
    pairs = reliability.PAIRS
    return (
        f"An attribute's grade, from A to D, is the worst of three. **Labels**: where people looked again, at most "
        f"this share of wrong ones ({audit}); elsewhere, agreement beyond chance of the labels of {pairs} photographs "
        f"that are twice in the data set, at least ({agreement}). **Ranking**: average precision lifted over the "
        f"prevalence, (AP − p) / (1 − p), at least ({skill}). **Calibration**: expected calibration error, at most "
        f"({calibration}); – where it is not measured. {pairs} pairs say little about what is rare: take a "
        "neighbouring grade for possible."
    )


def _figures(card: Facts, split: str) -> Facts | None:
    return (card.get("figures") or {}).get(split)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else "all" if value is None else str(value) or "none"


def _lasting(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 90 else f"{minutes} min"


def _spark(values: Sequence[float]) -> str:
    low, span = min(values), (max(values) - min(values)) or 1.0
    return "".join(BARS[round((value - low) / span * (len(BARS) - 1))] for value in values)
