"""Photographs taken together until the network has enough to do, and their faces tagged so many at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from classifiers.tagger import Tagger, Tags

T = TypeVar("T")


def batches(photographs: Iterable[T], size: int, faces: Callable[[T], int]) -> Iterator[list[T]]:
    """Those that together have `size` faces or more, in order; the last may have fewer."""
    batch: list[T] = []
    for photograph in photographs:
        batch.append(photograph)
        if sum(map(faces, batch)) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def tagged(inputs: Sequence[NDArray[np.uint8]], tagger: "Tagger", size: int) -> Iterator["Tags"]:
    """The tags of prepared faces uint8[S, S, 3], in order, of `size` faces at a time."""
    return (tagger.tag(np.stack(inputs[start : start + size])) for start in range(0, len(inputs), size))
