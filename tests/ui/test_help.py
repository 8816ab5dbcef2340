"""What `--help` says, of every command: in one hand."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from ui.cli import app

LONGEST = 62  # characters of a command's first sentence that a terminal of 80 columns shows in the list


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command and group with its name, `facequery` itself first."""
    yield " ".join(path) or "facequery", command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*path, name))


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_arguments_are_capital_letters_that_typer_decorates(name: str) -> None:
    arguments = [p for p in COMMANDS[name].params if p.param_type_name == "argument"]
    for argument in arguments:
        assert re.fullmatch("[A-Z]+", argument.metavar or ""), (name, argument.name, argument.metavar)
        assert argument.help, (name, argument.name)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_opens_no_library_does_not_say_that_it_asks_one(name: str) -> None:
    helps = {option.name: getattr(option, "help", None) or "" for option in COMMANDS[name].params}
    assert "library" in helps or not [option for option, text in helps.items() if "library's" in text]


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "facequery"])
def test_a_command_is_told_in_one_short_sentence_first(name: str) -> None:
    first = re.split(r"(?<=\.)\s", " ".join(COMMANDS[name].help.split()))[0]
    assert first.endswith(".") and len(first) <= LONGEST, f"{name}: {first} ({len(first)})"
