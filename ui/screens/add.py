"""The page "Add photographs": a folder into the library, with progress while it lasts and a report at its end.

The run goes on in a thread (`ui.session.job`) whatever a person does meanwhile.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import streamlit as st

from indexer.report import Report
from retrieval.errors import FacequeryError, shown
from retrieval.stores.places import Place
from retrieval.tables.records import Crop
from ui.indexing import VANISHED, on_what_was_passed_by
from ui.session.handles import library_at
from ui.session.job import Job, Pace, Stopped
from ui.session.pictures import cut_out
from ui.session.roots import inside
from ui.widgets.boxes import refused
from ui.widgets.folder_picker import FIELD, folder_picker
from ui.widgets.samples import offer_samples, start
from ui.words import counted, file_name, lasting

CROPS: dict[Crop, str] = {"auto": "Find the faces in each photograph", "aligned": "Each picture already is one face"}
WIDTH = 720  # CSS pixels of the form
EVERY = 1.0  # seconds between two looks at a running job
NEWEST, ACROSS = 14, 88  # faces that are shown while they come, and CSS pixels of each
DECODERS = 4  # threads


class Wanted(NamedTuple):
    """What was typed: a folder, and how its pictures are to be taken."""

    folder: str
    crop: Crop


def show(place: Place, roots: Sequence[str], job: Job, search: st.Page) -> None:
    """Draws the page for the library at `place`, made when the first photographs come; `search` is where they go."""
    with st.container(width=WIDTH):
        st.subheader("Add photographs", anchor=False)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            folder_picker(roots, job.running)
            if not job.running:
                offer_samples(place, job)
        wanted = _form(roots, job.running)
        if wanted is not None:
            _begin(place, roots, job, wanted)
        elif job.running:
            _watch(place, job)
        else:
            _end(job, search)


def _form(roots: Sequence[str], busy: bool) -> Wanted | None:
    """What was submitted, if anything was."""
    with st.form("folder"):
        folder = st.text_input("Folder", placeholder=shown(str(Path(roots[0]) / "Pictures")), key=FIELD)
        with st.container(key="note"):
            st.text(f"Inside {' or '.join(map(shown, roots))}.")
        crop = st.radio("Pictures", tuple(CROPS), format_func=CROPS.__getitem__, horizontal=True)
        st.caption(
            "Photographs are only read, never changed, and nothing leaves this machine. "
            "A folder added again costs little: only what is new in it is looked at."
        )
        start = st.form_submit_button("Add photographs", type="primary", disabled=busy)
    return Wanted(folder, crop) if start and not busy else None


def _begin(place: Place, roots: Sequence[str], job: Job, wanted: Wanted) -> None:
    if start(place, job, lambda: inside(wanted.folder, roots), wanted.crop):
        st.rerun()


@st.fragment(run_every=EVERY)
def _watch(place: Place, job: Job) -> None:
    """Looks again every second, and lets the whole page follow when the run has ended."""
    if not job.running:
        st.rerun()
    st.text(f"Adding {shown(job.folder)}")
    pace = job.pace
    if pace is None:
        st.progress(0.0, text="Paused" if job.paused else "Looking through the folder …")
    else:
        _bar(pace, job.paused)
    with st.container(horizontal=True, gap="small"):
        if job.paused:
            st.button("Go on", icon=":material/play_arrow:", key="resume", on_click=job.resume)
        else:
            st.button("Pause", icon=":material/pause:", key="pause", on_click=job.pause)
        st.button(
            "Stop",
            icon=":material/stop:",
            key="stop",
            help="What has been added stays; adding the folder again goes on.",
            on_click=job.stop,
        )
    _newest(place, job)


def _newest(place: Place, job: Job) -> None:
    """The faces that this run has found last."""
    faces = library_at(place).latest(job.after, NEWEST)
    with ThreadPoolExecutor(DECODERS) as pool, st.container(horizontal=True, gap="xsmall", key="newest"):
        for cutout, jpeg in zip(faces, pool.map(cut_out, faces), strict=True):
            st.image(jpeg, width=ACROSS, alt=f"Face {cutout.face}, {file_name(cutout.path)}")


def _bar(pace: Pace, paused: bool) -> None:
    progress, left = pace
    said = f"{progress.done:,} of {counted(progress.total, 'photograph')} · {counted(progress.faces, 'new face')}"
    if paused:
        said += " · paused"
    elif left is not None:
        said += f" · {lasting(left)} left"
    st.progress(min(1.0, progress.done / max(1, progress.total)), text=said)


def _end(job: Job, search: st.Page) -> None:
    outcome = job.outcome
    if isinstance(outcome, Report):
        _report(job.folder, outcome)
        st.page_link(search, label="Search the library")
    elif isinstance(outcome, FacequeryError):
        refused(outcome)
    elif isinstance(outcome, Stopped):
        st.info("Stopped. What had been added is in the library; adding the folder again goes on from there.")
    elif outcome is not None:
        job.forget()
        raise outcome


def _report(folder: str, report: Report) -> None:
    st.text(f"{shown(folder)}: {counted(report.photos, 'photograph')} in {lasting(report.seconds['total'])}.")
    figures = {
        "New faces": report.faces,
        "Added": report.added,
        "Unchanged": report.unchanged,
        "Moved": report.moved,
        "Missing": report.missing,
        "Without a face": len(report.without_face),
        "Rejected": len(report.rejected),
    }
    figures |= {"Vanished": len(report.vanished)} if report.vanished else {}
    with st.grid(min_column_width=100, key="report"):
        for label, number in figures.items():
            st.metric(label, f"{number:,}")
    passed = [(name.path, name.reason) for name in report.passed.names]
    _table(report.rejected, ("Photograph", "Why it was rejected"))
    _table([(path, VANISHED) for path in report.vanished], ("Vanished", "What happened"))
    _table(passed, ("Passed by", "Why"))
    for sentence in on_what_was_passed_by(report.passed):
        st.text(sentence)


def _table(reasons: Sequence[tuple[str, str]], columns: tuple[str, str]) -> None:
    if reasons:
        rows = [(shown(path), reason) for path, reason in reasons]
        st.dataframe(pd.DataFrame(rows, columns=columns), hide_index=True)
