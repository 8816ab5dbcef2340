"""One group of the page "People": its faces, who it is, which of them are somebody else, and who resembles it."""

from functools import partial

import streamlit as st

from retrieval.errors import NoSuchPerson
from retrieval.language import terms
from retrieval.library import Library
from retrieval.writing.membership import Person
from ui.screens.details import details
from ui.search import Search, positive
from ui.session import selection
from ui.widgets import done, person_tools
from ui.widgets.boxes import refused
from ui.widgets.gallery import gallery, judging
from ui.widgets.paging import pager, pages_of
from ui.widgets.people_cards import cards, first, summed, titled
from ui.words import counted

PAGE = 60  # faces
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
            named = Search(str(terms.Person(person.name))).params()
            st.page_link(search, label="Show in search", query_params=named)
        like = Search(like=tuple(first(person, EXAMPLES))).params()
        st.page_link(search, label="More like these", icon=":material/image_search:", query_params=like)


def _faces(library: Library, person: Person) -> None:
    pages = pages_of(len(person.faces), PAGE)
    page = min(positive(st.query_params.get("page")) or 1, pages)
    numbers = first(person, len(person.faces))[(page - 1) * PAGE : page * PAGE]
    hits = library.faces(numbers)
    person_tools.part(library, person, [hit.face for hit in hits])
    if len(hits) < len(numbers):
        st.caption(f"{counted(len(numbers) - len(hits), 'face')} of it cannot be shown: the photographs are missing.")
    choice = gallery(
        hits,
        lambda hit: "✓" if hit.face in person.sure else None,
        partial(judging, person_tools.place(person)),
    )
    if choice is not None:
        details(library, choice.hit)
    with st.container(horizontal=True, horizontal_alignment="center"):
        pager(f"faces-of-{person.id}", page, pages, partial(_turn, person))


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


def _turn(person: Person, page: int) -> None:
    st.query_params.from_dict({"group": str(person.id), "page": str(page)})
