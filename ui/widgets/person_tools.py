"""What can be said of one group of faces: who it is, which faces are somebody else, and which groups are the same.

Each is one action of the library's history, and can be taken back.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from retrieval.library import Library
from retrieval.tables.actions import Action
from retrieval.writing.membership import Person
from ui.session import selection
from ui.widgets import done

ADVICE = "Tick the faces that are somebody else."
PARTING = {"reject": "Not this person", "split": "They are one other person"}


def neighbours(person: Person) -> str:
    """Where groups that resemble a group are ticked."""
    return f"near-{person.id}"


def go(number: int | None) -> None:
    """Writes a group into the URL, or none, for the page that is drawn next."""
    st.query_params.from_dict({} if number is None else {"group": str(number)})


def name(library: Library, person: Person) -> None:
    """A line to say who it is; Enter says it."""
    form = st.form("who-form", border=False, width="content")
    with form, st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", width="content"):
        key = f"called-{person.id}"
        st.text_input("Who is it?", value=person.name or "", key=key, width=220, placeholder="A name")
        label = "Rename" if person.name else "Name"
        st.form_submit_button(label, key="name", on_click=_name, args=(library, person, key))


def part(library: Library, person: Person, what: str, faces: list[int]) -> None:
    """Says one of PARTING of some faces of a group."""
    parted: Callable[[int, list[int]], Action] = library.people.split if what == "split" else library.people.reject
    if done.attempt(lambda: parted(person.id, faces)):
        selection.clear_grid()
        if person.id not in _there(library):
            go(None)


def merge(library: Library, person: Person, near: Sequence[int]) -> None:
    """A button for the ticked ones among the groups `near`."""
    chosen = [number for number in selection.ticked(neighbours(person)) if number in near]
    st.button(
        f"Merge with {len(chosen)}" if chosen else "Merge",
        icon=":material/merge:",
        type="primary" if chosen else "secondary",
        key="merge-near",
        disabled=not chosen,
        help="Tick the groups that are the same person.",
        on_click=_merge,
        args=(library, person, chosen),
    )


def _name(library: Library, person: Person, key: str) -> None:
    called = st.session_state[key].strip()
    if done.attempt(lambda: library.people.name(person.id, called)):
        go(next((other.id for other in library.people.listed() if other.name == called), None))


def _merge(library: Library, person: Person, others: list[int]) -> None:
    if done.attempt(lambda: library.people.merge(person.id, *others)):
        selection.clear(neighbours(person))
        go(next((number for number in (person.id, *others) if number in _there(library)), None))


def _there(library: Library) -> set[int]:
    return {person.id for person in library.people.listed()}
