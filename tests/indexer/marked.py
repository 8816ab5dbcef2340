"""Pictures of one colour that harm whoever looks at them, and what a process of its own looks at them with."""

import os
import signal
import time
from pathlib import Path

import numpy as np
from PIL import Image

from indexer.seen import Eyes
from retrieval.errors import FacequeryError
from tests.indexer.conftest import FakeTagger

DEADLY, ENDLESS, HUGE, WRONG, UNHEARD = (255, 0, 1), (255, 0, 2), (255, 0, 3), (255, 0, 4), (255, 0, 5)


class HarmedTagger(FakeTagger):
    """Dies, hangs, has no memory or is faulty, by the colour of the face."""

    def prepare(self, face: Image.Image) -> np.ndarray:
        colour = face.getpixel((9, 9))
        if colour == DEADLY:
            os.kill(os.getpid(), signal.SIGKILL)
        elif colour == ENDLESS:
            time.sleep(1000)
        elif colour == HUGE:
            raise MemoryError
        elif colour == WRONG:
            raise ZeroDivisionError
        elif colour == UNHEARD:
            raise OSError("nothing that a file's reader raises")
        return super().prepare(face)


def harmed() -> Eyes:
    return Eyes(HarmedTagger(), None)


class CarefulTagger(FakeTagger):
    """Takes its time."""

    def prepare(self, face: Image.Image) -> np.ndarray:
        time.sleep(0.01)
        return super().prepare(face)


def careful() -> Eyes:
    return Eyes(CarefulTagger(), None)


def prepared() -> Eyes:
    return Eyes(FakeTagger(), None, tags=False)


def slow() -> Eyes:
    """Ready after a while."""
    time.sleep(1000)
    return harmed()


def without_weights() -> Eyes:
    raise FacequeryError("The weights are damaged.")


def starved() -> Eyes:
    raise MemoryError


def dead() -> Eyes:
    os.kill(os.getpid(), signal.SIGKILL)
    return harmed()


def marked(path: Path, colour: tuple[int, int, int]) -> str:
    Image.new("RGB", (64, 80), colour).save(path)
    return str(path)
