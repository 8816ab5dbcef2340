"""Whole photographs as they are on disk now; scaled ones are kept in memory while their files do not change."""

import os
from threading import BoundedSemaphore

import streamlit as st

from ui.files import whole
from ui.files.whole import Stamp

KEPT = 48  # photographs; some 300 KB each
DECODERS = BoundedSemaphore(3)  # photographs decoded at once: one may take 400 MB


def photograph(path: str, longest: int | None, stamp: Stamp | None) -> bytes:
    """As `whole.whole`, of a file with that stamp. Safe to call from threads; UnreadableImage."""
    if longest is None:
        with DECODERS:
            return whole.whole(path, None)
    return _scaled(os.fsencode(path), longest, stamp)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _scaled(path: bytes, longest: int, stamp: Stamp | None) -> bytes:
    with DECODERS:
        return whole.whole(os.fsdecode(path), longest)
