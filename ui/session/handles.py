"""What all browser sessions of one server share: the open library, and the one indexing run."""

import os
from collections.abc import Hashable

import streamlit as st

from retrieval.library import Library
from retrieval.stores.places import Place, store_at
from ui.session.job import Job
from ui.session.mapping import Mapping


def library_at(place: Place) -> Library:
    """The library, opened once for everybody, and again where another file has taken its place.

    LibraryMissing, LibraryTooNew, LibraryDamaged.
    """
    which = store_at(place).which()
    return Library.open(place) if which is None else _library(os.fsencode(place), which)  # the one says what is wrong


def job_for(place: Place) -> Job:
    """The run that this server may have going for the library."""
    return _job(os.fsencode(place))


def mapping_for(place: Place) -> Mapping:
    """What makes the map of the library."""
    return _mapping(os.fsencode(place))


@st.cache_resource(max_entries=2, show_spinner=False, on_release=Library.close)
def _library(place: bytes, which: Hashable) -> Library:
    library = Library.open(os.fsdecode(place))
    library.follow()
    return library


@st.cache_resource(show_spinner=False)
def _mapping(place: bytes) -> Mapping:
    return Mapping(os.fsdecode(place))


@st.cache_resource(show_spinner=False)
def _job(place: bytes) -> Job:
    return Job()
