from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.answers.explain import Explanation, Reason, explain
from retrieval.attributes import ATTRIBUTES
from retrieval.columns.columns import Columns, Photographs
from retrieval.columns.paths import Paths
from retrieval.errors import NoSuchFace, QueryError
from retrieval.language.nodes import Query, Term, mask
from retrieval.library import Library
from retrieval.tables.generation import State
from retrieval.tables.snapshot import Snapshot
from tests.retrieval.made import a_face, a_photo, fill, raw
from tests.retrieval.trees import queries


@pytest.fixture
def family(library: Library) -> Library:
    """Faces 1 and 2 share a photograph, 3 is alone."""
    fill(
        library,
        [
            a_photo("/a", a_face(1, Male=0.9, Smiling=0.6, Bald=0.1), a_face(2, Male=0.2, Smiling=0.45, Bald=0.5)),
            a_photo("/b", a_face(3, Male=0.75, Smiling=0.3, Bald=0.2)),
        ],
    )
    return library


def flips(explanation: Explanation) -> list[tuple[int, str]]:
    return [(reason.face, reason.term) for reason in explanation.flips]


def test_a_term_tells_its_probability_threshold_and_margin(family: Library):
    (explained,) = family.explain("Male AND Smiling > 0.5", [1])
    male, smiling = explained.reasons
    assert (explained.face, explained.query, explained.matches) == (1, "Male AND Smiling > 0.5", True)
    assert explained.confidence == pytest.approx(0.54)
    assert male == Reason(1, "Male", True, True, pytest.approx(0.9), 0.5, pytest.approx(0.4))
    assert smiling.margin == pytest.approx(0.1) and (smiling.term, smiling.corrected) == ("Smiling > 0.5", False)


@pytest.mark.parametrize(
    ("query", "face", "matches", "what_flips"),
    [
        ("Male AND Smiling", 1, True, [(1, "Smiling"), (1, "Male")]),  # the less sure first
        ("Male AND Smiling", 3, False, [(3, "Smiling")]),
        ("Male AND Smiling", 2, False, []),  # two terms would have to change
        ("Male OR Smiling", 1, True, []),
        ("Male OR Smiling", 2, False, [(2, "Smiling"), (2, "Male")]),
        ("Male OR NOT Male", 3, True, []),  # one fact, however often it is asked
        ("NOT (Male AND Smiling)", 3, True, [(3, "Smiling")]),
        ("Male AND faces = 1", 1, False, [(1, "faces = 1")]),
        ("Male AND faces = 2", 1, True, [(1, "Male"), (1, "faces = 2")]),  # what is simply so comes after
        ("any(Smiling)", 2, True, [(1, "Smiling")]),
        ("all(Male)", 1, False, [(2, "Male")]),
        ("none(Bald)", 1, False, [(2, "Bald")]),
        ("only(Male)", 1, True, [(2, "Male"), (1, "Male")]),
        ("only(Male)", 2, False, []),
        ("Bald AND any(Male)", 2, True, [(2, "Bald"), (1, "Male")]),
        ("Male AND any(Male)", 1, True, [(1, "Male")]),
    ],
)
def test_what_would_turn_an_answer_around(
    family: Library, query: str, face: int, matches: bool, what_flips: list[tuple[int, str]]
):
    (explained,) = family.explain(query, [face])
    assert explained.matches == matches and flips(explained) == what_flips


def test_each_term_is_told_once_a_face_and_others_only_within_quantifiers(family: Library):
    (explained,) = family.explain("Male AND (Smiling OR Male) AND any(Bald)", [1])
    assert [(reason.face, reason.term) for reason in explained.reasons] == [
        (1, "Male"), (1, "Smiling"), (1, "Bald"), (2, "Bald"),
    ]  # fmt: skip


def test_a_person_s_word_is_told_and_is_the_last_to_be_doubted(family: Library):
    with raw(family) as connection:
        connection.execute("INSERT INTO correction (face, attribute, value, made) VALUES (1, 'Smiling', 1, 0)")
        connection.execute("UPDATE library SET stamp = 'other'")
    (explained,) = family.explain("Male AND Smiling", [1])
    assert [(reason.corrected, reason.probability) for reason in explained.reasons][1] == (True, 1.0)
    assert flips(explained) == [(1, "Male"), (1, "Smiling")]


def test_what_cannot_be_explained_is_an_error(family: Library):
    with pytest.raises(NoSuchFace):
        family.explain("Male", [99])
    with pytest.raises(QueryError):
        family.explain("Maleness", [1])
    assert family.explain("Male", []) == []


FEW = ATTRIBUTES[:4]
PHOTOGRAPHS = np.array([0, 1, 1, 2, 2, 2])


def faces(values: NDArray[np.float32]) -> Snapshot:
    plain = Columns.from_probabilities(values, dict.fromkeys(ATTRIBUTES, 0.5))
    columns = replace(plain, photographs=Photographs.of(PHOTOGRAPHS, Paths.of([b"/a", b"/b", b"/c"])))
    return Snapshot(State("", 0, "", "", ""), *[np.arange(6)] * 4, columns)


@pytest.mark.lengthy
@settings(max_examples=200, deadline=None)
@given(query=queries(st.builds(Term, st.sampled_from(FEW)), 8), face=st.integers(0, 5), seed=st.integers(0, 99))
def test_what_is_told_to_flip_an_answer_does_and_nothing_else(query: Query, face: int, seed: int):
    """Asked again of the same faces with that one probability on the other side of the threshold."""
    values = np.random.default_rng(seed).random((40, 6), dtype=np.float32)
    (explained,) = explain(faces(values), query, np.array([face]), [])
    assert explained.matches == mask(query, faces(values).columns)[face]
    turning = []
    for other in np.flatnonzero(PHOTOGRAPHS[face] == PHOTOGRAPHS):
        for row, name in enumerate(FEW):
            changed = values.copy()
            changed[row, other] = 1.0 if values[row, other] < 0.5 else 0.0
            if mask(query, faces(changed).columns)[face] != explained.matches:
                turning.append((int(other), name))
    assert sorted(flips(explained)) == sorted(turning)
