"""Graphs at work on this machine's processor: the one module that imports OpenVINO. It knows no faces.

OpenVINO computes in bfloat16 where the processor has the instructions for it, and in float32 elsewhere. When it is
imported it tells its makers so, by a package of telemetry that comes along: that package is kept from being loaded,
and what converts other makers' models with it, which takes a third of the time of the import.
"""

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

# OpenVINO does without where they are not to be had.
sys.modules["openvino_telemetry"] = sys.modules["openvino.tools.ovc"] = None  # type: ignore[assignment]
from openvino import Core, Model, Node  # noqa: E402
from openvino import opset13 as ops  # noqa: E402

__all__ = ["Model", "Node", "Processor", "ops", "read", "use_one_core"]

ONE_CORE = {"NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": 1, "ENABLE_CPU_PINNING": False}
_settings: dict[str, Any] = {"PERFORMANCE_HINT": "THROUGHPUT"}

Answer = tuple[NDArray[np.float32], ...]


class Processor:
    """A graph, compiled. Safe to call from threads: as many calls compute at once as there are `streams`, each on its
    own part of the processor, and what one answers does not depend on the others.
    """

    def __init__(self, graph: Model, precision: str | None = None) -> None:
        exactly = {"INFERENCE_PRECISION_HINT": precision} if precision else {}
        self._compiled = _core().compile_model(graph, "CPU", {**_settings, **exactly})
        self.streams = int(self._compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self._idle: list[Any] = []  # requests that are not at work: for a small batch, a new one takes as long as it

    def __call__(self, batch: NDArray[Any]) -> Answer:
        """The graph's outputs, in its order; RuntimeError where there is not enough memory for them."""
        request = self._request()
        answered = request.infer([np.ascontiguousarray(batch)], share_inputs=True, share_outputs=True)
        answer = tuple(np.array(each) for each in answered.values())
        self._idle.append(request)
        if any(len(each) != len(batch) for each in answer):  # it does not always say so itself
            raise RuntimeError("OpenVINO gave no answer, most often for want of memory")
        return answer

    def _request(self) -> Any:
        """One that nobody uses; it is another thread's again once it is among the idle ones."""
        with suppress(IndexError):
            return self._idle.pop()
        return self._compiled.create_infer_request()

    def each(self, batches: Iterable[NDArray[Any]]) -> Iterator[Answer]:
        """What it answers to each batch, in their order, some of them at once; where that is one, in the caller's own
        thread: in one begun for it the network takes longer.
        """
        if self.streams == 1:
            yield from map(self, batches)
            return
        with ThreadPoolExecutor(self.streams) as pool:
            yield from pool.map(self, batches)


def use_one_core() -> None:
    """For a process that is one of several: what is compiled from here on computes on one core, whichever is free."""
    _settings.clear()
    _settings.update(ONE_CORE)


def read(path: str) -> Model:
    """The graph in an ONNX file."""
    return _core().read_model(path)


@cache
def _core() -> Core:
    return Core()
