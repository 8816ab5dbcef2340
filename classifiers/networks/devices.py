"""Which device a network may use here. "cpu" needs nothing; a GPU needs torch, which is asked only about that."""

import sys
from importlib.util import find_spec
from pathlib import Path

from classifiers.cards.card import ModelError

DRIVERS = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/kfd", "/dev/dxg")  # Nvidia's, AMD's, and Windows's for its Linux


class NoSuchDevice(ModelError):
    """That device cannot be used here."""

    wrong_usage = True


def available(device: str) -> str:
    """The best device here for "auto", a GPU where there is one; NoSuchDevice for one that is not there."""
    if device == "auto":
        return _best()
    if device != "cpu":
        _try(device)
    return device


def _best() -> str:
    if not has_torch() or not _may_have_gpu():
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"


def _may_have_gpu() -> bool:
    """Whether it is worth asking torch, which takes two seconds to load: on Linux a driver shows as a file."""
    return sys.platform != "linux" or any(Path(driver).exists() for driver in DRIVERS)


def _try(device: str) -> None:
    if not has_torch():
        raise NoSuchDevice(
            f"The device {device!r} needs torch, which is not installed: pip install 'facequery[gpu]', "
            "or leave --device out."
        )
    import torch

    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise NoSuchDevice(
            f"There is no device {device!r} here ({str(error).splitlines()[0]}): leave --device out."
        ) from error


def has_torch() -> bool:
    """Whether torch is installed, which is found out without loading it."""
    try:
        return find_spec("torch") is not None
    except ValueError:  # None in its place: it is not to be had
        return False
