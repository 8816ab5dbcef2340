import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from classifiers.networks.processor import Model, Processor, ops

ROOT = Path(__file__).parents[3]
ROWS = np.random.default_rng(1).normal(size=(60, 16)).astype(np.float32)


@pytest.fixture(scope="module")
def processor() -> Processor:
    """Answers the sum of a row, and the row."""
    rows = ops.parameter([-1, 16], np.float32)
    return Processor(Model([ops.reduce_sum(rows, [1], False), ops.relu(rows)], [rows], "sums"))


def test_answers_come_in_the_order_of_the_batches(processor: Processor) -> None:
    sums, rows = map(np.concatenate, zip(*processor.each(np.split(ROWS, 12)), strict=True))
    assert sums == pytest.approx(ROWS.sum(axis=1), abs=0.1)
    assert rows == pytest.approx(np.maximum(ROWS, 0), abs=0.02)


def test_many_threads_may_ask_at_once(processor: Processor) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda at: processor(ROWS[at : at + 3])[0], [at % 50 for at in range(400)]))
    for at, answer in enumerate(answers):
        assert (answer == processor(ROWS[at % 50 : at % 50 + 3])[0]).all()


def test_an_answer_is_the_callers_own(processor: Processor) -> None:
    first = processor(ROWS[:2])[0]
    kept = first.copy()
    processor(ROWS[2:4])
    assert (first == kept).all()


QUIET = """
import socket, sys
def refused(*_, **__):
    raise SystemExit("something was to be sent")
socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = refused
socket.getaddrinfo = socket.create_connection = refused
import numpy as np
from classifiers.tagger import Tagger
from indexer.faces import Finder
from PIL import Image
tagger = Tagger.load("densenet121", "cpu")
tagger.tag(np.zeros((1, 64, 64, 3), np.uint8))
Finder().find(Image.new("RGB", (60, 60)))
assert not [name for name in sys.modules if name.startswith("openvino_telemetry.")], "telemetry is loaded"
"""


def test_openvino_sends_nothing_to_anybody(tmp_path: Path) -> None:
    """Its package of telemetry comes along, and sends as soon as OpenVINO is imported, were it let."""
    away = {**os.environ, "HOME": str(tmp_path), "CI": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", QUIET], env=away, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_an_answer_that_is_none_is_said_to_be_one_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """As OpenVINO answers where the address space is nearly used up."""

    class Starved:
        def infer(self, given: list[np.ndarray], **_: bool) -> dict[int, np.ndarray]:
            return {0: np.empty((0, 40), np.float32)}

    starved = Processor.__new__(Processor)
    starved._idle = [Starved()]
    with pytest.raises(RuntimeError, match="want of memory"):
        starved(np.zeros((2, 8, 8, 3), np.uint8))
