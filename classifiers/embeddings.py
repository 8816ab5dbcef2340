"""A data set's embeddings by a model, made once and kept in the cache. Knows nothing of what they are for."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.sets import pixels
from classifiers.sets.celeba import Faces
from classifiers.tagger import Tagger

Progress = Callable[[int, int], None]


def cached(
    tagger: Tagger, faces: Faces, cache: Path, decoding: Progress | None = None, progress: Progress | None = None
) -> NDArray[np.float32]:
    """float32[N, F] of unit length. The file is named after the model and the very images (`pixels.key`), as is that of
    the decoded images; DatasetError for an image that cannot be read.
    """
    seen = tagger.card.preprocessing
    path = cache / f"embedded-{tagger.card.weights_sha256[:24]}-{pixels.key(faces, seen)}.npy"
    if not path.exists():
        prepared = pixels.cached(faces, seen, cache, decoding)
        unfinished = path.with_suffix(".tmp")
        with unfinished.open("wb") as file:
            np.save(file, tagger.tag_all(prepared, progress).embeddings)
        unfinished.replace(path)
    embeddings: NDArray[np.float32] = np.load(path)
    return embeddings
