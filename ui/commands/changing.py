"""What commands have in common that change one thing of a library, which `undo` takes back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.options import library_place

if TYPE_CHECKING:
    from retrieval.library import Library
    from retrieval.tables.actions import Action


def change(library: str | None, said: "Callable[[Library], Action | None]", *, as_json: bool) -> None:
    """Opens the library for what is `said` to it, and writes what that changed."""
    from retrieval.library import Library
    from ui.output import write_action

    with Library.open(library_place(library)) as open_library:
        action = said(open_library)
    write_action(action, as_json)
