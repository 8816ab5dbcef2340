"""One group of the page "People": its faces, who it is, which of them are somebody else, and who resembles it."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from retrieval.errors import NoSuchPerson
from retrieval.language import called
from retrieval.library import Library
from retrieval.writing.membership import Person
from ui.search import Search
from ui.session import selection
from ui.session.hits import first, of_group, part
from ui.widgets import done, person_tools
from ui.widgets.boxes import refused
from ui.widgets.gallery import FIRST, Asked, Grid, Offered, gallery
from ui.widgets.people_cards import cards, summed, titled
from ui.words import counted

EXAMPLES = 8  # faces that stand for a group where its likes are looked for
NEIGHBOURS = 200  # faces among which groups that resemble this one are looked for
OTHERS = 3  # groups that are offered to be merged


def show(library: Library, number: int, search: st.Page) -> None:
    """Draws the group; `search` is where more faces like its own are looked for."""
    st.button("All people", icon=":material/arrow_back:", type="tertiary", key="back", on_click=st.query_params.clear)
    done.announce(library)
    try:
        person = library.people.person(number)
    except NoSuchPerson as error:
        return refused(error)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="who"):
        with st.container(gap=None, width="stretch"):
            st.subheader(titled(person), anchor=False)
            st.caption(summed(person) + ("" if not person.sure else " (marked ✓)"))
        person_tools.name(library, person)
        _search(person, search)
    _faces(library, person)
    return _others(library, person)


def _search(person: Person, search: st.Page) -> None:
    """The ways into the search: the person by name, and others who look like it."""
    with st.container(gap=None, width="content"):
        if person.name:
            named = Search(str(called.Person(person.name))).params()
            st.page_link(search, label="Show in search", query_params=named)
        like = Search(like=tuple(first(person, EXAMPLES))).params()
        st.page_link(search, label="More like these", icon=":material/image_search:", query_params=like)


def _faces(library: Library, person: Person) -> None:
    found = of_group(library, person.id)
    if lost := len(person.faces) - len(found.faces):
        st.caption(f"{counted(lost, 'face')} of it cannot be shown: the photographs are missing.")
    if not found.faces:
        return
    grid = Grid(
        len(found.faces),
        found.generation,
        part(library, found, 0, FIRST),
        {"group": str(person.id)},
        counted(len(found.faces), "face"),
        person_tools.ADVICE,
        ways=(),
        offered=Offered(person_tools.PARTING),
    )
    gallery(grid, partial(_heard, library, person, found.faces))


def _heard(library: Library, person: Person, faces: Sequence[int], asked: Asked) -> None:
    if asked.chosen is not None:
        person_tools.part(library, person, asked.what, asked.chosen.among(faces))


def _others(library: Library, person: Person) -> None:
    others = _resembling(library, person)
    if not others:
        return
    st.space("small")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown("**Groups that resemble this one**", width="content")
        person_tools.merge(library, person, [other.id for other in others])
    if opened := cards(library, others, person_tools.neighbours(person), "Same person"):
        selection.clear(person_tools.neighbours(person))
        person_tools.go(opened)
        st.rerun()


def _resembling(library: Library, person: Person) -> list[Person]:
    """The groups of the faces that are most like this group's, the likest first; none it was told apart from."""
    known = [hit.face for hit in library.faces(first(person, EXAMPLES))]
    if not known:
        return []
    apart = library.people.told_apart(person.id) | {person.id}
    of = {face: other for other in library.people.listed() for face in other.faces if other.id not in apart}
    near = library.similar_to(known, limit=NEIGHBOURS + len(person.faces)).hits
    return list({of[hit.face].id: of[hit.face] for hit in near if hit.face in of}.values())[:OTHERS]
