"""What a network says of faces, whichever library computes it."""

from collections.abc import Callable
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


class Predicted(NamedTuple):
    """float32 logits [N, 40], and embeddings [N, 512] of unit length."""

    logits: NDArray[np.float32]
    embeddings: NDArray[np.float32]


class Predict(Protocol):
    """A network at work on prepared faces uint8[N, size, size, 3], at most `batch_size` of them at once. `progress` is
    called with (faces done, faces in all).
    """

    def __call__(
        self,
        faces: NDArray[np.uint8],
        *,
        batch_size: int = 64,
        progress: Callable[[int, int], None] | None = None,
    ) -> Predicted: ...
