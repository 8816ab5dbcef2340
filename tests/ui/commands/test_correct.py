"""The commands `correct`, `undo`, `history` and `searches`, without a model."""

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.ended import Ended
from ui import cli

Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program on a library of 25 faces, face n smiling with n hundredths."""
    folder = tmp_path / "library"
    with Library.create_or_open(folder) as library:
        fill(library, [a_photo(f"/{n}", a_face(n, Smiling=n / 100, Male=0.9 if n < 3 else 0.1)) for n in range(1, 26)])

    def run(*arguments: object, typed: str = "") -> Ended:
        monkeypatch.setattr(sys, "argv", ["facequery", *map(str, arguments), "--library", str(folder)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Ended(int(ended.value.code or 0), *capsys.readouterr())

    return run


def total(run: Run, query: str) -> int:
    return int(run("find", query, "--json").json["total"])


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


def test_searches_are_saved_listed_asked_and_removed(run: Run):
    assert "`facequery find @men` finds 2 faces now" in run("searches", "save", "men", "Male").err
    assert run("searches", "--json").json == {"searches": [{"name": "men", "query": "Male", "total": 2}]}
    assert total(run, "@men") == 2 and run("facets", "@men", "--json").json["total"] == 2
    run("correct", "@men", "--clear", "Male")
    assert total(run, "@men") == 0, "a saved search is asked anew"
    assert "men" in run("searches", "list").out and run("searches", "remove", "@men").status == 0
    assert run("searches", "--json").json == {"searches": []} and run("find", "@men").status == 1


def test_a_search_that_cannot_be_asked_is_not_saved(run: Run):
    assert run("searches", "save", "typo", "Malle").status == 2 and run("searches", "save", "@", "Male").status == 2
    assert run("searches", "--json").json == {"searches": []}
