from hypothesis import given
from hypothesis import strategies as st

from indexer.cluster.parcels import AT_STAKE, FEWEST, LARGE, Secret, light, parcels
from indexer.groups import HEAVY, MOST
from indexer.scan import Candidate

SIZES = st.lists(st.integers(0, 2 * HEAVY), max_size=300)


def files(sizes: list[int]) -> list[Candidate]:
    return [Candidate(f"/{at}", size, 0) for at, size in enumerate(sizes)]


@given(SIZES, st.integers(0, 100))
def test_parcels_hold_every_file_once_and_in_order(sizes: list[int], hands: int) -> None:
    made = parcels(files(sizes), hands)
    assert [file for parcel in made for file in parcel] == files(sizes)
    assert all(1 <= len(parcel) <= AT_STAKE for parcel in made)


def test_few_files_are_parted_so_that_all_hands_have_some() -> None:
    assert len(parcels(files([1] * 30), 4)) == 30
    assert [len(parcel) for parcel in parcels(files([1] * 100), 10)] == [8] * 12 + [4]


def test_the_fewer_files_are_left_the_fewer_are_together() -> None:
    sizes = [len(parcel) for parcel in parcels(files([1] * 2000), 2)]
    assert sizes[:8] == [AT_STAKE] * 8 and sizes[-5:-1] == [FEWEST] * 4
    assert sizes == sorted(sizes, reverse=True) and len(sizes) < 60


def test_of_large_files_fewer_are_together() -> None:
    assert [len(parcel) for parcel in parcels(files([LARGE // 4] * 800), 2)] == [4] * 200


@given(SIZES)
def test_only_light_files_are_looked_at_together(sizes: list[int]) -> None:
    made = list(light(files(sizes)))
    assert [file for together in made for file in together] == files(sizes)
    assert all(len(some) <= MOST and sum(file.size for file in some[:-1]) < HEAVY for some in made)


def test_a_secret_place_is_not_printed() -> None:
    assert "word" not in f"{Secret('postgresql://me:word@host/faces')!r} {Secret('postgresql://me:word@host/faces')}"
