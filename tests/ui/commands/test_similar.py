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


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `facequery similar --json` on eight faces, the first four each twice; gives status and document."""
    with Library.create_or_open(tmp_path) as library:
        fill(library, [a_photo(f"/{at}", a_face(at % 8, Male=at % 2), data=f"{at}") for at in range(12)])

    def run(*arguments: object) -> tuple[int, Any]:
        command = ["facequery", "similar", "--library", tmp_path, "--json", *arguments]
        monkeypatch.setattr(sys, "argv", list(map(str, command)))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out = capsys.readouterr().out
        return int(ended.value.code or 0), json.loads(out) if out else None

    return run


def faces(found: Any) -> list[int]:
    return [face["face"] for face in found["faces"]]


def test_several_faces_and_some_not_to_be_like_are_one_question(run: Run, tmp_path: Path) -> None:
    status, found = run("--face", 1, "--face", 2, "--unlike", 3)
    assert status == 0 and set(faces(found)) == set(range(4, 13)) and set(faces(found)[:2]) == {9, 10}
    assert faces(found)[-1] == 11  # the double of the face not to be like
    with Library.open(tmp_path) as library:
        assert faces(found) == [hit.face for hit in library.similar_to([1, 2], unlike=[3]).hits]
    assert (found["exact"], found["recall"], found["total"]) == (True, None, 9)


def test_like_this_one_but_without_something_is_one_step(run: Run) -> None:
    _, found = run("--face", 1, "--where", "NOT Male")
    assert set(faces(found)) == {3, 5, 7, 9, 11} and found["query"] == "NOT Male" and faces(found)[0] == 9


def test_doubles_are_folded_when_that_is_wanted(run: Run) -> None:
    _, found = run("--face", 8, "--fold")
    assert sorted(face["count"] for face in found["faces"]) == [1] * 3 + [2] * 4
    assert "count" not in run("--face", 8)[1]["faces"][0]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [(["--face", 1, "--unlike", 1], 2), (["--unlike", 1], 2), (["--face", 1, "--unlike", 99], 1)],
)
def test_what_cannot_be_meant_is_refused(run: Run, arguments: list[object], status: int) -> None:
    assert run(*arguments) == (status, None)
