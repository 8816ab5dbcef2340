import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answers.ranking import best_first

scores = st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]) | st.floats(0, 1, width=32), max_size=60)


@given(scores, st.none() | st.integers(0, 70))
def test_the_first_of_many_are_those_of_a_full_sort(values: list[float], count: int | None):
    whole = sorted(range(len(values)), key=lambda place: -values[place])  # stable: equal ones by their places
    assert best_first(np.array(values, np.float32), count).tolist() == whole[:count]
