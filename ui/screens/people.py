"""The page "People": groups of faces that may be one person, to be named, merged and looked into.

The groups are suggestions by likeness, and the page says how good such suggestions were where that was measured.
"""

import streamlit as st

from retrieval.errors import FacequeryError
from retrieval.library import Library
from retrieval.writing.membership import Person
from ui.screens import doubts as doubts_page
from ui.screens import person as person_page
from ui.search import positive
from ui.session import selection
from ui.widgets import done
from ui.widgets.paging import pager, pages_of
from ui.widgets.people_cards import cards
from ui.words import counted, measured

PAGE = 24  # groups
PLACE = "groups"
ASKING = "Pairs of faces that may be one person, and were not alike enough to be grouped: one question at a time."
SUGGESTED = "Suggestions by likeness, to be set right by you."
SHOWN = {"All": None, "Named": True, "Not named yet": False}


def show(library: Library, search: st.Page, add: st.Page) -> None:
    """Draws all groups, or the one in the URL, or a question; `search` is where likes are looked for, `add` where
    photographs come.
    """
    number = positive(st.query_params.get("group"))
    if number is not None:
        return person_page.show(library, number, search)
    if "ask" in st.query_params:
        return doubts_page.show(library)
    st.subheader("People", anchor=False)
    done.announce(library)
    if not library.totals().faces:
        st.info("There are no faces yet. Add a folder of photographs first.", icon=":material/photo_library:")
        st.page_link(add)
        return None
    st.caption(" ".join(filter(None, [SUGGESTED, measured(library.model, library.known_by())])))
    people = library.people.listed()
    _tools(library, people)
    if people:
        _groups(library, people)
    else:
        st.info(
            "No groups yet. “Find groups” compares all faces with one another and suggests who is one person; with "
            "very many faces that takes a while.",
            icon=":material/group:",
        )
    return None


def _tools(library: Library, people: list[Person]) -> None:
    there = {person.id for person in people}
    merging = [number for number in selection.ticked(PLACE) if number in there]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="groups-tools"):
        if people:
            st.segmented_control(
                "Which", SHOWN, default="All", key="which", required=True, label_visibility="collapsed"
            )
        _group(library, first=not people)
        if people:
            st.button(
                f"Merge {len(merging)} groups" if len(merging) > 1 else "Merge",
                type="primary" if len(merging) > 1 else "secondary",
                icon=":material/merge:",
                key="merge",
                disabled=len(merging) < 2,
                help="Tick the groups that are one person; the first one with a name keeps it.",
                on_click=_merge,
                args=(library, merging),
            )
        st.button("The same?", icon=":material/help:", key="doubts", help=ASKING, on_click=_ask)


def _group(library: Library, first: bool) -> None:
    label = "Find groups" if first else "Find groups anew"
    known = "Names, merges, splits and rejections hold."
    if st.button(label, icon=":material/group_add:", key="group", type="primary" if first else "secondary", help=known):
        with st.spinner("Comparing the faces with one another …"):
            try:
                done.say(f"{counted(library.people.group(), 'group')} of faces that may be one person.")
            except FacequeryError as error:
                done.refuse(error)
        st.rerun()


def _groups(library: Library, people: list[Person]) -> None:
    named = SHOWN[st.session_state.get("which") or "All"]
    kept = [person for person in people if named is None or (person.name is not None) is named]
    pages = pages_of(len(kept), PAGE)
    page = min(positive(st.query_params.get("page")) or 1, pages)
    st.markdown(f"**{counted(len(kept), 'group')}**")
    if not kept:
        st.info("Nobody has a name yet. Open a group to give it one.", icon=":material/badge:")
    if opened := cards(library, kept[(page - 1) * PAGE : page * PAGE], PLACE):
        st.query_params.from_dict({"group": str(opened)})
        st.rerun()
    with st.container(horizontal=True, horizontal_alignment="center"):
        pager("groups", page, pages, _turn)


def _turn(page: int) -> None:
    st.query_params.from_dict({"page": str(page)} if page > 1 else {})


def _ask() -> None:
    st.query_params.from_dict({"ask": "1"})


def _merge(library: Library, numbers: list[int]) -> None:
    if done.attempt(lambda: library.people.merge(*numbers)):
        selection.clear(PLACE)
