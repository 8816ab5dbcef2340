"""A dialog about faces that are found or ticked, or on a shortlist: put them on a shortlist, or download them."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from retrieval.errors import FacequeryError, shown
from retrieval.library import Library
from ui.chosen import Chosen
from ui.files.formats import FORMATS, Wrote
from ui.files.names import safe
from ui.session.downloads import downloads
from ui.widgets import done
from ui.widgets.boxes import refused
from ui.words import counted, harmless

NEW = "A new shortlist"
SOME = 5  # photographs that are named, of those that could not be taken
_MADE = "taken-away"


class _Made(NamedTuple):
    """A file that waits to be downloaded: of which format, of what, by which token, and how many bytes."""

    kind: str
    of: Chosen
    token: str
    name: str
    size: int
    wrote: Wrote


def take_away(library: Library, which: Chosen | str | Sequence[int]) -> None:
    """Opens the dialog for what is chosen, for a query, or for faces by their numbers: to be called once, by whoever
    draws the page, when its button was pressed.
    """
    st.session_state.pop(_MADE, None)
    if isinstance(which, str):
        which = Chosen.of_query(library, which)
    st.dialog("Take away", width="medium")(inside)(
        library, which if isinstance(which, Chosen) else Chosen.of_faces(library, which)
    )


def inside(library: Library, chosen: Chosen) -> None:
    """What stands in the dialog."""
    try:
        st.markdown(f"**{counted(chosen.total, 'face')}**" + _of(chosen))
        keep, download = st.tabs(["Add to a shortlist", "Download"])
        with keep:
            _keep(library, chosen)
        with download:
            _download(chosen)
    except FacequeryError as error:
        refused(error)


def _of(chosen: Chosen) -> str:
    if chosen.notes is not None:
        return f" on the shortlist {harmless(chosen.title)}"
    return f" that match {harmless(chosen.title)}" if chosen.query is not None else ""


def _keep(library: Library, chosen: Chosen) -> None:
    names = [one.name for one in library.shortlists.listed()]
    number = st.selectbox("Which", range(-1, len(names)), format_func=lambda at: NEW if at < 0 else shown(names[at]),
                          index=1 if names else 0, key="take-list")  # fmt: skip
    name = names[number] if number >= 0 else st.text_input("What is it called?", key="take-name")
    note = st.text_input("A note about them", key="take-note", help="It stands with each of them on this list.")
    if st.button("Add", type="primary", icon=":material/playlist_add:", key="take-add"):
        faces = library.listing(chosen.query).faces.tolist() if chosen.query is not None else list(chosen.faces)
        if number < 0:
            _check_new(library, name)
        done.tell(library.shortlists.add(name, faces, note.strip() or None))
        st.rerun()


def _check_new(library: Library, name: str) -> None:
    """A person who names a new list does not mean one that is there."""
    if any(one.name.casefold() == name.strip().casefold() for one in library.shortlists.listed()):
        from retrieval.errors import NotThatShortlist

        raise NotThatShortlist(f"There is a shortlist {shown(name)} already: choose it above, or another name.")


def _download(chosen: Chosen) -> None:
    kinds = [kind for kind in FORMATS if kind != "citation" or chosen.cited is not None]
    kind = st.selectbox("As what", kinds, format_func=lambda kind: FORMATS[kind].label, key="take-kind")
    if st.button("Prepare", type="primary", icon=":material/archive:", key="take-prepare"):
        with st.spinner("Reading the photographs …"):
            st.session_state[_MADE] = _make(kind, chosen)
    made: _Made | None = st.session_state.get(_MADE)
    if made is not None and made.kind == kind:
        _offer(made)


def _make(kind: str, chosen: Chosen) -> _Made:
    wanted = FORMATS[kind]
    name = safe(f"{chosen.title[:60]}{wanted.ending}")
    token, wrote = downloads().make(name, wanted.media, lambda file: wanted.write(chosen, file))
    found = downloads().get(token)
    return _Made(kind, chosen, token, name, found.path.stat().st_size if found else 0, wrote)


def _offer(made: _Made) -> None:
    label = f"Download {harmless(made.name)} ({_sized(made.size)})"
    st.link_button(label, f"/downloads/{made.token}", type="primary", icon=":material/download:", width="stretch")
    st.caption(counted(made.wrote.number, made.wrote.what))
    missing = len(made.of.faces) - len(made.of.library.there(made.of.faces))
    if missing:
        st.warning(f"{counted(missing, 'face')} could not be taken: the photographs are missing.")
    if problems := made.wrote.problems:
        more = f" … and {len(problems) - SOME:,} more" if len(problems) > SOME else ""
        st.warning("Not taken, since they could not be read: " + harmless("; ".join(problems[:SOME])) + more)


def _sized(size: int) -> str:
    """`12 KB`, `3.4 MB`."""
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000  # type: ignore[assignment]
    return f"{size:.3g} GB"
