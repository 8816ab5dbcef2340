import os
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import NoSuchFace, UnknownAttribute
from retrieval.facts import SAID, Facts
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, answer_of, fill
from tests.retrieval.writing.test_store import NAMES


def test_a_frame_holds_the_answer(library: Library):
    answer = answer_of(library, NAMES[:3])
    frame = answer.frame()
    assert frame.index.name == "face" and list(frame.index) == [hit.face for hit in answer]
    assert list(frame.columns) == ["photo", "left", "top", "right", "bottom", "score", *ATTRIBUTES, *SAID]
    assert (
        list(frame["photo"]) == [hit.photo for hit in answer]
        and os.fsencode(frame["photo"].iloc[0]) == b"/p/\xff\xfe.jpg"
    )
    assert frame.loc[answer[1].face, "Bald"] == answer[1].attributes["Bald"] and frame["left"].dtype == np.int64
    assert answer_of(library, [], "Male AND NOT Male").frame().shape == (0, 52)


def test_a_frame_says_what_photographs_say_of_themselves(library: Library):
    facts = Facts(1_683_356_889, 7200, "FUJIFILM X100V", "23mm", 48.5, -2.5)
    fill(library, [replace(a_photo("/a", a_face(1)), facts=facts), a_photo("/b", a_face(2))])
    frame = library.find(None, sort="path").frame()
    assert list(frame["taken"]) == [pd.Timestamp("2023-05-06 07:08:09"), pd.NaT]
    assert frame["taken"].dt.year.iloc[0] == 2023 and frame["latitude"].dtype == frame["longitude"].dtype == float
    assert frame.loc[1, ["dated", "camera", "lens", "latitude"]].tolist() == ["picture", "FUJIFILM X100V", "23mm", 48.5]
    assert frame.loc[2, list(SAID)].isna().all()
    assert library.correct_frame(frame[list(SAID)].assign(Bald=[True, None])).faces == 1  # type: ignore[union-attr]


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
