"""Tables of a model's card: figures at each set of thresholds, of likeness, of queries, on FairFace by group.

Shows what there is; figures that it does not know it lists as deep as they come.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Facts = Mapping[str, Any]

SPLITS = {"test": "test", "val": "validation"}
MEANINGS = {"look": "looks alike", "person": "same person"}
PEOPLE = """\
## Who is the same person

`people.safetensors` is a head over the embeddings that brings one person's photographs together. Two groups of faces
count as one person from a mean cosine of {alike} on: chosen on validation, so that at least 95 of 100 pairs in a group
are right there. Nobody of validation or test was learned from."""
SETS = {"accuracy": "accuracy", "f1": "F1", "counts": "counts"}


def further(split: str, figures: Facts) -> str:
    """What a partition's figures hold beside their means: other thresholds, likeness, queries; "" for none of it."""
    found = (_sets(split, figures), _likeness(split, figures), _queries(split, figures))
    return "\n\n".join(part for part in found if part)


def _sets(split: str, figures: Facts) -> str:
    sets = figures.get("sets") or {}
    rows = [(SETS.get(name, name), *map(figure, values.values())) for name, values in sets.items()]
    if not rows:
        return ""
    header = ("thresholds for", *(key.replace("_", " ") for key in next(iter(sets.values()))))
    said = f"The table above decides at the thresholds for {figures.get('thresholds', 'accuracy')}"
    said += f", `find` at those for {figures['find']}" if "find" in figures else ""
    return f"{said}. On {split}:\n\n{table(header, rows)}"


def _likeness(split: str, figures: Facts) -> str:
    its = figures.get("likeness")
    if not its:
        return ""
    rows = [(f"another photograph of the person among the nearest {k}", figure(v)) for k, v in its["recall"].items()]
    rows += [
        ("of the 40 attributes, equal with the ten nearest", figure(its["agreement"], 1)),
        ("equal with anybody", figure(its["chance"], 1)),
        ("equal in two photographs of one person", figure(its["same_person"], 1)),
    ]
    return f"Similar faces, each of {its['queries']:,} photographs of {split} asked once:\n\n{table(('', ''), rows)}"


def _queries(split: str, figures: Facts) -> str:
    asked = figures.get("queries") or {}
    rows = [
        (
            f"{its['queries']:,} {name}{words}",
            *(figure(its.get(key), 3) for key in ("average_precision", "first_60", "best_first_60")),
            *(figure(value, 3) for value in its["filter_f1"].values()),
        )
        for name, every in asked.items()
        for its, words in ((every, ", NOT among them"), (every.get("without_not"), " without NOT"))
        if its
    ]
    if not rows:
        return ""
    sets = next(iter(asked.values()))["filter_f1"]
    header = ("queries", "average precision", "precision of the first 60", "the same of a perfect order",
              *(f"F1 of the filter, thresholds for {SETS.get(name, name)}" for name in sets))  # fmt: skip
    return f"All queries of two and of three attributes that are true of 20 faces of {split}:\n\n{table(header, rows)}"


def people(card: Facts) -> str:
    """How well the head tells people apart, where the model has one."""
    its = card.get("people") or {}
    figures = its.get("figures") or {}
    groups = [
        (SPLITS.get(name, name), *(figure(f[key], 3) for key in ("images", "people", "precision", "recall")))
        for name, f in figures.items()
        if "precision" in f
    ]
    if not groups:
        return ""
    near = [
        (SPLITS.get(name, name), MEANINGS[meaning], *(figure(share, 3) for share in shares.values()))
        for name, f in figures.items()
        for meaning, shares in (f.get("same_person_among_nearest") or {}).items()
    ]
    header = (
        "partition",
        "photographs",
        "people",
        "right pairs of those grouped",
        "pairs of one person that are found",
    )
    first = ("partition", "near is", "same person among the nearest 1", "5", "10")
    parts = [PEOPLE.format(alike=its["alike"]), table(header, groups), table(first, near)]
    if strangers := figures.get("fairface"):
        parts.append(
            "On FairFace, where nearly every photograph is another person, by the half of them that did not set the "
            f"head's centre: {figure(strangers['wrong_pairs'])} of "
            f"{figure(strangers['pairs'])} pairs were put into one group, and {figure(strangers['in_wrong_group'])} of "
            f"{figure(strangers['photographs'])} photographs lie in one with somebody else."
        )
    return "\n\n".join(parts)


def others(card: Facts) -> Iterator[str]:
    """Sections with figures on other data than CelebA's partitions."""
    for name, figures in (card.get("figures") or {}).items():
        if name == "fairface":
            yield _fairface(figures)
        elif name not in SPLITS and isinstance(figures, Mapping):
            yield f"## On {name}\n\n" + table(("", ""), [(path, figure(value)) for path, value in leaves(figures)])


def _fairface(figures: Facts) -> str:
    """Agreement with FairFace's labels, a row a group."""
    rows = [
        (f"`{name}`", group if kind == "all" else f"{kind}: {group}", *_row(its))
        for name in ("Male", "Young")
        for kind, groups in (figures.get(name) or {}).items()
        for group, its in ({"all faces": groups} if kind == "all" else groups).items()
    ]
    said = f"Photographs of another data set: a face was found in {figures.get('found', 0):,} of "
    said += f"{figures.get('photographs', 0):,}. `Male` is compared with its label of gender, `Young` with age "
    said += f"({figures.get('young', 'not said')})."
    header = ("attribute", "group", "faces", "agreement", "95 % interval", "balanced")
    return f"## On FairFace, by group\n\n{said}\n\n{table(header, rows)}"


def _row(its: Facts) -> tuple[str, ...]:
    interval = f"{figure(its.get('low'), 3)} to {figure(its.get('high'), 3)}"
    return figure(its.get("faces")), figure(its.get("accuracy"), 3), interval, figure(its.get("balanced_accuracy"), 3)


def leaves(figures: Facts, before: str = "") -> Iterator[tuple[str, Any]]:
    """(where it is, figure) of all single figures, however deep."""
    for key, value in figures.items():
        path = f"{before}, {key}" if before else str(key)
        if isinstance(value, Mapping):
            yield from leaves(value, path)
        elif isinstance(value, int | float | str):
            yield path.replace("_", " "), value


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def figure(value: Any, places: int = 4) -> str:
    """A figure as text: real numbers with so many places, a dash for none."""
    if isinstance(value, float):
        return f"{value:.{places}f}"
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
