import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.columns import bits

masks = st.lists(st.booleans(), max_size=200).map(lambda values: np.array(values, np.bool_))


@settings(deadline=None)
@given(masks)
def test_a_packed_set_is_the_same_set(mask):
    words = bits.pack(mask)
    assert words.dtype == np.uint64 and len(words) == -(-len(mask) // 64)
    np.testing.assert_array_equal(bits.unpack(words, len(mask)), mask)
    np.testing.assert_array_equal(bits.positions(words, len(mask)), np.flatnonzero(mask))
    np.testing.assert_array_equal(bits.contains(words, np.arange(len(mask))), mask)
    assert bits.count(words) == mask.sum()


@settings(deadline=None)
@given(masks)
def test_what_is_not_in_a_set_is_in_its_complement_and_nothing_lies_behind_the_end(mask):
    words, others = bits.pack(mask), bits.complement(bits.pack(mask), len(mask))
    np.testing.assert_array_equal(bits.unpack(others, len(mask)), ~mask)
    assert bits.count(words) + bits.count(others) == len(mask) == bits.count(bits.everything(len(mask)))


@pytest.mark.parametrize("n", [0, 1, 8, 63, 64, 65, 1000])
def test_as_bytes_it_is_what_faiss_reads(n: int):
    mask = np.random.default_rng(n).random(n) < 0.5
    packed = np.packbits(mask, bitorder="little")
    np.testing.assert_array_equal(bits.pack(mask).view(np.uint8)[: len(packed)], packed)


def test_a_complement_leaves_the_set_alone():
    words = bits.pack(np.array([True, False, True]))
    words.flags.writeable = False  # as it is in a memory-mapped file
    assert bits.count(bits.complement(words, 3)) == 1 and bits.count(words) == 2


@settings(deadline=None)
@given(masks, st.integers(0, 2**32 - 1))
def test_members_are_put_in_and_taken_out(mask: np.ndarray, seed: int):
    dice = np.random.default_rng(seed)
    words, at = bits.pack(mask), np.flatnonzero(dice.random(len(mask)) < 0.5)
    expected, members = mask.copy(), dice.random(len(at)) < 0.5
    bits.assign(words, at, members)
    expected[at] = members
    assert words.tobytes() == bits.pack(expected).tobytes()
    assert bits.of(at, len(mask)).tobytes() == bits.pack(np.isin(np.arange(len(mask)), at)).tobytes()
