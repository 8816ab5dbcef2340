"""What a process answers, whatever fails; in this process, behind a pipe."""

from multiprocessing import Pipe
from threading import Thread
from typing import Any

import pytest

from indexer import serving
from indexer.seen import NO_MEMORY, Eyes, Picture
from indexer.serving import NO_START, serve
from retrieval.errors import FacequeryError
from tests.bad_files import encoded, picture
from tests.indexer.conftest import FakeFinder, FakeTagger


def made() -> Eyes:
    return Eyes(FakeTagger(), FakeFinder())  # type: ignore[arg-type]


def asked(*questions: Any) -> list[Any]:
    """What is answered to the questions, until nobody asks."""
    ours, its = Pipe()
    thread = Thread(target=serve, args=(its,))
    thread.start()
    with ours:
        answers = []
        for question in questions:
            ours.send(question)
            answers.append(ours.recv())
    thread.join(10)
    assert not thread.is_alive(), "it ends when nobody is there any more"
    return answers


def no_memory() -> Eyes:
    raise MemoryError


def no_model() -> Eyes:
    raise FacequeryError("There is no model.")


def test_it_looks_until_nobody_asks() -> None:
    ready, seen, nothing = asked(made, [Picture(encoded(picture(1), "PNG")), Picture(b"none")], [])
    assert (ready, len(seen), nothing) == ("", 2, [])
    assert seen[0].width == 64 and seen[1].reason.startswith("not a picture")


@pytest.mark.parametrize(("make", "reason"), [(no_memory, NO_START), (no_model, "There is no model.")])
def test_what_it_cannot_look_with_is_said(make: Any, reason: str) -> None:
    (answer,) = asked(make)
    assert reason in answer


@pytest.mark.parametrize(
    ("failure", "reason"), [(MemoryError(), NO_MEMORY), (RuntimeError("no room"), "looking at it failed (no room)")]
)
def test_a_failure_is_an_answer(monkeypatch: pytest.MonkeyPatch, failure: Exception, reason: str) -> None:
    def failing(*_: object) -> None:
        raise failure

    monkeypatch.setattr(serving, "look", failing)
    assert asked(made, [])[1] == reason


def test_a_fault_of_ours_comes_back_with_where_it_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "look", lambda *_: {}["there is no such key"])
    fault = asked(made, [])[1]
    assert isinstance(fault, KeyError) and "test_serving" in fault.__notes__[0]
