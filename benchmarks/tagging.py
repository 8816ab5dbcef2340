"""Faces a CPU-second that a shipped model tags, by OpenVINO and by torch in turn, and how often both decide alike.

    python benchmarks/tagging.py [CELEBA]

Faces are the samples, or with CELEBA its first 1,500 of the test partition. torch computes in float32, on one thread;
OpenVINO in what it chooses for this processor. Each figure is the best of three rounds.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from classifiers.networks import checkpoint
from classifiers.networks.inference import predict
from classifiers.networks.predicted import Predicted
from classifiers.sets import celeba
from classifiers.tagger import Tagger
from ui.shipped import samples_folder

ROUNDS, FACES, TIMED = 3, 1500, 256


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("celeba", type=Path, nargs="?")
    paths = _paths(parser.parse_args().celeba)
    torch.set_num_threads(1)
    for name in ("densenet121-112", "densenet121", "resnet50"):
        print(compared(name, paths), flush=True)


def compared(name: str, paths: list[Path]) -> str:
    """One line of figures."""
    tagger = Tagger.load(name, "cpu")
    faces = np.stack([tagger.prepare(Image.open(path)) for path in paths])
    network, _ = checkpoint.load(checkpoint.shipped(name))
    ways = [partial(predict, network, tagger.card.preprocessing), partial(tagger._network, batch_size=64)]
    rates = np.array([[_rate(way, faces[:TIMED]) for way in ways] for _ in range(ROUNDS)]).max(axis=0)
    said = [tagger.card.probabilities(way(faces).logits) for way in ways]
    alike = np.equal(*(each >= np.array(tagger.card.thresholds) for each in said)).mean()
    return (
        f"{name}: torch {rates[0]:.0f}, OpenVINO {rates[1]:.0f} faces a CPU-second ({rates[1] / rates[0]:.2f} x); "
        f"{alike:.2%} of decisions the same, probabilities {np.abs(said[0] - said[1]).max():.3f} apart at most, "
        f"{np.abs(said[0] - said[1]).mean():.4f} on average"
    )


def _rate(way: Callable[[NDArray[np.uint8]], Predicted], faces: NDArray[np.uint8]) -> float:
    before = time.process_time()
    way(faces)
    return len(faces) / (time.process_time() - before)


def _paths(folder: Path | None) -> list[Path]:
    if folder is None:
        return sorted(samples_folder().glob("*.jpg"))
    faces = celeba.load(folder).split("test").first(FACES)
    return [faces.folder / name for name in faces.names]


if __name__ == "__main__":
    main()
