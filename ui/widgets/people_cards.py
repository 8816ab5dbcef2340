"""Groups of faces as small cards: who it is, how many, and the first few faces. It changes nothing."""

from collections.abc import Sequence

import streamlit as st

from retrieval.library import Hit, Library
from retrieval.writing.membership import Person
from ui.session import selection
from ui.session.hits import first
from ui.session.pictures import thumbnails_of
from ui.words import counted, harmless

STRIP = 5  # faces of a group
FACE = 60  # CSS pixels of each
NARROWEST = 356  # CSS pixels of a card


def titled(person: Person) -> str:
    """What a group is called, harmless in Markdown."""
    return harmless(person.name) if person.name else f"Group {person.id}"


def summed(person: Person) -> str:
    """How many faces a group has, and how many of them a person has put there."""
    sure = len(person.sure)
    said = "" if not sure else ", all said by you" if sure == len(person.faces) else f", {sure:,} of them said by you"
    return counted(len(person.faces), "face") + said


def cards(library: Library, people: Sequence[Person], place: str, tick: str = "Merge") -> int | None:
    """Draws a card a group, with a box to tick it at `place`; returns the number of the one that was opened."""
    opened = None
    strips = [library.faces(first(person, STRIP)) for person in people]
    with (
        thumbnails_of([hit for hits in strips for hit in hits]) as thumbnails,
        st.grid(min_column_width=NARROWEST, key="groups") as grid,
    ):
        for person, hits in zip(people, strips, strict=True):
            with grid.cell(), st.container(border=True, gap="xsmall", key=f"person-{person.id}"):
                _strip(person, hits, [next(thumbnails).jpeg for _ in hits])
                with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                    selection.box(place, person.id, tick)
                    if _open(person):
                        opened = person.id
    return opened


def _open(person: Person) -> bool:
    key, icon = f"open-{person.id}", ":material/arrow_forward:"
    return st.button("Open", key=key, icon=icon, icon_position="right", type="tertiary")


def _strip(person: Person, hits: list[Hit], pictures: list[bytes]) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        st.markdown(f"**{titled(person)}**", width="content")
        st.caption(summed(person), width="content")
    if pictures:
        st.image(pictures, width=FACE, alt=[f"Face {hit.face}" for hit in hits])
    else:
        st.caption("Its photographs are not found.")
