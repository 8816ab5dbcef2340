"""Further sets of faces to learn from, beside CelebA: a table each, whose cells may be empty where nobody knows.

Which attributes are known of which image, and whose faces they are across all sets. Knows nothing of pixels.
"""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.sets import celeba
from classifiers.sets.celeba import DatasetError, Faces
from retrieval.attributes import ATTRIBUTES
from retrieval.errors import shown

CELEBA = "CelebA, training partition"
IDENTITY = "identity"
CELLS = {"1": True, "-1": False, "0": False, "": None}  # 0 and -1 both say no, as in CelebA's two layouts


@dataclass(frozen=True, slots=True, eq=False)
class FaceSet:
    """Faces, which of their labels are known, bool[N, 40], and whose they are: a person's name, "" for nobody's.

    The same name is the same person in every set; CelebA's people are called by their numbers. `name` and `sha256`
    are those of the table; CelebA's checksum is "".
    """

    name: str
    faces: Faces
    known: NDArray[np.bool_]
    people: tuple[str, ...]
    sha256: str = ""

    def __len__(self) -> int:
        return len(self.faces)

    def first(self, count: int | None) -> "FaceSet":
        """The first `count` faces (all for None)."""
        return FaceSet(self.name, self.faces.first(count), self.known[:count], self.people[:count], self.sha256)

    def told(self) -> dict[str, Any]:
        """For a card: the table's name, its images, and of how many each attribute is known, if not of all."""
        known = {name: int(count) for name, count in zip(ATTRIBUTES, self.known.sum(0), strict=True) if count}
        facts = {"data": self.name, "images": len(self), "sha256": self.sha256}
        return {name: value for name, value in facts.items() if value} | ({} if self.known.all() else {"known": known})


def of_celeba(faces: Faces) -> FaceSet:
    """CelebA's own faces, of which all is known but, perhaps, who they are."""
    people = tuple(str(number) if number >= 0 else "" for number in faces.identities.tolist())
    return FaceSet(CELEBA, faces, np.ones_like(faces.labels), people)


def people(sets: Sequence[FaceSet]) -> NDArray[np.int64]:
    """Whose face each is in all the sets, one after another: int64[N] from 0, -1 where that is not said; DatasetError
    where there is nobody to tell from another.
    """
    names = np.array([name for each in sets for name in each.people])
    numbers = np.unique(names, return_inverse=True)[1].astype(np.int64)
    return celeba.people(np.where(names == "", -1, numbers))


def read(path: Path) -> FaceSet:
    """The faces of a CSV table: the first column is an image's path from the table's folder, every other an attribute,
    spelled as in `ATTRIBUTES`, or `identity`. A cell is 1, -1 or 0 (both no), or empty where it is not known.

    DatasetError names row (the header is row 1) and column of what is not so.
    """
    header, rows, sha256 = _rows(path)
    _check_header(header, path)
    cells = [_row(row, number, header, path) for number, row in enumerate(rows, start=2)]
    names = tuple(name for name, _, _ in cells)
    _check_names(names, path)
    labels, known = np.zeros((2, len(cells), len(ATTRIBUTES)), bool)
    columns = [ATTRIBUTES.index(name) for name in header[1:] if name != IDENTITY]
    values = np.array([values for _, values, _ in cells], object).reshape(len(cells), len(columns))
    labels[:, columns], known[:, columns] = values == True, values != None  # noqa: E711, E712 (cell by cell)
    faces = Faces(path.parent, names, labels, np.full(len(names), -1, np.int64))
    return FaceSet(path.name, faces, known, tuple(person for _, _, person in cells), sha256)


def _rows(path: Path) -> tuple[list[str], list[list[str]], str]:
    """Header, rows, and the file's sha256."""
    try:
        data = path.read_bytes()
        header, *rows = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    except OSError as error:
        raise DatasetError(f"The table {shown(str(path))} cannot be read ({error.strerror}).") from error
    except (ValueError, csv.Error) as error:  # ValueError: not UTF-8, or not a single row
        raise DatasetError(f"{shown(str(path))} is not a table of comma-separated values in UTF-8.") from error
    if not rows:
        raise DatasetError(f"{shown(str(path))} names no image: it holds a header at most.")
    return header, rows, hashlib.sha256(data).hexdigest()


def _check_header(header: list[str], path: Path) -> None:
    for number, name in enumerate(header[1:], start=2):
        if name not in (*ATTRIBUTES, IDENTITY):
            near = get_close_matches(name, (*ATTRIBUTES, IDENTITY), 1)
            meant = f"Did you mean {near[0]}?" if near else f"Leave it out, or name it {IDENTITY} if it says who it is."
            raise DatasetError(f"{_at(path, 1, number, name)} is no attribute, spelled as CelebA does. {meant}")
        if name in header[1 : number - 1]:
            raise DatasetError(f"{_at(path, 1, number, name)} is there twice.")


def _row(row: list[str], number: int, header: list[str], path: Path) -> tuple[str, list[bool | None], str]:
    """An image's name, its cells of attributes, and its person."""
    if len(row) != len(header):
        raise DatasetError(f"{shown(str(path))}, row {number}: {len(row)} cells under {len(header)} columns.")
    values: list[bool | None] = []
    person = ""
    for column, (name, cell) in enumerate(zip(header[1:], row[1:], strict=True), start=2):
        if name == IDENTITY:
            person = cell.strip()
        elif cell.strip() in CELLS:
            values.append(CELLS[cell.strip()])
        else:
            said = f"{_at(path, number, column, name)} holds “{shown(cell[:40])}”"
            raise DatasetError(f"{said}: a cell is 1, or -1 or 0 for no, or empty where it is not known.")
    return row[0], values, person


def _check_names(names: tuple[str, ...], path: Path) -> None:
    seen: set[str] = set()
    for number, name in enumerate(names, start=2):
        if not name or name in seen:
            said = f"names {shown(name)} once more" if name else "names no image"
            raise DatasetError(f"{_at(path, number, 1, 'of images')} {said}.")
        seen.add(name)


def _at(path: Path, row: int, column: int, name: str) -> str:
    return f"{shown(str(path))}, row {row}: column {column} (“{shown(name[:40])}”)"
