import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from ui import cli

Run = Callable[..., tuple[int, Any]]
GROUPED = {"groups": 2, "by": "head", "undescribed": 6}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `facequery people ... --json` on two people of three photographs each; gives status and document."""
    with Library.create_or_open(tmp_path) as library:
        fill(library, [a_photo(f"/{at}", a_face(at % 2), data=f"{at}") for at in range(6)])

    def run(*arguments: object) -> tuple[int, Any]:
        command = ["facequery", "people", *arguments, "--library", tmp_path, "--json"]
        monkeypatch.setattr(sys, "argv", list(map(str, command)))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out = capsys.readouterr().out
        return int(ended.value.code or 0), json.loads(out) if out else None

    return run


def faces(listed: tuple[int, Any]) -> list[list[int]]:
    return [person["faces"] for person in listed[1]["people"]]


def test_people_are_grouped_named_merged_split_rejected_and_undone(run: Run) -> None:
    assert faces(run("list")) == []
    assert run("group") == (0, GROUPED)
    assert faces(run("list")) == [[1, 3, 5], [2, 4, 6]] == faces(run())
    first, second = (person["person"] for person in run("list")[1]["people"])
    assert run("reject", second, "--face", 4)[0] == 0 and run("group")[1] == GROUPED
    assert faces(run("list")) == [[1, 3, 5], [2, 6]]
    assert run("name", first, "Anna")[1]["faces"] == 3
    named = run("list", "--show", "named")[1]["people"]
    assert [(person["name"], person["size"], person["sure"]) for person in named] == [("Anna", 3, [1, 3, 5])]
    assert run("merge", second, named[0]["person"])[0] == 0 and faces(run("list")) == [[1, 2, 3, 5, 6]]
    assert run("undo")[1]["undone"] and faces(run("list")) == [[1, 3, 5], [2, 6]]
    assert run("split", named[0]["person"], "--face", 3)[0] == 0
    assert faces(run("list")) == [[1, 5], [2, 6], [3]]


def test_what_is_not_there_is_refused(run: Run) -> None:
    assert run("name", 9, "Anna") == (1, None) and run("list", 9) == (1, None) and run("undo") == (1, None)
    run("group")
    assert run("reject", 1, "--face", 2) == (2, None) and run("merge", 1) == (2, None)


def test_options_before_the_command_are_refused_not_forgotten(run: Run, tmp_path: Path) -> None:
    assert run("--library", tmp_path, "list") == (2, None) == run("--json", "list")
