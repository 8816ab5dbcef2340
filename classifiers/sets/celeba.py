"""The CelebA data set on disk: which image has which attributes, in which partition, of which person.

Reads Kaggle's layout (three CSV files beside `img_align_celeba/`) and torchvision's (the original text files).
Knows nothing of pixels or networks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import FacequeryError

SPLITS = {"train": 0, "val": 1, "test": 2}  # the numbers of CelebA's partition file


class DatasetError(FacequeryError):
    """The folder is not a usable CelebA data set; the sentence names the file and what is wrong with it."""


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Some of the data set's images, in the order of their names.

    `names` are file names inside `folder`; `labels` is bool[N, 40] in the order of `ATTRIBUTES`;
    `identities` is int64[N], -1 where the data set does not name the person.
    """

    folder: Path
    names: tuple[str, ...]
    labels: NDArray[np.bool_]
    identities: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.names)

    def first(self, count: int | None) -> "Faces":
        """The first `count` faces (all for None)."""
        return Faces(self.folder, self.names[:count], self.labels[:count], self.identities[:count])


@dataclass(frozen=True, slots=True, eq=False)
class CelebA:
    """The whole data set: `partition` is int64[N], 0 train, 1 val, 2 test."""

    faces: Faces
    partition: NDArray[np.int64]

    def split(self, name: str) -> Faces:
        """The faces of "train", "val" or "test"; DatasetError when there are none."""
        if name not in SPLITS:
            raise DatasetError(f"There is no split called {name!r}: choose one of {', '.join(SPLITS)}.")
        chosen = np.flatnonzero(self.partition == SPLITS[name])
        if not len(chosen):
            raise DatasetError(f"{self.faces.folder.parent} holds no image of the {name} split.")
        names = tuple(self.faces.names[i] for i in chosen)
        return Faces(self.faces.folder, names, self.faces.labels[chosen], self.faces.identities[chosen])


def people(identities: NDArray[np.int64]) -> NDArray[np.int64]:
    """Whose face each is, int64[N] counted from 0, and -1 where the data set does not say; DatasetError where there is
    nobody to tell from another.
    """
    known = identities >= 0
    names, numbers = np.unique(identities[known], return_inverse=True)
    if len(names) < 2:
        raise DatasetError("The data set does not say whose faces these are: leave --identity out.")
    people = np.full(len(identities), -1)
    people[known] = numbers
    return people


def load(folder: Path) -> CelebA:
    """The data set in `folder`, or in `folder/celeba` as torchvision leaves it; DatasetError says what is missing."""
    if not folder.is_dir():
        raise DatasetError(f"There is no folder {folder}. Give the folder that holds img_align_celeba/.")
    root = folder / "celeba" if (folder / "celeba").is_dir() else folder
    reader = _kaggle if (root / "list_attr_celeba.csv").exists() else _torchvision
    attributes = reader(root, "list_attr_celeba")
    partition = reader(root, "list_eval_partition")
    identity = reader(root, "identity_CelebA") if _has_identities(root) else None
    return _joined(root, attributes, partition, identity)


def _has_identities(root: Path) -> bool:
    return any((root / f"identity_CelebA{suffix}").exists() for suffix in (".csv", ".txt"))


def _kaggle(root: Path, name: str) -> pd.DataFrame:
    return _table(root / f"{name}.csv", lambda path: pd.read_csv(path, index_col="image_id"))


def _torchvision(root: Path, name: str) -> pd.DataFrame:
    skipped, header = (1, 0) if name == "list_attr_celeba" else (0, None)  # attributes: a count, then the names
    return _table(
        root / f"{name}.txt",
        lambda path: pd.read_csv(path, sep=r"\s+", skiprows=skipped, header=header, index_col=0),
    )


def _table(path: Path, reading: Callable[[Path], pd.DataFrame]) -> pd.DataFrame:
    try:
        table = reading(path)
    except FileNotFoundError:
        raise DatasetError(f"{path} is missing: CelebA comes with it, in Kaggle's and torchvision's layout.") from None
    except (ValueError, UnicodeDecodeError, pd.errors.ParserError) as error:
        raise DatasetError(f"{path} is not a CelebA table ({error}). Download it again.") from error
    if not table.index.is_unique:
        raise DatasetError(f"{path} names {table.index[table.index.duplicated()][0]} twice.")
    return table


def _joined(root: Path, attributes: pd.DataFrame, partition: pd.DataFrame, identity: pd.DataFrame | None) -> CelebA:
    absent = [name for name in ATTRIBUTES if name not in attributes.columns]
    if absent:
        raise DatasetError(f"The attribute table in {root} has no column {absent[0]}; it needs CelebA's 40.")
    values = attributes[list(ATTRIBUTES)].to_numpy()
    if not np.isin(values, (-1, 1)).all():
        raise DatasetError(f"The attribute table in {root} holds values other than 1 and -1.")
    names = tuple(str(name) for name in attributes.index)
    missing = attributes.index.difference(partition.index)
    if len(missing):
        raise DatasetError(f"The partition table in {root} does not name {missing[0]}.")
    folder = root / "img_align_celeba"
    if not folder.is_dir():
        raise DatasetError(f"There is no folder {folder} with the images.")
    faces = Faces(folder, names, values == 1, _identities(identity, attributes.index))
    return CelebA(faces, partition.loc[attributes.index].iloc[:, 0].to_numpy(np.int64))


def _identities(table: pd.DataFrame | None, names: pd.Index) -> NDArray[np.int64]:
    if table is None:
        return np.full(len(names), -1, np.int64)
    return table.iloc[:, 0].reindex(names, fill_value=-1).to_numpy(np.int64)
