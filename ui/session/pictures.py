"""Faces and photographs as they are on disk at this moment, or a placeholder and the reason.

They are kept in memory, bounded, for as long as their files do not change; nothing is written to disk.
"""

import os
from typing import NamedTuple

import streamlit as st

from indexer.read import UnreadableImage
from retrieval.library import Hit
from retrieval.tables.portraits import Cutout
from retrieval.tables.records import Box
from ui.files import crops
from ui.files.crops import Marked

THUMBNAILS = 2_000  # some 15 KB each
PHOTOGRAPHS = 32  # some 200 KB each

Stamp = tuple[int, int]


class Thumbnail(NamedTuple):
    """A square JPEG, and why it does not show the face if it does not."""

    jpeg: bytes
    reason: str | None = None


def thumbnail_of(hit: Hit) -> Thumbnail:
    """The face. Safe to call from threads."""
    return _thumbnail(os.fsencode(hit.photo), hit.box, _stamp(hit.photo))


def cut_out(cutout: Cutout) -> bytes:
    """The face as a square JPEG, or a placeholder. Safe to call from threads."""
    return _thumbnail(os.fsencode(cutout.path), cutout.box, _stamp(cutout.path)).jpeg


def photograph_of(hit: Hit) -> Marked:
    """The whole photograph, the face framed; raises UnreadableImage."""
    return _marked(os.fsencode(hit.photo), hit.box, _stamp(hit.photo))


@st.cache_data(max_entries=THUMBNAILS, show_spinner=False)
def _thumbnail(path: bytes, box: Box, stamp: Stamp | None) -> Thumbnail:
    try:
        return Thumbnail(crops.face(os.fsdecode(path), box))
    except UnreadableImage as error:
        return Thumbnail(crops.placeholder(), error.reason)


@st.cache_data(max_entries=PHOTOGRAPHS, show_spinner=False)
def _marked(path: bytes, box: Box, stamp: Stamp | None) -> Marked:
    return crops.marked(os.fsdecode(path), box)


def _stamp(path: str) -> Stamp | None:
    """Differs when the file does; None where there is no file."""
    try:
        info = os.stat(path)  # noqa: PTH116  # not every path is text
    except (OSError, ValueError):
        return None
    return info.st_size, info.st_mtime_ns
