"""A question with a yes and a no: are two faces the same person? Drawn one at a time, the likeliest first.

Each answer is one action of the library's history; what is put off comes again with the next visit.
"""

from collections.abc import Callable

import streamlit as st

from retrieval.library import Hit, Library
from retrieval.likeness.doubts import Doubt
from retrieval.tables.actions import Action
from ui.session.pictures import thumbnails_of
from ui.widgets import done
from ui.words import file_name, harmless

FACE = 220  # CSS pixels of each of the two
_LATER = "put-off"

Pair = frozenset[int]


def next_doubt(library: Library) -> Doubt | None:
    """The likeliest pair that was not put off; NotRecognised."""
    later = _put_off()
    doubts = library.people.doubts(len(later) + 1)
    return next((doubt for doubt in doubts if {doubt.first, doubt.second} not in later), None)


def come_again() -> None:
    """What was put off is asked again."""
    st.session_state.pop(_LATER, None)


def is_put_off() -> bool:
    """Whether anything was."""
    return bool(_put_off())


def question(library: Library, doubt: Doubt) -> None:
    """Draws the two faces and what can be answered."""
    st.markdown("**The same?**")
    with st.container(horizontal=True, gap="medium", key="pair"):
        _faces(library.faces((doubt.first, doubt.second)), doubt, _names(library))
    with st.container(horizontal=True, gap="small", key="answers"):
        _answer("Yes", ":material/check:", "Y", library.people.same, doubt)
        _answer("No", ":material/close:", "N", library.people.different, doubt)
        st.button("Later", key="later", on_click=_later, args=(doubt,), shortcut="L")


def _names(library: Library) -> dict[int, str]:
    """What groups are called that have a name, by number."""
    return {person.id: person.name for person in library.people.listed() if person.name}


def _faces(hits: list[Hit], doubt: Doubt, names: dict[int, str]) -> None:
    groups = dict(zip((doubt.first, doubt.second), doubt.groups, strict=True))
    with thumbnails_of(hits) as thumbnails:
        for hit, thumbnail in zip(hits, thumbnails, strict=True):
            with st.container(width=FACE, gap="xxsmall", key=f"asked-{hit.face}"):
                name, group = file_name(hit.photo), groups[hit.face]
                st.image(thumbnail.jpeg, width=FACE, alt=f"Face {hit.face}, {name}")
                # st.text and nothing else for a name: it may hold Markdown, HTML, or the name of an emoji.
                st.text(name if thumbnail.reason is None else f"{name}: {thumbnail.reason}", wrap=False)
                called = None if group is None else harmless(names.get(group) or f"group {group}")
                st.caption(f"In {called}" if called else "In no group")


def _answer(label: str, icon: str, key: str, said: Callable[[int, int], Action | None], doubt: Doubt) -> None:
    st.button(label, icon=icon, key=label.lower(), on_click=_say, args=(said, doubt), shortcut=key)


def _say(said: Callable[[int, int], Action | None], doubt: Doubt) -> None:
    done.attempt(lambda: said(doubt.first, doubt.second))


def _later(doubt: Doubt) -> None:
    _put_off().add(frozenset((doubt.first, doubt.second)))


def _put_off() -> set[Pair]:
    put_off: set[Pair] = st.session_state.setdefault(_LATER, set())
    return put_off
