"""The same unseen pictures, tagged by several models: as JSON, and as one picture of the faces with what each says."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.eyes import finder_for
from indexer.look import faces_in
from indexer.read import UnreadableImage, read_bytes
from indexer.report import NO_FACE
from retrieval.attributes import ATTRIBUTES
from retrieval.errors import shown
from retrieval.tables.records import Crop
from ui.files import crops
from ui.output import say
from ui.study import charts, comparison_pictures

if TYPE_CHECKING:
    from classifiers.tagger import Tagger
    from indexer.faces import Finder


class Eye(NamedTuple):
    """A model as it looks at pictures: its name, and the thresholds [40] it decides by."""

    name: str
    tagger: "Tagger"
    thresholds: NDArray[np.float64]


class TaggedFace(NamedTuple):
    """A face in a picture: a small JPEG of it, its box, and probabilities by model and attribute."""

    jpeg: bytes
    picture: str
    box: tuple[int, int, int, int]
    said: dict[str, dict[str, float]]


def tagged_by_all(
    eyes: Sequence[Eye], images: Sequence[Path], crop: Crop, device: str, out: Path
) -> tuple[list[Path], bool]:
    """Writes `tagged.json` and `tagged.png` into `out`; their paths, and whether some picture showed no face."""
    finder = finder_for(crop)
    faces: list[TaggedFace] = []
    failures: dict[str, str] = {}
    for image in images:
        try:
            found = _faces(image, eyes, finder)
        except UnreadableImage as error:
            found, failures[str(image)] = [], error.reason
        if not found:
            failures.setdefault(str(image), NO_FACE)
            say(f"{shown(str(image))}: {failures[str(image)]}")
        faces += found
    out.mkdir(parents=True, exist_ok=True)
    (out / "tagged.json").write_text(json.dumps(_as_json(images, faces, failures, eyes), indent=2) + "\n")
    if not faces:
        return [out / "tagged.json"], bool(failures)
    return [out / "tagged.json", _picture(faces, eyes, out / "tagged.png")], bool(failures)


def _faces(image: Path, eyes: Sequence[Eye], finder: "Finder | None") -> list[TaggedFace]:
    """Found and aligned as `tag` does; every model sees the same faces."""
    data = read_bytes(str(image)).data
    looks = [faces_in(data, eye.tagger, finder) for eye in eyes]
    picture, found, _ = looks[0]
    probabilities = [tags.probabilities.tolist() for _, _, tags in looks]
    return [
        TaggedFace(
            crops.cut(picture, face.box),
            str(image),
            face.box,
            {e.name: dict(zip(ATTRIBUTES, p[i], strict=True)) for e, p in zip(eyes, probabilities, strict=True)},
        )
        for i, face in enumerate(found)
    ]


def _picture(faces: Sequence[TaggedFace], eyes: Sequence[Eye], path: Path) -> Path:
    thresholds = {eye.name: dict(zip(ATTRIBUTES, eye.thresholds.tolist(), strict=True)) for eye in eyes}
    rows = [(face.jpeg, shown(Path(face.picture).name), face.said) for face in faces]
    return charts.write(comparison_pictures.tagged(rows, thresholds), path)


def _as_json(
    images: Sequence[Path], faces: Sequence[TaggedFace], failures: dict[str, str], eyes: Sequence[Eye]
) -> dict[str, Any]:
    """As `facequery tag --json`, each face's attributes by model, and those on which models disagree."""
    return {
        "images": [
            {
                "photo": str(image),
                "error": failures.get(str(image)),
                "faces": [_face(face, eyes) for face in faces if face.picture == str(image)],
            }
            for image in images
        ]
    }


def _face(face: TaggedFace, eyes: Sequence[Eye]) -> dict[str, Any]:
    decided = {
        eye.name: [face.said[eye.name][n] >= t for n, t in zip(ATTRIBUTES, eye.thresholds, strict=True)] for eye in eyes
    }
    disagreed = [name for name, *votes in zip(ATTRIBUTES, *decided.values(), strict=True) if len(set(votes)) > 1]
    rounded = {model: {name: round(p, 6) for name, p in said.items()} for model, said in face.said.items()}
    return {"box": list(face.box), "models": rounded, "disagreed": disagreed}
