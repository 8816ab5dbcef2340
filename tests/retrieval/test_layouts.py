"""Derived files carry their layout's version in their names: arrays that lie otherwise than before need another one."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.attributes import ATTRIBUTES
from retrieval.columns import cache, codes
from retrieval.columns.bits import WIDTH
from retrieval.facts import Facts
from retrieval.library import Library
from retrieval.likeness import descriptors, sketches, vectors
from retrieval.tables import snapshot
from retrieval.tables.records import DIMENSIONS
from retrieval.tables.schema import DESCRIBED
from tests.retrieval.made import a_face, a_photo, describe, fill, vector

pytestmark = pytest.mark.sqlites

FACES = 70  # and more, where a photograph has two of them
RECORDED: dict[str, dict[int, dict[str, str]]] = {
    "snapshot": {
        1: {
            "faces": "<i8[5, faces] dcee8fb997ec",
            "probabilities": "<f4[attributes, faces] f2589bd6af5e",
            "bits": "<u8[attributes, words] eb558f55cd17",
            "planes": "<u8[attributes, planes, words] c1f289a7c79e",
            "edges": "<f4[attributes, edges] 45d0c9875224",
            "paths": "|u1[octets] 0902125f9bd4",
        },
        2: {
            "faces": "<i8[6, faces] 27c9a295e1ea",
            "probabilities": "<f4[attributes, faces] f2589bd6af5e",
            "bits": "<u8[attributes, words] eb558f55cd17",
            "planes": "<u8[attributes, planes, words] c1f289a7c79e",
            "edges": "<f4[attributes, edges] 45d0c9875224",
            "paths": "|u1[octets] 0902125f9bd4",
            "said": "<f8[4, photos] f26c2f6cc5d1",
            "names": "|u1[letters] bc522b5e6ca9",
        },
        3: {
            "faces": "<i8[6, faces] 27c9a295e1ea",
            "probabilities": "<f4[attributes, faces] f2589bd6af5e",
            "bits": "<u8[attributes, words] eb558f55cd17",
            "planes": "<u8[attributes, planes, words] c1f289a7c79e",
            "edges": "<f4[attributes, edges] 45d0c9875224",
            "paths": "|u1[octets] 0902125f9bd4",
            "said": "<f8[4, photos] f26c2f6cc5d1",
            "names": "|u1[letters] bc522b5e6ca9",
            "around": "<i8[photos] 3ebd1f958a48",
            "folders": "|u1[signs] 35a73366a48f",
        },
    },
    "vectors": {1: {"vectors": "<f4[faces, dimensions]"}},
    "descriptors": {
        1: {"descriptors": "<f4[faces, described] 6123a3ff7fa8", "described": "<i8[faces] bb5e62e991bb"},
        2: {"descriptors": "<f4[faces, described] 169bd7ddbc60", "described": "<i8[faces] bb5e62e991bb"},
    },
    "sketches": {
        1: {
            "parts": "<f4[64, 16, 8]",
            "codes": "|u1[faces, 32]",
            "faces": "<i8[bands]",
            "recalls": "<f8[bands]",
        }
    },
}
"""By file and version: the type and shape of every array, and of the snapshot's what `filled` makes of it."""


def described(arrays: Mapping[str, NDArray[Any]], **sizes: int) -> dict[str, str]:
    """Each array's type, and its shape with names for the sizes that a library or a constant decides."""
    names = {size: name for name, size in sizes.items()}
    shapes = {name: ", ".join(names.get(size, str(size)) for size in array.shape) for name, array in arrays.items()}
    return {name: f"{array.dtype.str}[{shapes[name]}]" for name, array in arrays.items()}


def with_contents(arrays: Mapping[str, NDArray[Any]], **sizes: int) -> dict[str, str]:
    """As `described`, and of what the array holds the checksum: rows that change places are another layout, too."""
    sums = {name: hashlib.sha256(array.tobytes()).hexdigest()[:12] for name, array in arrays.items()}
    return {name: f"{text} {sums[name]}" for name, text in described(arrays, **sizes).items()}


def filled(library: Library) -> snapshot.Arrays:
    """What is derived of faces with round probabilities, two in each third photograph; all but each fourth says when,
    where and by what it was taken.
    """
    rounds = [{name: (7 * at + row) % 101 / 100 for row, name in enumerate(ATTRIBUTES)} for at in range(FACES)]
    faces = [a_face(at, **values) for at, values in enumerate(rounds)]
    photos = [a_photo(f"/{at % 5}/{at}", *faces[at : at + 1 + (at % 3 == 0)]) for at in range(FACES - 1)]
    fill(library, [replace(photo, facts=facts(at)) if at % 4 else photo for at, photo in enumerate(photos)])
    library.publish()
    predicted = library._current.snapshot().predicted
    assert predicted is not None
    return predicted.arrays


def facts(at: int) -> Facts:
    return Facts(-at * 86_400, 0, f"No. {at % 5}", None, at / 2, -float(at))


def test_the_snapshots_arrays_lie_as_their_version_says(library: Library) -> None:
    arrays = filled(library)
    n = arrays.faces.shape[1]
    sizes = {
        "photos": arrays.said.shape[1],
        "faces": n,
        "words": -(-n // WIDTH),
        "attributes": 40,
        "planes": codes.PLANES,
        "edges": codes.EDGES,
    }
    lengths = {"octets": len(arrays.paths), "letters": len(arrays.names), "signs": len(arrays.folders)}
    known(snapshot.LAYOUT, "snapshot", with_contents(arrays._asdict(), **sizes, **lengths))


def test_the_vectors_lie_as_their_version_says(library: Library) -> None:
    filled(library)
    (path,) = (library.folder / cache.FOLDER).glob(f"*-layout{vectors.LAYOUT}-*.vectors.npy")
    matrix = np.load(path)
    known(vectors.LAYOUT, "vectors", described({"vectors": matrix}, faces=len(matrix), dimensions=DIMENSIONS))


def test_the_descriptors_lie_as_their_version_says(library: Library) -> None:
    filled(library)
    describe(library, {face: np.eye(1, DESCRIBED, face, np.float32)[0] * 4 for face in range(1, 80, 2)})
    assert library.described() == 40
    kept = {kind: cache_file(library, kind) for kind in (descriptors.KIND, descriptors.FACES)}
    known(descriptors.LAYOUT, "descriptors", with_contents(kept, faces=40, described=DESCRIBED))


def cache_file(library: Library, kind: str) -> NDArray[Any]:
    (path,) = (library.folder / cache.FOLDER).glob(f"*-layout{descriptors.LAYOUT}-*.{kind}.npy")
    array: NDArray[Any] = np.load(path)
    return array


def test_the_sketches_lie_as_their_version_says(tmp_path: Path) -> None:
    sketches.load(tmp_path, "state", np.stack([vector(seed) for seed in range(FACES)]))
    (path,) = (tmp_path / cache.FOLDER).glob(f"state-layout{sketches.LAYOUT}-*.{sketches.KIND}")
    with np.load(path) as kept:
        known(sketches.LAYOUT, "sketches", described(kept, faces=FACES, dimensions=DIMENSIONS, bands=1))


def known(version: int, file: str, found: dict[str, str]) -> None:
    """The layout is the one that was recorded for its version, which no other has."""
    layouts = list(RECORDED[file].values())
    assert RECORDED[file].get(version) == found, (
        f"raise {file}.LAYOUT, and record beside the others what lies there now"
    )
    assert version == max(RECORDED[file]) and all(layouts.count(layout) == 1 for layout in layouts)


@pytest.mark.parametrize("module", [snapshot, vectors])
def test_a_file_of_another_layout_is_not_believed_and_is_swept(
    library: Library, monkeypatch: pytest.MonkeyPatch, module: Any
) -> None:
    filled(library)
    answer = library.similar(vector(3), where="Male", limit=9)
    before = {path.name for path in (library.folder / cache.FOLDER).iterdir()}
    monkeypatch.setattr(module, "LAYOUT", module.LAYOUT + 10)
    with Library.open(library.store.place) as later:
        assert later.similar(vector(3), where="Male", limit=9) == answer
    after = {path.name for path in (library.folder / cache.FOLDER).iterdir()}
    raised = {name for name in after if f"-layout{module.LAYOUT}-" in name}
    assert raised == after - before and len(after) == len(before) and len(raised) == (10 if module is snapshot else 1)


def test_the_layout_is_looked_at_in_every_array(library: Library) -> None:
    arrays = filled(library)
    sizes = {"faces": arrays.faces.shape[1]}
    for name, array in arrays._asdict().items():
        others = {"type": array.astype(">f8"), "shape": array[None], "order": array[::-1].copy()}
        for other in others.values():
            assert with_contents({name: other}, **sizes) != with_contents({name: array}, **sizes)
