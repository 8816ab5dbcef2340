import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answers.places import Places, Spot, View, places
from retrieval.columns.sayings import Sayings
from retrieval.language.nodes import Near
from retrieval.language.query import parse

Point = tuple[float, float]

norths, easts = st.floats(-90, 90), st.floats(-180, 180)
near_paris = st.tuples(st.floats(48.8, 48.9), st.floats(2.3, 2.4))
points = (
    st.none() | st.tuples(norths, easts) | near_paris | st.sampled_from([(90.0, 180.0), (-90.0, -180.0), (0.0, -0.0)])
)
photos = st.lists(st.tuples(points, st.integers(0, 3)), max_size=12)


def said(where: list[Point | None]) -> Sayings:
    table = Sayings.nothing(len(where)).table
    table[2:] = np.array([(np.nan, np.nan) if point is None else point for point in where]).reshape(-1, 2).T
    return Sayings(table, ())


def of(found: list[tuple[Point | None, int]], view: View) -> Places:
    return places(said([where for where, _ in found]), np.array([faces for _, faces in found], np.int64), view)


@settings(deadline=None, max_examples=80)
@given(photos, st.integers(0, 5))
def test_each_cell_of_the_grid_is_a_place_with_all_its_faces(found: list[tuple[Point | None, int]], zoom: int) -> None:
    wide = 90 / 2**zoom
    cells: dict[tuple[int, int], int] = {}
    for point, faces in found:
        if point is not None and faces:
            cell = math.floor(point[0] / (wide / 2)), math.floor(point[1] / wide)
            cells[cell] = cells.get(cell, 0) + faces
    answer = of(found, View(zoom=zoom))
    assert sorted(place.faces for place in answer.places) == sorted(cells.values())
    assert [place.faces for place in answer.places] == sorted(cells.values(), reverse=True)
    assert answer.unknown == sum(faces for point, faces in found if point is None)
    assert answer.elsewhere == 0


@settings(deadline=None, max_examples=80)
@given(photos, st.integers(0, 5))
def test_what_asks_for_a_place_finds_all_its_faces(found: list[tuple[Point | None, int]], zoom: int) -> None:
    at, counts = said([where for where, _ in found]), np.array([faces for _, faces in found], np.int64)
    answer = places(at, counts, View(zoom=zoom))
    for place in answer.places:
        asked = parse(place.condition)
        assert isinstance(asked, Near)
        assert counts[at.near(asked.latitude, asked.longitude, asked.metres)].sum() >= place.faces
    if len(answer.places) == 1:
        (place,) = answer.places
        asked = parse(place.condition)
        assert isinstance(asked, Near)
        assert counts[at.near(asked.latitude, asked.longitude, asked.metres)].sum() == place.faces


def test_only_what_is_in_view_is_a_place() -> None:
    paris, london = ((48.85, 2.35), 2), ((51.5, -0.12), 3)
    answer = of([paris, london, (None, 7)], View(48, 2, 49, 3, 9))
    assert [place.faces for place in answer.places] == [2]
    assert (answer.elsewhere, answer.unknown) == (3, 7)


def test_zooming_parts_what_is_near() -> None:
    twins = [((48.85, 2.35), 1), ((48.86, 2.36), 1)]
    assert len(of(twins, View()).places) == 1
    assert len(of(twins, View(48.8, 2.3, 48.9, 2.4, 14)).places) == 2


def test_one_spot_is_asked_for_with_its_surroundings() -> None:
    (place,) = of([((48.85, 2.35), 5)], View()).places
    assert place == Spot(5, 48.85, 2.35, 50.0)
    assert place.condition == "near:48.85,2.35,52m"
    assert Spot(1, -0.0000001, 2.0, 12_345.6).condition == "near:-0,2,12.348km"


@pytest.mark.parametrize(
    "view", [View(zoom=-1), View(zoom=21), View(zoom=20), View(5, 0, 4, 1), View(-91, 0, 4, 1), View(0, math.nan, 1, 1)]
)
def test_a_view_that_is_none_or_has_too_many_cells_is_refused(view: View) -> None:
    with pytest.raises(ValueError, match=r"zoom|degrees"):
        of([], view)
