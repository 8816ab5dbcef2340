"""Faces as they are on disk at this moment, or a placeholder and the reason.

They are kept in memory, bounded, for as long as their files do not change; nothing is written to disk.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple

from indexer.read import UnreadableImage
from retrieval.library import Hit
from retrieval.tables.portraits import Cutout
from retrieval.tables.records import Box
from ui.files import crops
from ui.files.whole import Stamp, stamp

THUMBNAILS = 2_000  # some 15 KB each
DECODERS = 4  # threads; the first card is on the page while the last is being decoded


class Thumbnail(NamedTuple):
    """A square JPEG, and why it does not show the face if it does not."""

    jpeg: bytes
    reason: str | None = None


def thumbnail_of(hit: Hit) -> Thumbnail:
    """The face. Safe to call from threads."""
    return _thumbnail(os.fsencode(hit.photo), hit.box, stamp(hit.photo))


@contextmanager
def thumbnails_of(hits: Sequence[Hit]) -> Iterator[Iterator[Thumbnail]]:
    """The faces themselves, in order, cut out by several threads while the first are being shown."""
    with ThreadPoolExecutor(DECODERS) as pool:
        yield pool.map(thumbnail_of, hits)


def cut_out(cutout: Cutout) -> bytes:
    """The face as a square JPEG, or a placeholder. Safe to call from threads."""
    return _thumbnail(os.fsencode(cutout.path), cutout.box, stamp(cutout.path)).jpeg


@lru_cache(THUMBNAILS)  # and not Streamlit's, which wants a running server where this is imported
def _thumbnail(path: bytes, box: Box, stamp: Stamp | None) -> Thumbnail:
    try:
        return Thumbnail(crops.face(os.fsdecode(path), box))
    except UnreadableImage as error:
        return Thumbnail(crops.placeholder(), error.reason)
