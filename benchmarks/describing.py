"""How fast faces are described on one core: as `people describe` does it, in the precision that OpenVINO would choose,
and by dlib itself where it is installed. Needs the extra `people`.

    python benchmarks/describing.py ../shared/celeba

Of aligned faces that are in memory: decoding and cutting out come besides. Also how far the descriptors lie from those
of the first row, and how many pairs are decided otherwise by them at the likeness from which on two faces are joined.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifiers.networks import dlib_file
from classifiers.networks.dlib_graph import graph
from classifiers.networks.processor import Processor, use_one_core
from classifiers.sets import celeba
from indexer.describe import AT_ONCE, by_dlib, check_installed
from retrieval.likeness.descriptors import ALIKE, comparable

Floats = NDArray[np.float32]
Network = Callable[[list[Image.Image]], Floats]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("celeba", type=Path)
    parser.add_argument("--faces", type=int, default=500)
    arguments = parser.parse_args()
    check_installed()
    use_one_core()
    faces = list(aligned(arguments.celeba, arguments.faces))
    first = None
    for name, network in networks():
        network(faces[: AT_ONCE + 1])
        began = time.process_time()
        found = np.concatenate([network(faces[at : at + AT_ONCE]) for at in range(0, len(faces), AT_ONCE)])
        seconds = time.process_time() - began
        first = found if first is None else first
        print(f"{name}: {seconds / len(faces) * 1000:.1f} ms of a core each, {len(faces) / seconds:.0f} faces a second")
        print(f"  at most {np.abs(found - first).max():.1e} away, {changed(found, first)}")


def aligned(folder: Path, number: int) -> Iterator[Image.Image]:
    photographs = celeba.load(folder).split("test")
    for name in photographs.names[:number]:
        with Image.open(photographs.folder / name) as image:
            yield image.convert("RGB")


def networks() -> Iterator[tuple[str, Network]]:
    yield "as it is, float32", by_dlib
    path = dlib_file.installed()
    assert path is not None
    fast = Processor(graph(dlib_file.read(path)))
    yield "in the processor's own precision", lambda faces: fast(chips(faces))[0]
    if find_spec("dlib"):
        yield "dlib", dlibs(path)


def dlibs(path: Path) -> Network:
    import dlib

    network: Any = dlib.face_recognition_model_v1(str(path))
    return lambda faces: np.array([network.compute_face_descriptor(chip) for chip in chips(faces)], np.float32)


def chips(faces: list[Image.Image]) -> NDArray[np.uint8]:
    return np.stack([np.asarray(dlib_file.chip(face)) for face in faces])


def changed(found: Floats, first: Floats) -> str:
    """How many pairs are on the other side of ALIKE."""
    own, other = (upper(comparable(rows)) >= ALIKE for rows in (found, first))
    return f"{(own != other).sum():,} of {len(own):,} pairs decided otherwise ({other.sum():,} are alike)"


def upper(rows: Floats) -> Floats:
    cosines: Floats = (rows @ rows.T)[np.triu_indices(len(rows), 1)]
    return cosines


if __name__ == "__main__":
    main()
