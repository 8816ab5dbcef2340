"""Nothing is ever written among photographs, and nothing but its own into a library: says where that is, and which
names there are not looked at. It follows links on the disk.
"""

import os
from pathlib import Path

from sqlalchemy import Connection, select

from retrieval.errors import AmongPhotographs, InsideLibrary, shown
from retrieval.tables import schema
from retrieval.tables.records import Pattern

CHUNK = 10_000  # paths in flight


def patterns(connection: Connection) -> list[Pattern]:
    """All that was said of names in indexed folders."""
    row = schema.pattern.c
    query = select(row.folder, row.glob, row.included).order_by(row.folder, row.glob)
    return [Pattern(folder, glob, bool(included)) for folder, glob, included in connection.execute(query)]


def folders_of_photographs(connection: Connection) -> frozenset[str]:
    """Indexed folders, and those of every photograph: a library of the first version did not remember the former."""
    folders = set(connection.execute(select(schema.folder.c.path)).scalars())
    with connection.execute(select(schema.photo.c.path), execution_options={"yield_per": CHUNK}) as paths:
        folders.update(os.path.dirname(path) for path in paths.scalars())  # noqa: PTH120 - a million of them
    return frozenset(folders)


def check_outside(path: Path, folders: frozenset[str]) -> None:
    """AmongPhotographs if `path` is one of the folders of photographs, or lies in one at any depth."""
    real = Path(os.path.realpath(path))
    for place in (real, *real.parents):
        if str(place) in folders:
            raise AmongPhotographs(
                f"{shown(str(path))} lies among photographs, in {shown(str(place))}, and nothing is ever "
                "written there. Name a place in another folder."
            )


def check_not_inside(path: Path, library: Path) -> None:
    """InsideLibrary if `path` is the library's folder, or lies in it at any depth."""
    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(library)):
        raise InsideLibrary(
            f"{shown(str(path))} lies in the library itself, and nothing but its own is ever written there. "
            "Name a place in another folder."
        )
