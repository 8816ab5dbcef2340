"""The networks, loaded when something is to be indexed or a picture is to be compared, and then kept.

Browsing imports none of them. One at a time is loaded, since two people asking at once would need the memory twice.
"""

import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import indexer.eyes
import indexer.models
from classifiers.cards import reliability
from indexer.faces import USUALLY
from indexer.look import faces_in
from retrieval.library import Library
from retrieval.tables.records import Crop, Model, Sought
from ui.files import crops

if TYPE_CHECKING:
    from classifiers.tagger import Tagger
    from indexer.faces import Finder
    from indexer.workers import Workers


DEVICE = "auto"  # a GPU where there is one


class Seen(NamedTuple):
    """A face in a picture that is in no library: a small JPEG of it, and float32[512] of unit length."""

    jpeg: bytes
    embedding: NDArray[np.float32]


def tagger_for(library: Library) -> "Tagger":
    """The model of the library's faces, the shipped one where there are none; ModelError, WrongModel."""
    model = library.model
    return _tagger(library, model.fingerprint if model else None)


@st.cache_resource(max_entries=1, show_spinner="Loading the model …")
def _tagger(_library: Library, fingerprint: str | None) -> "Tagger":
    return indexer.models.tagger_for(_library, None, DEVICE)


def workers_for(library: Library, crop: Crop) -> "Workers":
    """What looks at photographs that are to be added; it loads nothing before it begins. ModelError, WrongModel."""
    tagger = indexer.models.tagger_for(library, None, DEVICE, lazily=True)
    return indexer.models.workers_for(tagger, crop, sought=library.sought())


@st.cache_resource(show_spinner="Loading the face finder …")
def finder_for(crop: Crop, sought: Sought = USUALLY) -> "Finder | None":
    """What finds faces; None where each picture already is one. NoFinder."""
    return indexer.eyes.finder_for(crop, sought)


def seen_in(data: bytes, tagger: "Tagger", finder: "Finder | None") -> list[Seen]:
    """The faces in a picture, which stays in memory, the largest first; raises UnreadableImage.

    As the indexer sees them; without a `finder` the picture is one aligned face.
    """
    picture, found, tags = faces_in(data, tagger, finder)
    return [Seen(crops.cut(picture, face.box), vector) for face, vector in zip(found, tags.embeddings, strict=True)]


def grades(model: Model | None) -> dict[str, str]:
    """How far each attribute can be relied on, from A to D, by the model's card; empty where it does not say."""
    return reliability.grades(json.loads(model.card)) if model else {}


def licence(model: Model) -> str | None:
    """What a model's card says about its use."""
    said = json.loads(model.card).get("licence")
    return said if isinstance(said, str) else None
