"""How figures about a model look: tables for people, CSV, and numbers short enough for a card. Knows nothing of how
they were measured; it takes them as the JSON they are.
"""

import csv
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from ui.output import console, write_table

COLUMNS = (
    "accuracy",
    "balanced_accuracy",
    "precision",
    "recall",
    "f1",
    "average_precision",
    "expected_calibration_error",
)
Facts = Mapping[str, Any]


def write(facts: Facts, split: str) -> None:
    """Everything that was measured, for people: `facts` by partition and data set."""
    if split in facts:
        _write_partition(facts[split])
    if "fairface" in facts:
        _write_fairface(facts["fairface"])


def write_csv(facts: Facts) -> None:
    """The classification report: a row an attribute, then the means, each attribute counting the same (macro) or as
    often as it is true (weighted).
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["attribute", *COLUMNS, "support"])
    for name, values in (*facts["attributes"].items(), *_means(facts)):
        writer.writerow([name, *(f"{values[column]:.6f}" for column in COLUMNS), values["support"]])


def _means(facts: Facts) -> Iterator[tuple[str, dict[str, Any]]]:
    rows = list(facts["attributes"].values())
    supports = [row["support"] for row in rows]
    for name, weights in (("macro average", [1] * len(rows)), ("weighted average", supports)):
        total = sum(weights) or 1
        means = {c: sum(w * row[c] for w, row in zip(weights, rows, strict=True)) / total for c in COLUMNS}
        yield name, {**means, "support": sum(supports)}


def rounded(value: Any, digits: int) -> Any:
    """The same JSON with its numbers rounded."""
    if isinstance(value, Mapping):
        return {name: rounded(inner, digits) for name, inner in value.items()}
    return round(value, digits) if isinstance(value, float) else value


def _write_partition(facts: Facts) -> None:
    short = {"expected_calibration_error": "calibration error"}
    rows = [
        [*(f"{values[column]:.3f}" for column in COLUMNS), str(values["support"]), name]
        for name, values in (*facts["attributes"].items(), *_means(facts))
    ]
    headers = [short.get(column, column.replace("_", " ")) for column in COLUMNS]
    write_table([*headers, "support", "attribute"], rows, numbers=len(COLUMNS) + 1)
    if "likeness" in facts:
        _write_likeness(facts["likeness"])
    for name, asked in facts.get("queries", {}).items():
        _write_queries(name, asked)
    _write_summary(facts)


def _write_summary(facts: Facts) -> None:
    out = console()
    out.print(
        f"{facts['images']:,} images, decided for {facts['thresholds']}: mean average precision "
        f"{facts['mean_average_precision']:.4f}, expected calibration error "
        f"{facts['expected_calibration_error']:.4f} (a perfect model's: "
        f"{facts['expected_calibration_error_of_a_perfect_model']:.4f}), labels that contradict themselves in "
        f"{facts['contradiction_rate_of_labels']:.2%} of the rows"
    )
    for name, values in facts["sets"].items():
        used = ", which `find` uses" if name == facts.get("find") else ""
        out.print(
            f"thresholds for {name}{used}: accuracy {values['accuracy']:.4f}, balanced accuracy "
            f"{values['balanced_accuracy']:.4f}, macro F1 {values['macro_f1']:.4f}, contradictory rows "
            f"{values['contradiction_rate']:.2%}"
        )


def _write_likeness(facts: Facts) -> None:
    out = console()
    if facts["queries"]:
        recall = ", ".join(f"{share:.3f} at {k}" for k, share in facts["recall"].items())
        out.print(f"the same person among the nearest, of {facts['queries']:,} queries: recall {recall}")
    out.print(
        f"a face and its ten nearest agree on {facts['agreement']:.2f} of 40 attributes (any two faces: "
        f"{facts['chance']:.2f}, a person's own photographs: {facts['same_person']:.2f})"
    )


def _write_queries(name: str, facts: Facts) -> None:
    rows = []
    for words, values in ((name, facts), (f"{name} without NOT", facts["without_not"])):
        figures = (values["average_precision"], values["first_60"], values["best_first_60"])
        rows.append([f"{values['queries']:,}", *(f"{v:.3f}" for v in (*figures, *values["filter_f1"].values())), words])
    filters = [f"F1 for {thresholds}" for thresholds in facts["filter_f1"]]
    write_table(
        ["queries", "average precision", "of the first 60", "at best", *filters, "of"], rows, numbers=4 + len(filters)
    )
    expected = ", ".join(f"{f1:.3f} for {n}" for n, f1 in facts["without_not"]["filter_f1_by_arithmetic"].items())
    console().print(f"F1 of all {name} without NOT by arithmetic from each attribute's own: {expected}")


def _write_fairface(facts: Facts) -> None:
    for name in ("Male", "Young"):
        rows = [
            [
                f"{values['faces']:,}",
                f"{values['accuracy']:.1%}",
                f"{values['low']:.1%} to {values['high']:.1%}",
                "–" if values["balanced_accuracy"] is None else f"{values['balanced_accuracy']:.1%}",
                f"{values['labelled']:,}",
                f"{values['decided']:,}",
                group,
            ]
            for group, values in _groups(facts[name])
        ]
        headers = ["faces", "agree", "95 % interval", "balanced", "labelled", "decided", f"{name}, FairFace"]
        write_table(headers, rows, numbers=6)
    console().print(
        f"a face found in {facts['found']:,} of {facts['photographs']:,} photographs of FairFace; young are those "
        f"{facts['young']}; decided for {facts['thresholds']}"
    )


def _groups(facts: Facts) -> Iterator[tuple[str, Facts]]:
    for column, values in facts.items():
        if column == "all":
            yield column, values
        else:
            yield from ((f"{column} {group}", figures) for group, figures in values.items())
