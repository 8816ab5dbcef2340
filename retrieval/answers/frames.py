"""Answers as pandas frames, and a person's words out of one. Everything else of the library does without pandas."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from retrieval.attributes import ATTRIBUTES
from retrieval.facts import SAID
from retrieval.writing.corrections import attribute

if TYPE_CHECKING:
    import pandas as pd

    from retrieval.answers.answers import Answer

ABOUT = ("photo", "left", "top", "right", "bottom", "score", *SAID)
"""The columns of a frame beside the 40 probabilities; its index is `face`."""
SIDES_AND_SCORE = ABOUT[1:6]


def frame(answer: "Answer") -> "pd.DataFrame":
    """A row a face: the columns of ABOUT and the 40 probabilities, what the photograph says of itself last. `photo` is
    the path as Python opens it, `taken` what the clock on the wall showed.
    """
    import pandas as pd

    rows = [[*hit.box, hit.score, *hit.attributes.values()] for hit in answer.hits]
    faces = pd.Index([hit.face for hit in answer.hits], dtype="int64", name="face")
    numbers = pd.DataFrame(rows, index=faces, columns=[*SIDES_AND_SCORE, *ATTRIBUTES])
    photos = pd.Series([hit.photo for hit in answer.hits], index=faces, dtype=object)  # names that are no UTF-8
    numbers.insert(0, "photo", photos)
    said = pd.DataFrame([hit.said for hit in answer.hits], index=faces, columns=list(SAID))
    said["taken"] = pd.array([hit.facts.taken for hit in answer.hits], "Int64").astype("datetime64[s]")
    said = said.astype({"latitude": float, "longitude": float})
    return numbers.join(said)


def said(frame: "pd.DataFrame") -> dict[int, dict[str, bool]]:
    """What a frame says of faces: `face` is its index or a column, every column but those of ABOUT is an attribute, and
    a value is true, false, or missing, which says nothing.

    UnknownAttribute; ValueError for other values, such as probabilities, and for a face that is said to be both.
    """
    about = frame.set_index("face") if "face" in frame.columns else frame
    found: dict[int, dict[str, bool]] = {}
    for column in about.columns.difference(list(ABOUT), sort=False):
        name = attribute(str(column))
        for face, value in about[column].items():
            _say(found, face, name, value)
    return found


def _say(found: dict[int, dict[str, bool]], face: Hashable, name: str, value: Any) -> None:
    import pandas as pd

    if pd.isna(value):
        return
    if value not in (False, True):
        raise ValueError(f"{name} of face {face} is true, false or missing in a frame of corrections, not {value!r}.")
    words = found.setdefault(_number(face), {})
    if words.setdefault(name, bool(value)) != bool(value):
        raise ValueError(f"The frame says of face {face} both that it has {name} and that it has not.")


def _number(face: Any) -> int:
    if isinstance(face, str) or int(face) != face:
        raise ValueError(f"A face is a whole number, unlike {face!r}: make it the frame's index, or a column `face`.")
    return int(face)
