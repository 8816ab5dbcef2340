from hypothesis import given
from hypothesis import strategies as st

from retrieval.writing.ordering import behind, moved


def in_order(places: dict[int, float]) -> list[int]:
    return sorted(places, key=lambda face: (places[face], face))


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=8), st.data())
def test_whatever_the_numbers_are_those_that_are_moved_stand_where_they_should(
    numbers: list[float], data: st.DataObject
):
    kept = dict(enumerate(sorted(numbers), 1))
    faces = data.draw(st.lists(st.sampled_from(list(kept)), min_size=1, unique=True))
    to = data.draw(st.integers(-1, len(kept) + 2))
    rest = [face for face in in_order(kept) if face not in faces]
    at = min(max(to - 1, 0), len(rest))
    assert in_order({**kept, **moved(kept, faces, to)}) == [*rest[:at], *faces, *rest[at:]]


def test_moving_one_says_nothing_of_the_others():
    assert moved({1: 1.0, 2: 2.0, 3: 3.0}, [3], 2) == {3: 1.5}
    assert moved({1: 1.0, 2: 2.0, 3: 3.0}, [3], 1) == {3: 0.0}


def test_new_ones_stand_behind_all():
    assert behind({}, [7, 5]) == {7: 1.0, 5: 2.0} and behind({7: 1.5}, [9]) == {9: 2.5}


def test_a_face_can_be_moved_between_two_as_often_as_one_likes():
    places = {face: float(face) for face in (1, 2, 3, 4)}
    for turn in range(200):
        places.update(moved({face: places[face] for face in in_order(places)}, [(3, 4)[turn % 2]], 2))
    assert in_order(places) == [1, 4, 3, 2]
