"""XMP of faces that are taken away: a document for each of their photographs, or why there is none."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree

from indexer.read import UnreadableImage, orientation, read_bytes
from retrieval.language.nodes import Thresholds
from retrieval.library import Hit
from ui.chosen import Chosen
from ui.files import xmp
from ui.files.archive import CHANGED


def of_photographs(chosen: Chosen) -> Iterator[tuple[str, list[Hit]]]:
    """The path of each photograph, and the chosen faces in it."""
    grouped = groupby(chosen.hits("path"), lambda hit: hit.photo)
    return ((photo, list(faces)) for photo, faces in grouped)


def documents(chosen: Chosen) -> Iterator[tuple[str, "ElementTree[Element] | UnreadableImage"]]:
    """The path of each photograph, and its document."""
    thresholds = chosen.thresholds()
    for photo, faces in of_photographs(chosen):
        try:
            yield photo, document(chosen, faces, thresholds)
        except UnreadableImage as error:
            yield photo, error


def document(chosen: Chosen, faces: Sequence[Hit], thresholds: Thresholds) -> "ElementTree[Element]":
    """Of the faces of one photograph; UnreadableImage if it is not as it was indexed."""
    first = faces[0]
    content, photograph = read_bytes(first.photo), chosen.photographs(faces)[first.face]
    if content.sha256 != photograph.sha256:
        raise UnreadableImage(CHANGED)
    has = [[name for name, p in hit.attributes.items() if p >= thresholds[name]] for hit in faces]
    regions = [xmp.Region(hit.box, names, chosen.note(hit.face)) for hit, names in zip(faces, has, strict=True)]
    said = first.facts if first.dated == "picture" else replace(first.facts, taken=None, utc_offset=None)
    return xmp.sidecar(regions, photograph.width, photograph.height, orientation(content.data), said)


def beside(folder: Path, photo: str) -> Path:
    """FOLDER/home/me/a.jpg.xmp for /home/me/a.jpg: never two photographs' in one place, and none outside of FOLDER."""
    if os.pardir in Path(photo).parts:
        raise UnreadableImage("its path leads out of the folder, as no indexed photograph's does")
    return folder / (photo.lstrip(os.sep) + ".xmp")
