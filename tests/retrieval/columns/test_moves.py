import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from retrieval.columns.moves import Move, moved

moves = st.builds(Move, st.floats(-20, 20), st.floats(0.1, 5))
some = st.lists(st.floats(0, 1, width=32), min_size=1, max_size=50)


@given(move=moves, values=some)
def test_the_greater_of_two_never_becomes_the_smaller_and_what_is_certain_stays_so(move: Move, values: list[float]):
    column = np.array([0, *values, 1], np.float32)
    beside = np.sort(np.concatenate([column, np.nextafter(column, np.float32(0)), np.nextafter(column, np.float32(1))]))
    found = move.of(beside)
    assert found.dtype == np.float32 and (np.diff(found) >= 0).all() and found[0] == 0 and found[-1] == 1


@given(move=moves, values=some)
def test_one_number_is_moved_as_a_column_is(move: Move, values: list[float]):
    column = move.of(np.array(values * 9, np.float32))
    assert [moved(value, *move) for value in values * 9] == column.tolist()


def test_a_shift_is_of_the_log_odds():
    np.testing.assert_allclose(Move(np.log(3), 1).of(np.array([0.5, 0.25], np.float32)), [0.75, 0.5], rtol=1e-6)
