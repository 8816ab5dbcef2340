"""The page "Search": a query and its faces, or faces and their likes.

The URL says what is shown (`ui.search`); every click changes it, and the page follows.
"""

import streamlit as st

from retrieval.errors import NoSuchSearch, QueryError
from retrieval.library import Library, Totals
from ui.explanations import cautions
from ui.options import meant
from ui.screens.details import details
from ui.screens.results import results
from ui.screens.similar import likes, referring
from ui.search import Search, chosen, named, narrowed
from ui.session import models
from ui.session.address import current, visit
from ui.widgets import asking, done, examples
from ui.widgets.boxes import misread, refused
from ui.widgets.facets import facets
from ui.widgets.gallery import Choice
from ui.widgets.saved_searches import saved_list
from ui.words import counted, harmless, remarks, sentence

EXAMPLES = (
    "Big_Nose AND NOT Eyeglasses",
    "Wearing_Hat AND Smiling",
    "Male AND Gray_Hair",
    "(Blond_Hair OR Brown_Hair) AND NOT Bangs",
    "Smiling > 0.9",
)


def show(library: Library, add: st.Page) -> None:
    """Draws the page, `add` being where photographs are added; raises what the library raises, but for bad queries."""
    totals = library.totals()
    if not totals.faces:
        return _nothing_yet(totals, add)
    search = current()
    done.announce(library)
    asking.ask(search, referring(search))
    if not search.query.strip() and not referring(search):
        _examples(search)
    if kept := saved_list(library, search.query):
        visit(search.alone().asking(query=kept))
    try:
        return _answer(library, search, _meant(library, search))
    except QueryError as error:
        if better := misread(error):
            visit(search.asking(query=better))
    except NoSuchSearch as error:
        refused(error)
    return None


def _meant(library: Library, search: Search) -> str | None:
    """The query, looked up if it is the name of a saved search; None for none. NoSuchSearch."""
    asked = search.query.strip()
    query = meant(library, asked) if asked else ""
    if query != asked:
        st.caption(f":material/bookmark: {harmless(asked)} asks {harmless(query)}")
    return query or None


def _answer(library: Library, search: Search, query: str | None) -> None:
    found = library.facets(query)
    resembling = referring(search)
    with st.sidebar:
        narrowing = facets(found, chosen(query or ""), models.grades(library.model))
    if narrowing:
        narrower = narrowed(query or "", *narrowing)
        visit(search.asking(query=narrower, within=resembling and bool(narrower)))
    for remark in remarks(named(query or "")):
        st.caption(remark)
    for caution in cautions(library, query) if query else []:
        st.caption(sentence(f"Note: {caution}"))
    choice = likes(library, search, query) if resembling else results(library, search, query, found.total)
    if choice is not None:
        _act(library, search, query, choice)


def _examples(search: Search) -> None:
    with st.container(horizontal=True, gap="xsmall", key="examples"):
        for example in EXAMPLES:
            if st.button(example, key=f"example-{example}"):
                visit(search.asking(query=example))


def _act(library: Library, search: Search, query: str | None, choice: Choice) -> None:
    face = choice.hit.face
    if choice.what == "details":
        details(library, choice.hit, library.explain(query, [face])[0] if query else None)
    elif choice.what == "similar":
        examples.put_away()
        visit(search.asking(like=(face,), unlike=()))
    else:
        visit(search.resembling(face, choice.what == "like"))


def _nothing_yet(totals: Totals, add: st.Page) -> None:
    if totals.photos:
        said = f"The library knows {counted(totals.photos, 'photograph')}, but no face to show: "
        said += f"{totals.no_face:,} without a face, {totals.unreadable:,} unreadable, {totals.missing:,} missing. "
        said += "Add a folder with faces in it."
    else:
        said = "The library is empty. Add a folder of photographs, and search its faces here."
    st.info(said, icon=":material/photo_library:")
    st.page_link(add)
