import numpy as np

from retrieval.likeness.doubts import BELOW, Doubt, Known, doubtful
from retrieval.likeness.grouping import Pairs

ALIKE = 0.7
NOTHING = Known({}, {}, (), {})


def pairs(*found: tuple[int, int, float]) -> Pairs:
    first, second, cosines = zip(*found, strict=True)
    return Pairs(np.array(first), np.array(second), np.array(cosines, np.float64))


def asked(found: Pairs, known: Known = NOTHING, limit: int = 9) -> list[tuple[int, int]]:
    return [(doubt.first, doubt.second) for doubt in doubtful(found, ALIKE, known, limit)]


def test_the_likest_pair_is_asked_first_and_no_more_than_are_wanted():
    found = pairs((0, 1, 0.6), (2, 3, 0.65), (4, 5, 0.62))
    assert asked(found) == [(2, 3), (4, 5), (0, 1)]
    assert doubtful(found, ALIKE, NOTHING, 1) == [Doubt(2, 3, 0.65, (None, None))] and asked(found, limit=0) == []


def test_what_grouping_asserts_and_what_is_too_unlike_is_not_asked():
    found = pairs((0, 1, ALIKE), (2, 3, ALIKE - 0.01), (4, 5, ALIKE - BELOW - 0.01))
    assert asked(found) == [(2, 3)]


def test_a_pair_that_the_rest_of_its_groups_keeps_apart_is_asked_however_alike():
    assert asked(pairs((0, 1, 0.9)), Known({0: 1, 1: 2}, {}, (), {})) == [(0, 1)]
    assert asked(pairs((0, 1, 0.9)), Known({0: 1}, {}, (), {})) == [(0, 1)]


def test_nothing_is_asked_inside_a_group_and_one_pair_between_two():
    found = pairs((0, 1, 0.69), (0, 2, 0.68), (1, 3, 0.67), (2, 4, 0.66), (3, 4, 0.65))
    assert asked(found, Known({0: 1, 1: 1, 2: 2, 3: 2}, {}, (), {})) == [(0, 2), (2, 4)]
    assert asked(found, Known({0: 1, 1: 1, 2: 1, 3: 1, 4: 1}, {}, (), {})) == []


def test_what_was_said_to_be_two_persons_is_not_asked():
    groups = {0: 1, 1: 1, 2: 2, 3: 2}
    found = pairs((0, 2, 0.69), (0, 4, 0.68))
    for rejected in ({2: {1}}, {3: {1}}, {0: {2}}, {1: {2}}):
        assert asked(found, Known(groups, rejected, (), {})) == [(0, 4)]
    assert asked(found, Known(groups, {4: {1}}, (), {})) == [(0, 2)]
    assert asked(found, Known(groups, {}, {1, 2}, {})) == [(0, 4)], "two names are two persons"
    assert asked(found, Known(groups, {4: {9}, 0: {8}}, {1}, {})) == [(0, 2), (0, 4)]


def test_two_faces_that_were_told_apart_are_not_asked_nor_their_groups():
    found = pairs((0, 2, 0.69), (0, 4, 0.68), (4, 5, 0.67))
    assert asked(found, Known({0: 1, 1: 1, 2: 2, 3: 2}, {}, (), {1: {3}, 3: {1}})) == [(0, 4), (4, 5)]
    assert asked(found, Known({0: 1, 1: 1}, {}, (), {4: {1, 5}, 1: {4}, 5: {4}})) == [(0, 2)]
