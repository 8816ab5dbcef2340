"""A way to a folder by clicking, inside the roots that the app may read, beside the field where it can be typed.

It reads names alone. A folder whose name is no text cannot be typed, and so not be chosen: the one above it can.
"""

import os
from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from indexer.scan import FolderError
from retrieval.errors import shown
from ui.session.roots import inside
from ui.words import counted, harmless

MOST = 200  # folders that are shown of one
FIELD, _HERE = "folder-path", "folder-picker"


class Listed(NamedTuple):
    """The folders in a folder, by name, and how many files lie beside them."""

    folders: list[str]
    files: int


def folder_picker(roots: Sequence[str], busy: bool) -> None:
    """A popover; what is chosen there stands in the field whose key is FIELD, which is drawn afterwards."""
    with st.popover("Browse", icon=":material/folder_open:", disabled=busy, help="Choose a folder by clicking"):
        here: str | None = st.session_state.get(_HERE)
        if here is None:
            _all(sorted(set(roots)))
        else:
            _one(here, roots)


def _all(roots: Sequence[str]) -> None:
    st.caption("The app may read these.")
    for number, root in enumerate(roots):
        _way(root, root, f"root-{number}")


def _one(here: str, roots: Sequence[str]) -> None:
    st.text(shown(here), wrap=False)
    with st.container(horizontal=True, gap="xsmall"):
        above = None if here in {os.path.realpath(root) for root in roots} else os.path.dirname(here)  # noqa: PTH120
        st.button("Up", icon=":material/arrow_upward:", key="picker-up", on_click=_go, args=(above,))
        label = f"Choose {harmless(os.path.basename(here) or here)}"  # noqa: PTH119
        st.button(label, key="picker-choose", type="primary", on_click=_choose, args=(here,))
    try:
        listed = folders_in(here, roots)
    except FolderError as error:
        st.error(harmless(str(error)))
        return
    for number, name in enumerate(listed.folders[:MOST]):
        _way(os.path.join(here, name), name, f"folder-{number}")  # noqa: PTH118  # not every name is text
    if len(listed.folders) > MOST:
        st.caption(f"And {len(listed.folders) - MOST:,} more: type the name.")
    st.caption(f"{counted(listed.files, 'file')} here, and whatever its folders hold.")


def folders_in(folder: str, roots: Sequence[str]) -> Listed:
    """What lies in a folder inside the roots, hidden names left out; FolderError."""
    real = inside(folder, roots)
    folders, files = [], 0
    try:
        with os.scandir(real) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    folders.append(entry.name)
                else:
                    files += 1
    except OSError as error:
        raise FolderError(f"{shown(folder)} cannot be read: {error.strerror}.") from None
    return Listed(sorted(folders, key=str.casefold), files)


def _way(path: str, name: str, key: str) -> None:
    """A button that goes into a folder."""
    can_be_typed = path.isprintable() and path == path.encode(errors="replace").decode()
    st.button(
        harmless(name),
        icon=":material/folder:",
        key=f"picker-{key}",
        type="tertiary",
        disabled=not can_be_typed,
        help=None if can_be_typed else "Its name cannot be typed: choose the folder that holds it.",
        on_click=_go,
        args=(path,),
    )


def _go(path: str | None) -> None:
    st.session_state[_HERE] = path and os.path.realpath(path)


def _choose(path: str) -> None:
    st.session_state[FIELD] = path
