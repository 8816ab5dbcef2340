"""An answer in COCO's format (cocodataset.org, format-data): images, and an annotation a face with its box, its
probabilities, and its attributes as decided. Written page by page, so that its size does not matter.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from retrieval.language.nodes import Thresholds
from retrieval.library import Answer, Hit
from retrieval.tables.photographs import Photograph

FACE = {"id": 1, "name": "face", "supercategory": "person"}

Page = tuple[Answer, dict[int, Photograph]]


def write(
    pages: Iterable[Page], thresholds: Thresholds, query: str, file: BinaryIO, notes: Mapping[int, str] | None = None
) -> int:
    """One document; bytes of a file's name that are not UTF-8 are written as `\\udcXX`. Returns how many faces."""
    info = {"description": f"faces that match {query}, by facequery", "version": "1.0"}
    file.write(b'{"info": %s, "licenses": [], "categories": %s, "annotations": [' % (_json(info), _json([FACE])))
    images: dict[int, tuple[Photograph, Hit]] = {}
    between, faces = b"\n", 0
    for answer, photographs in pages:
        for hit in answer.hits:
            photograph = photographs[hit.face]
            images[photograph.id] = photograph, hit
            noted = {} if notes is None else {"note": notes.get(hit.face)}
            file.write(between + _json({**_annotation(hit, photograph, thresholds), **noted}))
            between = b",\n"
        faces += len(answer.hits)
    file.write(b'\n], "images": [')
    file.writelines((b",\n" if place else b"\n") + _json(_image(*image)) for place, image in enumerate(images.values()))
    file.write(b"\n]}\n")
    return faces


def _annotation(hit: Hit, photograph: Photograph, thresholds: Thresholds) -> dict[str, Any]:
    left, top, right, bottom = hit.box
    width, height = right - left, bottom - top
    return {
        "id": hit.face,
        "image_id": photograph.id,
        "category_id": FACE["id"],
        "bbox": [left, top, width, height],
        "area": width * height,
        "iscrowd": 0,
        "score": round(hit.score, 6),
        "attributes": {name: p >= thresholds[name] for name, p in hit.attributes.items()},
        "probabilities": {name: round(p, 6) for name, p in hit.attributes.items()},
    }


def _image(photograph: Photograph, hit: Hit) -> dict[str, Any]:
    """With `date_captured`, which is COCO's own name for it, in the form that COCO has."""
    said, when = hit.said, hit.facts.when
    return {
        "id": photograph.id,
        "file_name": photograph.path,
        "width": photograph.width,
        "height": photograph.height,
        "sha256": photograph.sha256,
        "date_captured": when and when.strftime("%Y-%m-%d %H:%M:%S"),
        **said,
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, allow_nan=False).encode()
