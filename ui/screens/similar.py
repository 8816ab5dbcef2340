"""The page "Search" where it answers about likeness: the examples in their tray, and the faces most like them."""

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from retrieval.errors import ContradictoryExamples, NoSuchFace, NotRecognised
from retrieval.language.query import Parsed
from retrieval.library import Answer, Hit, Library
from ui.explanations import emptied
from ui.search import Search
from ui.session.address import address, current, visit
from ui.session.hits import a_hit
from ui.widgets.boxes import refused
from ui.widgets.examples import Example, of_face, of_picture, picture, put_away
from ui.widgets.gallery import Asked, Grid, Offered, gallery
from ui.widgets.tray import tray
from ui.words import counted, sentence

LIMIT = 240  # faces


class Gone(NamedTuple):
    """Examples that the library cannot show any more, and why the first of them is not."""

    faces: list[int]
    error: NoSuchFace | None


def referring(search: Search) -> bool:
    """Whether anything is to be resembled."""
    return bool(search.like) or picture() is not None


def likes(
    library: Library,
    search: Search,
    query: Parsed | None,
    offered: Offered,
    on_asked: Callable[[Asked], None],
) -> None:
    """Draws the tray and the likes, inside `query` if the search says so; `on_asked` hears of what is asked for."""
    examples, gone = _examples(library, search)
    if gone.error is not None and not _left_out(search, gone):
        return
    if not any(example.wanted for example in examples):
        return  # a picture without a face, of which `of_picture` has told
    asked = tray(examples, search, leave)
    if asked is not None:
        visit(asked if referring(asked) else asked.alone())
    try:
        answer = _asked(library, examples, search, query if search.within else None)
    except (ContradictoryExamples, NotRecognised) as error:
        refused(error)
        return
    if not answer.hits:
        st.markdown(f"**{counted(0, 'face')}** :gray[{_how(answer, search)}]")
        _no_other(library, query if search.within else None)
        return
    first = [a_hit(hit.face, hit.photo, _similarity(hit)) for hit in answer.hits]
    title = counted(len(first), "face")
    gallery(Grid(len(first), answer.generation, first, None, title, _how(answer, search), offered=offered), on_asked)


def _examples(library: Library, search: Search) -> tuple[list[Example], Gone]:
    found, gone, first = [], [], None
    if given := of_picture(library):
        found.append(given)
    for face in (*search.like, *search.unlike):
        try:
            found.append(of_face(library, face, face in search.like))
        except NoSuchFace as error:
            first = first or error
            gone.append(face)
    return found, Gone(gone, first)


def _left_out(search: Search, gone: Gone) -> bool:
    """Says which example is gone, and offers to go on without it; False where nothing is left to compare with."""
    assert gone.error is not None
    refused(gone.error)
    rest = search.without(*gone.faces)
    label = "Go on without it" if referring(rest) else "Back to the search"
    if st.button(label, icon=":material/arrow_back:", key="without-gone"):
        visit(rest if referring(rest) else rest.alone())
    return referring(rest)


def leave() -> None:
    """Forgets all examples: the page that is drawn next answers the query."""
    put_away()
    address(current().alone())


def _asked(library: Library, examples: list[Example], search: Search, where: Parsed | None) -> Answer:
    return library.similar(
        [example.likeness for example in examples if example.wanted],
        unlike=[example.likeness for example in examples if not example.wanted],
        where=where,
        limit=LIMIT,
        exclude=[example.face for example in examples if example.face is not None],
        fold=search.fold,
        by=search.by,
    )


def _how(answer: Answer, search: Search) -> str:
    first = "the likest first" if search.by == "look" else "who is most probably the same person first"
    said = f"of {answer.total:,}, {first}"
    if answer.undescribed:
        said += f"; without {counted(answer.undescribed, 'face')} that nobody has described yet"
    if answer.recall is None:
        return said
    return f"{said}; approximately: {answer.recall:.1%} of the ten nearest are found, as measured in this library"


def _no_other(library: Library, query: Parsed | None) -> None:
    dropped = library.dropped(query) if query else []
    said = f" {emptied(dropped)}" if dropped else ""
    st.info(
        sentence(f"No other face matches the query.{said} Look among all of them, or change it."),
        icon=":material/info:",
    )


def _similarity(hit: Hit) -> str:
    return f"{hit.score:.2f}" + (f" · {hit.count} alike" if hit.count > 1 else "")
