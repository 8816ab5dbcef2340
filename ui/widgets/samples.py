"""What begins a run over photographs: a place of one's own, or, where a library holds no face yet, the sample faces."""

from collections.abc import Callable

import streamlit as st

from indexer.report import Report
from retrieval.errors import FacequeryError, LibraryMissing
from retrieval.library import Library
from retrieval.stores.places import Place
from retrieval.tables.records import Crop
from ui.session import models
from ui.session.handles import library_at
from ui.session.job import Job, Listener
from ui.shipped import samples_folder
from ui.widgets.boxes import refused


def offer_samples(place: Place, job: Job, add: st.Page | None = None) -> None:
    """A button for whoever has no photographs at hand: the sample faces, into a library that holds no face yet. `add`
    is the page where they are then seen coming, None on that page itself.
    """
    if _is_empty(place) and st.button(
        "Try it with 240 sample faces",
        icon=":material/auto_awesome:",
        key="samples",
        help="They ship with facequery and show nobody: each is the mean of 16 people. `facequery erase` forgets them.",
    ):
        start(place, job, lambda: str(samples_folder()), "aligned")
        if add is not None:
            st.switch_page(add)
        st.rerun()


def _is_empty(place: Place) -> bool:
    try:
        return not library_at(place).totals().faces
    except LibraryMissing:
        return True


def start(place: Place, job: Job, photographs: Callable[[], str], crop: Crop) -> bool:
    """Begins a run over `photographs`, into the library at `place`; False, and a sentence on the page, if it cannot."""
    job.forget()
    try:
        folder = photographs()
        with Library.create_or_open(place) as library:
            workers = models.workers_for(library, crop)
            newest = library.latest(limit=1)
    except FacequeryError as error:
        refused(error)
        return False

    def work(listener: Listener) -> Report:
        from indexer.pipeline import index

        with Library.create_or_open(place) as library:
            return index(library, [folder], workers, progress=listener)

    job.start(folder, work, newest[0].face if newest else 0)
    return True
