"""What a teacher says of training images: softer labels than the data set's, and less noisy.

Computed once and kept in the cache. Knows nothing of the training loop.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers import checkpoint, pixels
from classifiers.celeba import Faces
from classifiers.evaluate import predict


def taught(
    teacher: str,
    faces: Faces,
    cache: Path,
    device: str = "cpu",
    progress: Callable[[int, int], None] | None = None,
) -> NDArray[np.float32]:
    """float32[N, 40]: the teacher's calibrated probability of each attribute, over a face and its mirror image.

    `teacher` is a model's folder or name; ModelError when there is none.
    """
    network, card = checkpoint.load(checkpoint.shipped(teacher))
    path = cache / f"taught-{card.fingerprint[:24]}-{pixels.key(faces, card.preprocessing)}.npy"
    if not path.exists():
        prepared = pixels.cached(faces, card.preprocessing, cache, progress)
        network.to(device)
        logits = sum(
            predict(network, card.preprocessing, view, autocast=True).logits
            for view in (prepared, prepared[:, :, ::-1])
        )
        unfinished = path.with_suffix(".tmp")
        with unfinished.open("wb") as file:
            np.save(file, card.calibration.probabilities(np.float32(0.5) * np.asarray(logits, np.float32)))
        unfinished.replace(path)
    probabilities: NDArray[np.float32] = np.load(path)
    return probabilities
