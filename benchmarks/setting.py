"""What the scripts that measure a model share: their arguments, and what the model says of a partition."""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers.sets import celeba, pixels
from classifiers.tagger import Tagger
from ui.options import cache_folder


def parser(doc: str | None) -> argparse.ArgumentParser:
    """CELEBA, --model and --cache; a script adds its own."""
    arguments = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("celeba", type=Path)
    arguments.add_argument("--model", default="densenet121")
    arguments.add_argument("--cache", type=Path, default=cache_folder(None))
    return arguments


def logits(tagger: Tagger, faces: celeba.Faces, cache: Path) -> NDArray[np.float32]:
    """[N, 40], of faces in the data set's order."""
    return tagger.logits(pixels.cached(faces, tagger.card.preprocessing, cache))
