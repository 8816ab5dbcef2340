from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from ui.cli import app
from ui.given import _is_path


def commands(group: Any, *names: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield names, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, *names, name)


PLACES = [
    (names, parameter)
    for names, command in commands(typer.main.get_command(app))
    for parameter in command.params
    if _is_path(parameter)
]


def an_empty(parameter: Any) -> list[str]:
    return [parameter.opts[0], ""] if parameter.param_type_name == "option" else [""]


def test_files_and_folders_are_told_from_words():
    named = {(*names, parameter.name) for names, parameter in PLACES}
    assert {("find", "library"), ("index", "folders"), ("people", "group", "library"), ("export", "xmp")} <= named
    assert ("find", "query") not in named and len(named) > 40


@pytest.mark.parametrize(("names", "parameter"), PLACES, ids=[f"{' '.join(n)} {p.name}" for n, p in PLACES])
def test_an_empty_file_or_folder_is_wrong_usage(
    names: tuple[str, ...], parameter: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(app, [*names, *an_empty(parameter)])
    assert ended.exit_code == 2 and "this is empty" in ended.output
    assert list(tmp_path.iterdir()) == []


def test_an_empty_variable_of_the_environment_is_an_unset_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACEQUERY_LIBRARY", "")
    ended = CliRunner().invoke(app, ["find", "Male"])
    assert ended.exit_code == 1 and list(tmp_path.iterdir()) == []
    assert "facequery/library" in str(ended.exception)
