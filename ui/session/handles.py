"""What all browser sessions of one server share: the open library, and the one indexing run."""

import os
from pathlib import Path

import streamlit as st

from retrieval.library import Library
from retrieval.stores.sqlite.connections import FILE
from ui.session.job import Job
from ui.session.mapping import Mapping


def library_in(folder: Path) -> Library:
    """The library, opened once for everybody, and again where another file has taken its place.

    LibraryMissing, LibraryTooNew, LibraryDamaged.
    """
    try:
        info = (folder / FILE).stat()
    except OSError:
        return Library.open(folder)  # says what is wrong
    return _library(os.fsencode(folder), (info.st_dev, info.st_ino))


def job_for(folder: Path) -> Job:
    """The run that this server may have going for the library in `folder`."""
    return _job(os.fsencode(folder))


def mapping_for(folder: Path) -> Mapping:
    """What makes the map of the library in `folder`."""
    return _mapping(os.fsencode(folder))


@st.cache_resource(max_entries=2, show_spinner=False, on_release=Library.close)
def _library(folder: bytes, file: tuple[int, int]) -> Library:
    return Library.open(Path(os.fsdecode(folder)))


@st.cache_resource(show_spinner=False)
def _mapping(folder: bytes) -> Mapping:
    return Mapping(Path(os.fsdecode(folder)))


@st.cache_resource(show_spinner=False)
def _job(folder: bytes) -> Job:
    return Job()
