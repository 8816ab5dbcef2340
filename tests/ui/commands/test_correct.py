"""The commands `correct`, `undo` and `history`, without a model."""

from typing import Any

import pytest

from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.ended import Run, total

pytestmark = pytest.mark.usefixtures("smiles")


def test_faces_are_corrected_by_number_or_by_query(run: Run):
    said = run("correct", "--face", 1, "--face", 2, "--set", "smiling", "--clear", "Male", "--json")
    assert said.status == 0 and said.json == {"action": 1, "faces": 2, "summary": "Smiling, NOT Male: 2 faces"}
    assert total(run, "Smiling") == 2 and total(run, "Male") == 0
    assert (
        "nothing said of Smiling: 2 faces of Smiling (action 2)" in run("correct", "Smiling", "--forget", "Smiling").out
    )
    assert total(run, "Smiling") == 0
    assert "No face was changed" in run("correct", "Smiling", "--set", "Bald").out


def test_more_than_twenty_faces_are_only_corrected_by_who_says_so(run: Run):
    asked = run("correct", "Smiling >= 0", "--set", "Bald", typed="n\n")
    assert asked.status == 1 and "Correct 25 faces?" in asked.err and run("history", "--json").json == {"actions": []}
    assert run("correct", "Smiling >= 0", "--set", "Bald", typed="y\n").status == 0
    assert run("correct", "Smiling >= 0", "--clear", "Bald", "--yes", "--json").json["faces"] == 25
    assert run("correct", "Smiling > 0.055", "--set", "Bald").status == 0, "twenty are not many"


def test_no_more_faces_are_corrected_than_a_person_was_asked_about(run: Run, monkeypatch: pytest.MonkeyPatch):
    correct = Library.correct

    def late(library: Library, *arguments: Any, **named: Any) -> Any:
        fill(library, [a_photo("/new", a_face(99))])
        return correct(library, *arguments, **named)

    monkeypatch.setattr(Library, "correct", late)
    ended = run("correct", "Smiling >= 0", "--set", "Bald", typed="y\n")
    assert ended.status == 1 and "26 faces by now, and not 25" in ended.err
    assert total(run, "Bald >= 1") == 0


def test_what_was_done_is_listed_and_undone(run: Run):
    run("correct", "--face", 1, "--set", "Bald")
    run("correct", "--face", 1, "--clear", "Bald")
    listed = run("history", "--json").json["actions"]
    assert [(action["id"], action["faces"], action["undone"]) for action in listed] == [(2, 1, False), (1, 1, False)]
    assert "Undone: NOT Bald: 1 face (action 2)" in run("undo").out
    assert run("undo", 1).status == 0 and "undone" in run("history").out
    nothing = run("undo")
    assert nothing.status == 1 and "nothing to undo" in nothing.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("Male",),
        ("--set", "Bald"),
        ("Male", "--face", 1, "--set", "Bald"),
        ("Male", "--set", "Bald", "--clear", "Bald"),
        ("Male", "--set", "Balld"),
        ("Malle", "--set", "Bald"),
    ],
)
def test_a_correction_that_cannot_be_meant_is_wrong_usage(run: Run, arguments: tuple[object, ...]):
    ended = run("correct", *arguments)
    assert ended.status == 2 and "Traceback" not in ended.err
    assert run("history", "--json").json == {"actions": []}


def test_a_face_that_is_not_there_is_not_found(run: Run):
    assert run("correct", "--face", 99, "--set", "Bald").status == 1
