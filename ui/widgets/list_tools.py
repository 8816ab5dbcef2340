"""What can be done with a shortlist and with a face on it: one action of the library's history each, to be undone."""

from collections.abc import Callable

import streamlit as st

from retrieval.library import Library
from retrieval.tables.actions import Action
from retrieval.tables.shortlists import Entry, Shortlist
from ui.widgets import done

Change = Callable[[], Action | None]


def go(name: str | None = None, page: int = 1) -> None:
    """Writes a list into the URL, or none, for the page that is drawn next."""
    more = {"page": str(page)} if page > 1 else {}
    st.query_params.from_dict({} if name is None else {"list": name, **more})


def create(library: Library) -> None:
    """A line for the name of a new list; Enter makes it."""
    with (
        st.form("new-list", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"),
    ):
        st.text_input("A new shortlist", key="new-list-name", placeholder="A name", width=260)
        st.form_submit_button("Make", key="make-list", on_click=_create, args=(library,))


def manage(library: Library, one: Shortlist) -> None:
    """To call the list otherwise, to copy it, and to delete it."""
    with st.popover("More", type="tertiary"):
        key = f"list-called-{one.id}"
        st.text_input("Name", value=one.name, key=key)
        with st.container(horizontal=True, gap="xsmall"):
            st.button("Rename", key="rename-list", on_click=_named, args=(library.shortlists.rename, one.name, key))
            st.button("Copy under this name", key="copy-list", on_click=_named,
                      args=(library.shortlists.copy, one.name, key))  # fmt: skip
        st.button("Delete the list", key="delete-list", icon=":material/delete:", on_click=_delete, args=(library, one))


def note(library: Library, one: Shortlist, entry: Entry) -> None:
    """A line for what is noted of a face; Enter keeps it."""
    key = f"note-{one.id}-{entry.face}"
    kept = entry.note or ""
    if st.session_state.get(f"{key}-kept") != kept:  # changed elsewhere, or undone
        st.session_state[key] = st.session_state[f"{key}-kept"] = kept
    st.text_input(
        f"Note of face {entry.face}",
        key=key,
        placeholder="A note",
        label_visibility="collapsed",
        on_change=_note,
        args=(library, one.name, entry.face, key),
    )


def order(library: Library, one: Shortlist, entry: Entry, place: int) -> None:
    """To move a face one place, or to any, and to take it off."""
    lists, faces = library.shortlists, [entry.face]
    steps: list[tuple[str, str, Change, bool]] = [
        ("up", "One place up", lambda: lists.move(one.name, faces, place - 1), place == 1),
        ("down", "One place down", lambda: lists.move(one.name, faces, place + 1), place == one.faces),
        ("top", "To the top", lambda: lists.move(one.name, faces, 1), place == 1),
        ("off", "Off this list", lambda: lists.remove(one.name, faces), False),
    ]
    with st.container(horizontal=True, gap="xxsmall", wrap=False, width="content"):
        for what, name, change, idle in steps:  # style.css draws a sign in place of the name
            key = f"sign-{what}-{entry.face}"
            st.button(name, key=key, help=name, type="tertiary", disabled=idle, on_click=_do, args=(change,))


def _do(change: Change) -> None:
    done.attempt(change)


def _create(library: Library) -> None:
    name = str(st.session_state["new-list-name"])
    if done.attempt(lambda: library.shortlists.create(name)):
        go(name.strip())


def _named(do: Callable[[str, str], Action | None], name: str, key: str) -> None:
    to = str(st.session_state[key])
    if done.attempt(lambda: do(name, to)):
        go(to.strip())


def _delete(library: Library, one: Shortlist) -> None:
    if done.attempt(lambda: library.shortlists.delete(one.name)):
        go()


def _note(library: Library, name: str, face: int, key: str) -> None:
    text = str(st.session_state[key])
    done.attempt(lambda: library.shortlists.note(name, [face], text))
    st.session_state.pop(f"{key}-kept", None)  # what is refused goes back to what is kept
