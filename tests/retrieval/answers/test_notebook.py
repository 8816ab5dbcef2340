import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from retrieval.answers import pictures
from retrieval.answers.answers import Answer
from retrieval.attributes import ATTRIBUTES
from retrieval.errors import NoSuchFace, UnknownAttribute
from retrieval.library import Library
from tests.retrieval.made import ENVIRONMENT, a_face, a_photo, fill
from tests.retrieval.writing.test_store import NAMES


def test_importing_the_package_loads_nothing_and_offers_the_library():
    script = "import sys, retrieval; print(*sys.modules); from retrieval import Library; print(Library)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    loaded, offered = told.stdout.splitlines()
    assert not {"numpy", "sqlalchemy", "retrieval.library"} & set(loaded.split())
    assert offered == "<class 'retrieval.library.Library'>"
    with pytest.raises(ImportError):
        from retrieval import Nothing  # type: ignore[attr-defined] # noqa: F401


def answer_of(library: Library, names: list[bytes], query: str | None = None) -> Answer:
    fill(library, [a_photo(os.fsdecode(b"/p/" + name), a_face(seed)) for seed, name in enumerate(names)])
    return library.find(query, limit=None)


class Seen(HTMLParser):
    """The tags of a document, and what a person reads in it."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.said = ""
        self.feed(document)

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.said += data


def test_any_name_is_printable_and_no_markup(library: Library):
    answer = answer_of(library, NAMES)
    assert all(line.isprintable() for line in repr(answer).splitlines())
    assert len(repr(answer).splitlines()) == 1 + 20 + 1
    seen = Seen(answer._repr_html_())
    assert seen.tags == {"div", "p", "figure", "img", "br"} and "<script>.jpg" in seen.said
    answer._repr_html_().encode("utf-8")


def test_a_query_in_an_answer_is_no_markup_either():
    answer = Answer("<b>\n", 0, [], 1)
    assert repr(answer) == "0 faces that match <b>␊" and "<b>" not in answer._repr_html_()


def test_a_face_is_cut_out_upright(tmp_path: Path):
    photograph = Image.new("RGB", (40, 80), "blue")
    photograph.paste((255, 0, 0), (0, 40, 40, 80))
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned to the right: the red half comes to the left
    photograph.save(tmp_path / "a.png", exif=exif)
    jpeg = pictures.crop(str(tmp_path / "a.png"), (0, 0, 40, 40))
    assert jpeg is not None
    with Image.open(BytesIO(jpeg)) as face:
        assert face.size == (40, 40) and np.asarray(face)[..., 0].min() > 200


def test_the_pictures_lie_in_the_document(library: Library, tmp_path: Path):
    Image.new("RGB", (200, 200), "red").save(tmp_path / "a.png")
    fill(library, [a_photo(str(tmp_path / "a.png"), a_face(1)), a_photo(str(tmp_path / "gone.png"), a_face(2))])
    document = library.find(None)._repr_html_()
    assert (
        document.count("<img") == 2 and len(re.findall(r'src="data:image/jpeg;base64,[A-Za-z0-9+/=]+"', document)) == 1
    )


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "noise", "bomb"])
def test_what_is_no_picture_is_not_shown_and_nothing_waits(tmp_path: Path, kind: str):
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "noise":
        path.write_bytes(b"noise")
    elif kind == "bomb":
        Image.new("1", (8100, 8100)).save(path, "PNG")
    assert pictures.crop(str(path), (0, 0, 10, 10)) is None


def test_a_frame_holds_the_answer(library: Library):
    answer = answer_of(library, NAMES[:3])
    frame = answer.frame()
    assert frame.index.name == "face" and list(frame.index) == [hit.face for hit in answer]
    assert list(frame.columns) == ["photo", "left", "top", "right", "bottom", "score", *ATTRIBUTES]
    assert (
        list(frame["photo"]) == [hit.photo for hit in answer]
        and os.fsencode(frame["photo"].iloc[0]) == b"/p/\xff\xfe.jpg"
    )
    assert frame.loc[answer[1].face, "Bald"] == answer[1].attributes["Bald"] and frame["left"].dtype == np.int64
    assert answer_of(library, [], "Male AND NOT Male").frame().shape == (0, 46)


def test_a_frame_says_what_faces_have(library: Library):
    answer_of(library, NAMES[:3])
    review = library.find(None).frame()[["photo", "score"]].assign(bald=[True, False, None])
    action = library.correct_frame(review)
    assert action and action.faces == 2
    assert [library.corrections(face) for face in (1, 2, 3)] == [{"Bald": True}, {"Bald": False}, {}]
    numbers = pd.DataFrame({"face": [1.0, 3.0], "Male": [0, np.nan], "Young": pd.array([pd.NA, True], "boolean")})
    library.correct_frame(numbers)
    assert (library.corrections(1), library.corrections(3)) == ({"Bald": True, "Male": False}, {"Young": True})
    assert library.correct_frame(pd.DataFrame({"face": [1], "Male": [None]})) is None


@pytest.mark.parametrize(
    ("frame", "error", "said"),
    [
        ({"face": [1], "Bald": [0.7]}, ValueError, "true, false or missing"),
        ({"face": [1], "Bald": ["no"]}, ValueError, "true, false or missing"),
        ({"face": [1, 1], "Bald": [True, False]}, ValueError, "both"),
        ({"face": [1.5], "Bald": [True]}, ValueError, "whole number"),
        ({"face": ["a.jpg"], "Bald": [True]}, ValueError, "whole number"),
        ({"face": [1], "Balld": [True]}, UnknownAttribute, "Did you mean Bald"),
        ({"face": [9], "Bald": [True]}, NoSuchFace, "no face 9"),
    ],
)
def test_a_frame_that_cannot_be_meant_changes_nothing(library: Library, frame: dict, error: type, said: str):
    answer_of(library, NAMES[:3])
    with pytest.raises(error, match=said):
        library.correct_frame(pd.DataFrame(frame))
    assert library.history() == []
