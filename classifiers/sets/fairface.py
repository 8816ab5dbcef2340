"""FairFace's photographs and labels, and how far `Male` and `Young` agree with them, group by group.

The labels are FairFace's annotators' words for strangers. Knows nothing of how faces are found or of networks.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifiers.sets.celeba import DatasetError

LABELS = "fairface_label_val.csv"
GROUPS = ("race", "gender", "age")
OLDEST_YOUNG = 39
"""Young, for a label of FairFace, is an age up to 39. CelebA's annotators were given no age; with this cut as many of
FairFace's faces are young (78 %) as of CelebA's (77 %)."""
Z = 1.959963984540054  # the normal distribution's 97.5 % point: intervals of 95 %


@dataclass(frozen=True, slots=True, eq=False)
class FairFace:
    """The labelled photographs that are there: their paths, and a table of the columns race, gender and age."""

    paths: tuple[Path, ...]
    people: pd.DataFrame

    @property
    def truth(self) -> dict[str, NDArray[np.bool_]]:
        """bool[N] for each attribute that can be compared: what FairFace's labels say of it."""
        oldest = self.people["age"].map(_oldest)
        return {
            "Male": (self.people["gender"] == "Male").to_numpy(bool),
            "Young": (oldest <= OLDEST_YOUNG).to_numpy(bool),
        }


def load(folder: Path) -> FairFace:
    """The photographs of a folder that has FairFace's table beside them; DatasetError says what is missing."""
    table = folder / LABELS
    try:
        people = pd.read_csv(table)
    except FileNotFoundError:
        raise DatasetError(
            f"{table} is missing: give the folder that holds it, with the photographs in val/."
        ) from None
    except (ValueError, UnicodeDecodeError, pd.errors.ParserError, OSError) as error:
        raise DatasetError(f"{table} is not FairFace's table ({error}). Download it again.") from error
    absent = [column for column in ("file", *GROUPS) if column not in people.columns]
    if absent:
        raise DatasetError(f"{table} has no column {absent[0]}: it is not FairFace's table.")
    try:
        people["age"].map(_oldest)
    except ValueError as error:
        raise DatasetError(f"{table} holds an age that is no range ({error}).") from error
    paths = [folder / "val" / Path(str(file)).name for file in people["file"]]
    there = [path.is_file() for path in paths]
    if not any(there):
        raise DatasetError(f"{folder / 'val'} holds none of the photographs that {LABELS} names.")
    return FairFace(tuple(p for p, is_there in zip(paths, there, strict=True) if is_there), people.loc[there])


def _oldest(age: str) -> float:
    """The last year of a range such as "30-39" or "more than 70"."""
    return np.inf if "more" in str(age) else float(str(age).rpartition("-")[2])


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often decisions and labels agree over some faces, with the 95 % interval of it (Wilson); how many of the
    faces have the label, and how many are said to. The balanced accuracy is None where all labels are the same.
    """

    faces: int
    accuracy: float
    low: float
    high: float
    balanced_accuracy: float | None
    labelled: int
    decided: int


def agreement(decided: NDArray[np.bool_], truth: NDArray[np.bool_]) -> Agreement:
    """Of decisions [N] with labels [N]."""
    right = decided == truth
    low, high = wilson(int(right.sum()), len(right))
    recalls = [float(right[truth == value].mean()) for value in (True, False) if (truth == value).any()]
    return Agreement(
        faces=len(right),
        accuracy=float(right.mean()),
        low=low,
        high=high,
        balanced_accuracy=float(np.mean(recalls)) if len(recalls) == 2 else None,
        labelled=int(truth.sum()),
        decided=int(decided.sum()),
    )


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22, 1927); all of 0..1 where nothing was counted.
    """
    if not count:
        return 0.0, 1.0
    share, spread = right / count, Z * Z / count
    middle = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * (share * (1 - share) / count + spread / (4 * count)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def by_group(data: FairFace, found: NDArray[np.int64], decided: dict[str, NDArray[np.bool_]]) -> dict[str, Any]:
    """The figures as JSON: for each attribute the agreement over all faces, then by race, gender and age.

    `found` [F] are the photographs in which there is a face; `decided` holds bool[F] by attribute.
    """
    facts: dict[str, Any] = {
        "photographs": len(data.paths),
        "found": len(found),
        "young": f"up to {OLDEST_YOUNG} years",
    }
    people, truth = data.people.iloc[found], data.truth
    for name, mine in decided.items():
        facts[name] = _groups(people, mine, truth[name][found]) if len(found) else {}
    return facts


def _groups(people: pd.DataFrame, decided: NDArray[np.bool_], truth: NDArray[np.bool_]) -> dict[str, Any]:
    groups: dict[str, Any] = {"all": asdict(agreement(decided, truth))}
    for column in GROUPS:
        values = people[column].astype(str).to_numpy()
        chosen = {value: values == value for value in sorted(set(values), key=_in_order)}
        groups[column] = {value: asdict(agreement(decided[rows], truth[rows])) for value, rows in chosen.items()}
    return groups


def _in_order(value: str) -> tuple[int, str]:
    """Ages by their first year, everything else by its name."""
    first = value.removeprefix("more than ").partition("-")[0]
    return (int(first) if first.isdigit() else 0), value
