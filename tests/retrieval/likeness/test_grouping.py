import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.likeness import nearest
from retrieval.likeness.grouping import NEIGHBOURS, grouped, pairs
from tests.retrieval.crowd import PEOPLE, photographs
from tests.retrieval.made import vector


def members(*arguments: object, **said: object) -> list[list[int]]:
    return [group for group, _ in grouped(*arguments, **said)]  # type: ignore[arg-type]


def test_faces_of_one_person_are_grouped_and_strangers_are_not():
    assert members(PEOPLE, 0.8) == [[0, 1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
    assert members(PEOPLE[:0], 0.8) == members(PEOPLE[:1], 0.8) == []


def test_a_chain_of_look_alikes_is_not_one_person():
    steps = np.linspace(0, np.pi / 2, 12)
    chain = np.stack([np.cos(angle) * vector(1) + np.sin(angle) * vector(2) for angle in steps]).astype(np.float32)
    chain /= np.linalg.norm(chain, axis=1, keepdims=True)
    assert (chain[1:] * chain[:-1]).sum(axis=1).min() > 0.9
    assert max(map(len, members(chain, 0.9))) < 6


def test_what_was_said_outranks_likeness():
    assert grouped(PEOPLE, 0.8, persons={0: 7, 11: 7})[0] == ([0, 1, 2, 3, 4, 11], 7)
    found = members(PEOPLE, 0.8, persons={0: 7, 2: 8})
    assert not any({0, 2} <= set(group) for group in found)
    rejected = grouped(PEOPLE, 0.8, persons={0: 7}, rejected={3: {7}})
    assert ([0, 1, 2, 4], 7) in rejected and not any(3 in group for group, person in rejected if person == 7)


def test_one_face_that_a_person_named_is_a_group():
    assert grouped(PEOPLE[-1:], 0.8, persons={0: 3}) == [([0], 3)]


def test_two_faces_that_were_told_apart_are_in_two_groups_however_alike():
    found = members(PEOPLE, 0.8, apart={0: [1], 1: [0]})
    assert sorted(map(len, found), reverse=True) == [4, 4, 2] and not any({0, 1} <= set(group) for group in found)
    (everybody,) = members(PEOPLE, -1, apart={0: [1], 1: [0]})
    assert len(everybody) == 11 and set(range(2, 12)) < set(everybody)


def test_a_face_is_in_no_group_of_a_person_who_has_one_that_it_was_told_from():
    """Faces of one person may be unlike, and are put together last: then it is too late to see that."""
    for persons, told in (({0: 7, 5: 7}, (0, 6)), ({0: 7, 5: 7}, (1, 6)), ({0: 7, 5: 7, 9: 7}, (10, 6))):
        found = grouped(PEOPLE, 0.8, persons=persons, apart={told[0]: [told[1]], told[1]: [told[0]]})
        assert not any(set(told) <= set(group) for group, _ in found), told
        assert set(persons) <= set(next(group for group, person in found if person == 7))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_grouping_ever_contradicts_a_person(data: st.DataObject):
    at = st.integers(0, len(PEOPLE) - 1)
    persons = data.draw(st.dictionaries(at, st.integers(1, 3), max_size=5))
    rejected = data.draw(st.dictionaries(at, st.sets(st.integers(1, 3)), max_size=5))
    rejected = {face: others - {persons.get(face)} for face, others in rejected.items()}
    told = data.draw(st.sets(st.tuples(at, at), max_size=5))
    told = {(one, two) for one, two in told if one != two and persons.get(one, -one) != persons.get(two, -two)}
    apart = {face: {sum(pair) - face for pair in told if face in pair} for pair in told for face in pair}
    found = grouped(PEOPLE, data.draw(st.sampled_from([-1.0, 0.3, 0.8])), persons, rejected, apart=apart)
    placed = [face for group, _ in found for face in group]
    assert len(placed) == len(set(placed))
    for group, person in found:
        assert {persons[face] for face in group if face in persons} == ({person} - {None})
        assert not any(person in rejected.get(face, ()) for face in group if face not in persons)
        assert not any({*pair} <= set(group) for pair in told)


def by_definition(vectors: np.ndarray) -> set[tuple[int, int]]:
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    near = np.argsort(-scores, axis=1)[:, :NEIGHBOURS]
    return {
        (one, other) for one in range(len(near)) for other in near[one].tolist() if one < other and one in near[other]
    }


def test_pairs_are_the_mutual_neighbours(monkeypatch: pytest.MonkeyPatch):
    dice = np.random.default_rng(3)
    rows = dice.normal(size=(50, 512)).repeat(6, axis=0) + 0.5 * dice.normal(size=(300, 512))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    monkeypatch.setattr(nearest, "BLOCK", 64)
    found = pairs(rows)
    assert set(zip(found.first.tolist(), found.second.tolist(), strict=True)) == by_definition(rows)
    np.testing.assert_allclose(found.cosines, (rows[found.first] * rows[found.second]).sum(axis=1), atol=1e-5)


def test_sketches_find_the_same_groups_as_comparing_all(monkeypatch: pytest.MonkeyPatch):
    rows = np.stack([row for person in range(1, 60) for row in photographs(person, 7)])
    everything = members(rows, 0.8)
    monkeypatch.setattr(nearest, "EXACT", 100)
    assert members(rows, 0.8) == everything and [len(group) for group in everything] == [7] * 59


def test_a_broken_vector_is_in_no_group(monkeypatch: pytest.MonkeyPatch):
    for exact in (100, 1):
        monkeypatch.setattr(nearest, "EXACT", exact)
        broken = np.concatenate([PEOPLE, np.full((1, 512), np.nan, np.float32)])
        assert members(broken, 0.8) == [[0, 1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
