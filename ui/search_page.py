"""The page "Search": a query and its faces, or a face and its likes.

The URL says what is shown (`ui.search`); every click changes it, and the page follows.
"""

import time
from dataclasses import replace

import streamlit as st

from retrieval.errors import NoSuchFace, QueryError
from retrieval.library import Hit, Library, Totals
from ui import likeness, models
from ui.boxes import misread, refused
from ui.correction_box import announce
from ui.details import details
from ui.explanations import cautions
from ui.facets import facets
from ui.gallery import Choice, gallery
from ui.likeness import Reference
from ui.output import hopes
from ui.saved_list import saved_list
from ui.search import Search, chosen, named, narrowed
from ui.words import LANGUAGE, counted, percent, remarks, sentence

PAGE = 60  # faces; fills rows of 2, 3, 4, 5, 6 and 10
EXAMPLES = (
    "Big_Nose AND NOT Eyeglasses",
    "Wearing_Hat AND Smiling",
    "Male AND Gray_Hair",
    "(Blond_Hair OR Brown_Hair) AND NOT Bangs",
    "Smiling > 0.9",
)
SORTS = {"confidence": "Surest first", "path": "By file name", "added": "Newest first"}


def show(library: Library, add: st.Page) -> None:
    """Draws the page, `add` being where photographs are added; raises what the library raises, but for bad queries."""
    totals = library.totals()
    if not totals.faces:
        return _nothing_yet(totals, add)
    search = current()
    announce()
    _ask(search)
    if kept := saved_list(library, search.query):
        _visit(search.asking(query=kept, like=None, within=False))
    try:
        return _answer(library, search)
    except QueryError as error:
        if better := misread(error):
            _visit(search.asking(query=better))
    except NoSuchFace as error:
        refused(error)
        if st.button("Back to the search", icon=":material/arrow_back:"):
            _visit(search.asking(like=None))
    return None


def current() -> Search:
    """What the URL asks for."""
    return Search.from_params(st.query_params.to_dict())


def _answer(library: Library, search: Search) -> None:
    found = library.facets(_query(search))
    reference = _reference(library, search)
    with st.sidebar:
        narrowing = facets(found, chosen(search.query), models.grades(library.model))
    if narrowing:
        query = narrowed(search.query, *narrowing)
        _visit(search.asking(query=query, within=reference is not None and bool(query)))
    for remark in remarks(named(search.query)):
        st.caption(remark)
    for caution in cautions(library, search.query) if search.query.strip() else []:
        st.caption(sentence(f"Note: {caution}"))
    if reference is None:
        _results(library, search, found.total)
    else:
        _likes(library, search, reference)


def _ask(search: Search) -> None:
    """The query, how to sort, and a picture instead; their state is the URL's, whoever changed it."""
    st.session_state.query, st.session_state.sort = search.query, search.sort
    referring = search.like is not None or likeness.picture() is not None
    with st.container(horizontal=True, vertical_alignment="bottom", key="ask"):
        st.text_input(
            "Which faces?",
            key="query",
            on_change=_asked,
            icon=":material/search:",
            placeholder="Big_Nose AND NOT Eyeglasses",
            help=LANGUAGE,
        )
        st.selectbox(
            "Order", SORTS, format_func=SORTS.__getitem__, key="sort", on_change=_sorted, disabled=referring, width=160
        )
        likeness.picture_box(on_change=_leave_face)
    if not search.query.strip() and not referring:
        _examples(search)


def _examples(search: Search) -> None:
    with st.container(horizontal=True, gap="xsmall", key="examples"):
        for example in EXAMPLES:
            if st.button(example, key=f"example-{example}"):
                _visit(search.asking(query=example))


def _results(library: Library, search: Search, total: int) -> None:
    pages = max(1, -(-total // PAGE))
    page = min(search.page, pages)
    begin = time.perf_counter()
    answer = library.find(_query(search), limit=PAGE, offset=(page - 1) * PAGE, sort=search.sort)
    took = time.perf_counter() - begin
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        speed = f":gray[in {took * 1000:,.0f} ms{hopes(answer)}]"
        st.markdown(f"**{counted(answer.total, 'face')}** {speed}", width="content")
        if pages > 1:
            _pages(page, pages, "above")
    if not answer.total:
        st.info(
            "No face matches. Take a condition away, or lower a threshold: `Smiling > 0.3`.", icon=":material/info:"
        )
    _act(library, search, gallery(answer.hits, _confidence if search.query.strip() else _no_score))
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center"):
            _pages(page, pages, "below")


def _pages(page: int, pages: int, where: str) -> None:
    key = f"{where}-{page}-of-{pages}"  # another page is another widget, which begins where the URL says
    st.pagination(pages, default=page, key=key, on_change=_turned, args=(key,), width=160 + 36 * min(pages, 7))


def _likes(library: Library, search: Search, reference: Reference) -> None:
    wish = likeness.panel(reference, search.query.strip(), search.within)
    if wish.leave:
        likeness.put_away()
        _visit(search.asking(like=None, within=False))
    if wish.within != search.within:
        _visit(search.asking(within=wish.within))
    where = _query(search) if search.within else None
    answer = library.similar(reference.embedding, where=where, limit=PAGE, exclude=reference.face)
    st.markdown(f"**{counted(len(answer.hits), 'face')}** :gray[of {answer.total:,}, the likest first]")
    _act(library, search, gallery(answer.hits, _similarity))


def _reference(library: Library, search: Search) -> Reference | None:
    if search.like is not None:
        return likeness.of_face(library, search.like)
    return likeness.of_picture(library)


def _act(library: Library, search: Search, choice: Choice | None) -> None:
    if choice is None:
        return
    if choice.what == "details":
        query = _query(search)
        details(library, choice.hit, library.explain(query, [choice.hit.face])[0] if query else None)
    else:
        _visit(search.asking(like=choice.hit.face))


def _query(search: Search) -> str | None:
    return search.query if search.query.strip() else None


def _confidence(hit: Hit) -> str | None:
    return percent(hit.score)


def _similarity(hit: Hit) -> str | None:
    return f"{hit.score:.2f}"


def _no_score(hit: Hit) -> str | None:
    return None


def _visit(search: Search) -> None:
    """Goes to another search, at once."""
    _address(search)
    st.rerun()


def _address(search: Search) -> None:
    st.query_params.from_dict(search.params())


def _asked() -> None:
    """A new question leaves the reference face, unless it says among whom to look for its likes."""
    search, query = current(), st.session_state.query
    if search.within and query.strip():
        return _address(search.asking(query=query))
    likeness.put_away()
    return _address(search.asking(query=query, like=None, within=False))


def _sorted() -> None:
    _address(current().asking(sort=st.session_state.sort))


def _turned(key: str) -> None:
    _address(replace(current(), page=st.session_state[key]))


def _leave_face() -> None:
    _address(current().asking(like=None))


def _nothing_yet(totals: Totals, add: st.Page) -> None:
    if totals.photos:
        said = f"The library knows {counted(totals.photos, 'photograph')}, but no face to show: "
        said += f"{totals.no_face:,} without a face, {totals.unreadable:,} unreadable, {totals.missing:,} missing."
    else:
        said = "The library is empty. Add a folder of photographs, and search its faces here."
    st.info(said, icon=":material/photo_library:")
    st.page_link(add)
