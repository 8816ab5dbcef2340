import hashlib

from hypothesis import given
from hypothesis import strategies as st

from retrieval.writing.hashes import DIGITS, Hashes


def of(number: int) -> str:
    return hashlib.sha256(b"%d" % number).hexdigest()


@given(known=st.sets(st.integers(0, 200)), added=st.sets(st.integers(0, 200)))
def test_what_is_known_or_added_is_in_it_and_nothing_else(known: set[int], added: set[int]) -> None:
    hashes = Hashes(map(of, known))
    for number in added:
        hashes.add(of(number))
    assert {number for number in range(201) if of(number) in hashes} == known | added


def test_the_largest_and_the_smallest_sums_can_be_known() -> None:
    assert "f" * 64 in Hashes(["f" * 64]) and "0" * 64 not in Hashes(["f" * 64])
    assert "0" * 64 in Hashes(["0" * 64]) and "0" * DIGITS + "1" * 48 in Hashes(["0" * 64]), "asked for in vain"
