"""A result that can be cited: which faces matched a query, and everything that decided it, in one document that another
can check. It names photographs by their sha256 alone, so it says neither where they lie nor what they are called.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection, func, select

from retrieval.errors import FacequeryError
from retrieval.tables import models, recalibrations, schema
from retrieval.tables.generation import state
from retrieval.tables.rows import parts

FORMAT = "facequery result set 1"
PARTS = {"query", "library", "model", "thresholds", "faces"}  # without which nothing can be compared
DECIDING = ("model", "thresholds", "calibration")  # the last only where it was moved


class BadCitation(FacequeryError):
    """The document is no result set, or not as it was written."""


def cite(connection: Connection, query: str, faces: Sequence[int]) -> dict[str, Any]:
    """The document for the faces that match `query` in the state that the transaction sees, as JSON values."""
    now, model = state(connection), models.current(connection)
    said = schema.correction
    document: dict[str, Any] = {
        "format": FORMAT,
        "query": query,
        "library": {"identity": now.identity, "generation": now.generation},
        "model": model and {"fingerprint": model.fingerprint, "name": PurePath(model.name).name},
        "thresholds": model and dict(model.thresholds),
        "corrections": connection.execute(select(func.count()).select_from(said)).scalar_one(),
        "total": len(faces),
        "faces": [
            {"face": face, "sha256": sha256, "box": box} for face, (sha256, box) in sorted(_about(connection, faces))
        ],
    }
    if moves := recalibrations.standing(connection):
        document["calibration"] = {name: list(move) for name, move in moves.items()}
    return {**document, "checksum": checksum(document)}


def checksum(document: dict[str, Any]) -> str:
    """sha256, in hex, over everything but the checksum, as JSON with sorted keys and no spaces."""
    rest = {name: value for name, value in document.items() if name != "checksum"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check(document: Any) -> None:
    """BadCitation unless it is a result set, whole and unchanged."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise BadCitation("This is no result set of facequery; `facequery export QUERY --cite FILE` writes one.")
    try:
        fits = document.get("checksum") == checksum(document)
    except (ValueError, TypeError):  # what is no JSON was not written by us
        fits = False
    if not fits or not document.keys() >= PARTS:
        raise BadCitation("The result set is not as it was written: its checksum does not fit.")


def differences(connection: Connection, document: dict[str, Any], faces: Sequence[int]) -> list[str]:
    """In what the library differs from a checked document, `faces` being those that match its query now."""
    now = cite(connection, document["query"], faces)
    if now["library"]["identity"] != document["library"]["identity"]:
        return ["It was made from another library."]
    found = [f"The {name} is not the same." for name in DECIDING if now.get(name) != document.get(name)]
    before, after = _by_number(document), _by_number(now)
    known = dict(_about(connection, sorted(before)))
    gone = [face for face, about in before.items() if known.get(face) != about]
    left, joined = before.keys() - after.keys() - set(gone), after.keys() - before.keys()
    for faces_, what in (
        (gone, "are not in the library as they were"),
        (left, "do not match any more"),
        (joined, "match now that did not"),
    ):
        if faces_:
            found.append(f"{len(faces_):,} faces {what}: {', '.join(map(str, sorted(faces_)[:5]))}{_more(len(faces_))}")
    return found


def _by_number(document: dict[str, Any]) -> dict[int, tuple[str, list[int]]]:
    return {face["face"]: (face["sha256"], face["box"]) for face in document["faces"]}


def _more(number: int) -> str:
    return ", ..." if number > 5 else "."


def _about(connection: Connection, faces: Sequence[int]) -> Iterator[tuple[int, tuple[str, list[int]]]]:
    """Each face's photograph's sha256, and its box."""
    face = schema.face.c
    columns = (face.id, schema.photo.c.sha256, face.left, face.top, face.right, face.bottom)
    query = select(*columns).join_from(schema.face, schema.photo)
    for part in parts([int(number) for number in faces]):
        for number, sha256, *box in connection.execute(query.where(face.id.in_(part))):
            yield number, (sha256, box)
