import pytest

from retrieval.writing.regions import OVERLAP, Region, lies_at

HERE = Region(7, 0.1, 0.1, 0.5, 0.5)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (HERE, 1.0),
        (Region(8, 0.1, 0.1, 0.5, 0.3), 0.5),
        (Region(8, 0.3, 0.1, 0.7, 0.5), 1 / 3),
        (Region(8, 0.5, 0.1, 0.9, 0.5), 0.0),
    ],
)
def test_two_places_share_what_both_cover_of_all_that_they_cover(other: Region, shared: float) -> None:
    assert HERE.overlap(other) == pytest.approx(shared) == other.overlap(HERE)


def test_a_face_lies_at_a_place_in_whatever_size_the_photograph_comes() -> None:
    for size in ((100, 200), (1000, 2000)):
        width, height = size
        box = (width // 10, height // 10, width // 2, height // 2)
        assert lies_at(box, *size, [Region(0, 0.8, 0.8, 0.9, 0.9), HERE])
        assert not lies_at(box, *size, [Region(0, 0.1, 0.1, 0.5, 0.1 + 0.4 * (OVERLAP - 0.01))])
    assert lies_at((10, 10, 50, 50), None, None, [Region(0, 10, 10, 50, 50)]), "in pixels, where no size is known"
