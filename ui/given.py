"""What was given on a command line, before it is anything: an empty file or folder is wrong usage. Python takes an
empty path for the current folder, and a script whose variable is unset must not work on that.
"""

from pathlib import Path
from typing import Any, get_args

import typer
from typer.core import TyperCommand, TyperGroup

LIBRARIES = ("library", "source", "destination")  # each a folder or an address


def check_paths(app: typer.Typer) -> None:
    """Has every command of `app`, and of its groups, refuse empty paths."""
    for command in app.registered_commands:
        command.cls = Command
    for group in app.registered_groups:
        group.cls = Group
        if group.typer_instance:
            check_paths(group.typer_instance)


class Command(TyperCommand):
    """A command that refuses them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _refuse_empty_paths(self, ctx, args)
        return super().parse_args(ctx, args)


class Group(TyperGroup):
    """A group of commands, with options of its own, that refuses them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _refuse_empty_paths(self, ctx, args)
        return super().parse_args(ctx, args)


def _refuse_empty_paths(command: Any, ctx: Any, args: list[str]) -> None:
    given, _, _ = command.make_parser(ctx).parse_args(args=[*args])
    for parameter in command.get_params(ctx):
        value = given.get(parameter.name)
        if _is_path(parameter) and "" in (value if isinstance(value, list | tuple) else [value]):
            raise typer.BadParameter("this is empty; is a variable of your script unset?", ctx=ctx, param=parameter)


def _is_path(parameter: Any) -> bool:
    if parameter.name in LIBRARIES:
        return True
    kind = getattr(getattr(parameter, "type_descriptor", None), "annotation", None)
    return Path in (kind, *get_args(kind))
