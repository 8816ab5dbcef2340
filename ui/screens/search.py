"""The page "Search": a query and its faces, or faces and their likes.

The URL says what is shown (`ui.search`); every click changes it, and the page follows.
"""

from functools import partial

import streamlit as st

from retrieval.errors import NoSuchSearch, QueryError
from retrieval.language.query import Parsed, parsed
from retrieval.library import Library, Totals
from ui.explanations import cautions
from ui.options import meant
from ui.screens.results import results
from ui.screens.results import which as chosen_faces
from ui.screens.similar import likes, referring
from ui.search import Search
from ui.session import models
from ui.session.address import address, current, visit
from ui.session.selection import Chosen
from ui.widgets import asking, bulk, done, examples, strips
from ui.widgets.boxes import misread, refused
from ui.widgets.facets import facets
from ui.widgets.gallery import Asked, Offered
from ui.widgets.take_away import take_away
from ui.words import counted, harmless, remarks

EXAMPLES = (
    "Big_Nose AND NOT Eyeglasses",
    "Wearing_Hat AND Smiling",
    "Male AND Gray_Hair",
    "(Blond_Hair OR Brown_Hair) AND NOT Bangs",
    "Smiling > 0.9",
)
TOOLS = {"say": "Say …", "take": "Take away …"}  # what can be done with ticked faces
LINKS = {"review": "Review"}  # and with the answer to a query
_WAITING, _REVIEWED = "asked-of-faces", "asked-for-a-review"


def show(library: Library, add: st.Page, review: st.Page) -> None:
    """Draws the page, `add` being where photographs are added and `review` where an answer is judged; raises what the
    library raises, but for bad queries.
    """
    totals = library.totals()
    if not totals.faces:
        return _nothing_yet(totals, add)
    search = current()
    done.announce(library)
    if st.session_state.pop(_REVIEWED, False):
        st.switch_page(review, query_params=search.asking(sort="confidence").params())
    with st.container(gap="xsmall", key="search-page"):
        if kept := asking.ask(library, search, referring(search), EXAMPLES):
            visit(search.alone().asking(query=kept))
        _asked(library, search)
    return None


def _asked(library: Library, search: Search) -> None:
    """Draws the answer, or why there is none."""
    try:
        _answer(library, search, _meant(library, search))
    except QueryError as error:
        if better := misread(error):
            visit(search.asking(query=better))
    except NoSuchSearch as error:
        refused(error)


def _meant(library: Library, search: Search) -> str | None:
    """The query, looked up if it is the name of a saved search; None for none. NoSuchSearch."""
    asked = search.query.strip()
    query = meant(library, asked) if asked else ""
    if query != asked:
        st.caption(f":material/bookmark: {harmless(asked)} asks {harmless(query)}")
    return query or None


def _answer(library: Library, search: Search, asked: str | None) -> None:
    query = parsed(asked) if asked else None
    found = library.facets(query)
    resembling = referring(search)
    known, narrow = library.browse.known(), partial(_narrow, resembling)
    with st.sidebar:
        facets(found, query, models.grades(library.model), known, narrow)
    strips.strip(query, known, narrow)
    notes = (*remarks(query.attributes), *cautions(library, query)) if query else ()
    if resembling:
        likes(library, search, query, Offered(TOOLS, {}, notes), _heard)
    else:
        results(library, search, query, found.total, Offered(TOOLS, LINKS if query else {}, notes), _heard)
    _done(library, search, query)


def _narrow(resembling: bool, query: str) -> None:
    """What a part of the page asks for, before the page is drawn; of likes, it is among whom to look."""
    address(current().asking(query=query, within=resembling and bool(query)))


def _heard(asked: Asked) -> None:
    """Another question is in the URL before the page is drawn; what is asked of faces waits until it is."""
    if asked.what in LINKS:
        st.session_state[_REVIEWED] = True
        return
    if asked.face is None:
        st.session_state[_WAITING] = asked
        return
    if asked.what in ("similar", "person"):
        examples.put_away()
    address(current().led(asked.what, asked.face))


def _done(library: Library, search: Search, query: Parsed | None) -> None:
    """Opens the dialog that was asked for."""
    asked: Asked | None = st.session_state.pop(_WAITING, None)
    if asked is None or asked.chosen is None:
        return
    if asked.what == "take":
        take_away(library, chosen_faces(library, search, query, asked.chosen))
    else:
        _say(library, search, query, asked.chosen)


def _say(library: Library, search: Search, query: Parsed | None, chosen: Chosen) -> None:
    if chosen.all and query is None:
        st.warning(bulk.NOT_EVERYBODY, icon=":material/warning:")
    else:
        which = partial(chosen_faces, library, search, query, chosen)
        bulk.say(library, which, chosen.announced, query.attributes if query else ())


def _nothing_yet(totals: Totals, add: st.Page) -> None:
    if totals.photos:
        said = f"The library knows {counted(totals.photos, 'photograph')}, but no face to show: "
        said += f"{totals.no_face:,} without a face, {totals.unreadable:,} unreadable, {totals.missing:,} missing. "
        said += "Add a folder with faces in it."
    else:
        said = "The library is empty. Add a folder of photographs, and search its faces here."
    st.info(said, icon=":material/photo_library:")
    st.page_link(add)
