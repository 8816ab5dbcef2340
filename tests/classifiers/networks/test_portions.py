from hypothesis import given
from hypothesis import strategies as st

from classifiers.networks.portions import portions

SIZES = (16, 8, 4, 2, 1)


@given(st.integers(0, 500))
def test_every_input_is_in_one_portion_and_few_are_in_vain(number: int) -> None:
    parts = list(portions(number, SIZES))
    assert [k for part, _ in parts for k in range(number)[part]] == list(range(number))
    for part, size in parts:
        assert size in SIZES and 3 * size <= 4 * (part.stop - part.start) and part.stop - part.start <= size


@given(st.integers(1, 500))
def test_the_smallest_size_is_filled_up_as_far_as_needed(number: int) -> None:
    parts = list(portions(number, (128, 32, 8)))
    assert parts[-1][0].stop == number and {size for _, size in parts} <= {128, 32, 8}
    assert sum(size for _, size in parts) <= max(8, number + max(7, number // 3))
