"""Finding and aligning. Whose faces: none; the tests of the finder itself need photographs, and are `slow`."""

import cmath
import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from classifiers.cards.preprocessing import Box, Preprocessing
from indexer import faces
from indexer.faces import ALIGNED, TEMPLATE, align, crop, scaled, similarity, whole
from indexer.octaves import Octaves
from retrieval.tables.records import FoundFace, Sought
from tests.bad_files import picture

SHARED = Path(__file__).resolve().parents[3] / "shared"
SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
turns = st.builds(cmath.rect, st.floats(0.2, 30), st.floats(-math.pi, math.pi))
moves = st.complex_numbers(max_magnitude=5_000, allow_nan=False)


def moved(turn: complex, move: complex) -> tuple[tuple[float, float], ...]:
    """CelebA's landmarks as they would lie in a picture."""
    return tuple((p.real, p.imag) for p in (turn * complex(*point) + move for point in TEMPLATE))


@given(turns, moves)
def test_a_similarity_is_found_again(turn: complex, move: complex) -> None:
    found, shift = similarity(TEMPLATE, moved(turn, move))
    assert abs(found - turn) < 1e-6 and abs(shift - move) < 1e-3


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(0, 200)), min_size=5, max_size=5), st.data())
def test_no_other_similarity_is_nearer(points: list[tuple[float, float]], data: st.DataObject) -> None:
    best = similarity(TEMPLATE, points)
    nudge = [data.draw(st.complex_numbers(max_magnitude=size)) for size in (0.1, 5)]
    assert misfit(points, *best) <= misfit(points, best[0] + nudge[0], best[1] + nudge[1]) + 1e-6


def misfit(points: list[tuple[float, float]], turn: complex, move: complex) -> float:
    pairs = zip(TEMPLATE, points, strict=True)
    return sum(abs(turn * complex(*source) + move - complex(*target)) ** 2 for source, target in pairs)


@pytest.mark.parametrize("scale", [0.4, 1.0, 1.7, 3.3, 8.0])
@pytest.mark.parametrize("angle", [0, 20, -75, 180])
def test_the_landmarks_come_to_lie_where_celeba_has_them(scale: float, angle: float) -> None:
    turn = cmath.rect(scale, math.radians(angle))
    move = complex(1000, 1000) - turn * complex(89, 109)
    image = Image.new("RGB", (2000, 2000), "black")
    points = moved(turn, move)
    for x, y in points:
        ImageDraw.Draw(image).ellipse([x - 4 * scale, y - 4 * scale, x + 4 * scale, y + 4 * scale], fill="white")
    face = np.asarray(align(image, points).convert("L"), float)
    assert face.shape == (218, 178)
    for x, y in TEMPLATE:
        across, down = np.meshgrid(np.arange(-8, 9), np.arange(-8, 9))
        spot = face[round(y) - 8 : round(y) + 9, round(x) - 8 : round(x) + 9]
        centre = (spot * across).sum() / spot.sum() + 0.5, (spot * down).sum() / spot.sum() + 0.5
        assert math.hypot(*centre) < max(0.75, 0.6 / scale), centre  # a dot is drawn in whole pixels


@given(
    st.sampled_from([16, 64, 112, 200]),
    st.sampled_from([(19, 36, 159, 204), (0, 0, 178, 218), (60, 90, 120, 150)]),
    turns,
    moves,
)
def test_a_network_sees_the_same_of_a_face_of_which_only_what_it_looks_at_was_drawn(
    size: int, crop: Box, turn: complex, move: complex
) -> None:
    seen = Preprocessing(size, crop)
    image, points = picture(1, (600, 500)), moved(turn / 5, complex(300, 250) + move / 10)
    some, all_of_it = (seen.prepare(align(image, points, part)) for part in (seen.shown, (0, 0, *ALIGNED)))
    change = np.abs(some.astype(int) - all_of_it)  # Pillow takes boxes as float32, and rounds three times
    assert change.max() <= 3 and change.mean() <= 0.25


def test_a_picture_that_is_aligned_already_stays_as_it_is() -> None:
    image = picture(1, ALIGNED)
    change = np.asarray(align(image, TEMPLATE), int) - np.asarray(image, int)
    assert np.abs(change).max() <= 1


def test_a_large_face_does_not_alias() -> None:
    fine = np.indices((1600, 1600)).sum(axis=0) % 2 * 255  # a chessboard of single pixels: grey from afar
    image = Image.fromarray(fine.astype(np.uint8)).convert("RGB")
    face = np.asarray(align(image, moved(5.0 * complex(0.96, 0.28), complex(300, 100))), int)
    assert np.abs(face[20:-20, 20:-20] - 127).max() <= 4


def test_beyond_the_edge_the_edge_goes_on() -> None:
    image = Image.new("RGB", (100, 120), "red")
    image.paste("blue", (0, 60, 100, 120))
    face = align(image, moved(complex(1), complex(-40, -50)))
    assert face.getpixel((5, 5)) == face.getpixel((170, 90)) == (255, 0, 0)
    assert face.getpixel((5, 215)) == face.getpixel((170, 150)) == (0, 0, 255)


@settings(deadline=None, max_examples=50)
@given(turns, st.complex_numbers(max_magnitude=3_000))
def test_any_face_anywhere_gives_a_crop_of_the_right_size(turn: complex, move: complex) -> None:
    assert align(picture(1, (60, 50)), moved(turn, move)).size == ALIGNED


def test_a_whole_picture_is_one_face() -> None:
    (face,) = whole(picture(1, (356, 436)))
    assert face == FoundFace((0, 0, 356, 436), None, None)
    assert crop(picture(1, (356, 436)), face).size == ALIGNED
    exact = picture(2, ALIGNED)
    assert crop(exact, whole(exact)[0]).tobytes() == exact.tobytes()


def test_a_speck_is_no_face() -> None:
    assert whole(picture(1, (1, 1))) == whole(picture(1, (1, 60_000))) == []


@given(st.floats(0.1, 50), st.tuples(*[st.integers(-50, 300)] * 4))
def test_a_scaled_box_lies_inside_the_picture_and_is_not_empty(factor: float, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = scaled(FoundFace(box), factor, 640, 480).box
    assert 0 <= left < right <= 640 and 0 <= top < bottom <= 480


class Networks:
    """What MTCNN would answer."""

    def __init__(self, *faces: tuple[list[float], float, list[tuple[float, float]]]) -> None:
        self.faces = faces
        self.asked: list[tuple[float, bool]] = []

    @property
    def looks(self) -> list[Callable[..., list[object]]]:
        return [partial(self._look, again) for again in (False, True)]

    def _look(self, again: bool, pictures: Sequence[Octaves], smallest: Sequence[float]) -> list[object]:
        self.asked.append((*smallest, again))
        return [tuple(zip(*self.faces, strict=True)) or ((), (), ()) for _ in pictures]


def finder(networks: object, wanted: Sought = faces.USUALLY) -> faces.Finder:
    made = faces.Finder(wanted)
    made._networks = networks
    return made


FIVE = [(110.0, 120.0), (140.0, 120.0), (125.0, 140.0), (112.0, 160.0), (138.0, 160.0)]


def test_a_face_from_forty_pixels_in_the_photograph_is_looked_for_at_twenty() -> None:
    networks = Networks(([100.2, 90.7, 150.4, 170.1], 0.999, FIVE))
    (face,) = finder(networks).find(picture(1, (2000, 1500)), 2)
    assert networks.asked == [(20, False)]
    assert face.box == (100, 91, 150, 170) and face.landmarks == tuple(FIVE) and face.score == 0.999


@pytest.mark.parametrize(
    ("size", "least"),
    [((224, 224), 20), ((1024, 768), 20), ((1024, 1024), 20), ((2048, 1536), 40), ((3000, 500), 27.6),
     ((12_000, 2000), 40), ((8000, 6000), 40)],
)  # fmt: skip
def test_how_small_a_face_may_be_grows_with_the_longer_side_and_the_area(size: tuple[int, int], least: float) -> None:
    assert faces.smallest(*size) == pytest.approx(least, abs=0.05)
    assert faces.smallest(*size) <= 20 * max(1, max(size) / 1024), "no larger than when it went by the longer side"
    assert faces.smallest(*size, asked=24) == min(24, faces.smallest(*size))


def test_a_finder_has_another_name_whenever_it_may_find_other_faces() -> None:
    names = {faces.named(wanted) for wanted in (Sought(), Sought(smallest=20), Sought(certainty=0.8))}
    assert len(names) == 3 and faces.named(Sought()) == faces.named(Sought(certainty=0.9))


def test_smaller_faces_are_looked_for_and_less_sure_ones_kept_where_that_is_asked() -> None:
    networks = Networks(([100.2, 90.7, 150.4, 170.1], 0.8, FIVE))
    made = finder(networks, Sought(smallest=20, certainty=0.75))
    assert len(made.find(picture(1, (2000, 1500)))) == 1 and networks.asked == [(20, False)]
    assert made.shrink == 1 and finder(networks).shrink == 2


def test_where_no_face_is_found_a_second_look_is_taken() -> None:
    networks = Networks()
    assert finder(networks).find(picture(1, (300, 300))) == []
    assert networks.asked == [(20, False), (20, True)]


def test_what_is_doubtful_tiny_or_shapeless_is_no_face() -> None:
    box = [100.0, 90.0, 150.0, 170.0]
    networks = Networks((box, 0.85, FIVE), ([100.0, 90.0, 112.0, 102.0], 0.99, FIVE), (box, 0.99, [(5.0, 5.0)] * 5))
    assert finder(networks).find(picture(1, (300, 300))) == []


def test_a_picture_too_small_for_a_face_is_not_searched() -> None:
    networks = Networks()
    assert finder(networks).find(picture(1, (16, 300))) == finder(networks).find(picture(1, (1, 60_000))) == []
    assert networks.asked == []


def test_a_search_that_fails_is_a_reason() -> None:
    class Failing(Networks):
        def _look(self, *_: object) -> list[object]:
            raise RuntimeError("could not allocate 4 GB")

    with pytest.raises(faces.UnreadableImage, match="search for faces failed"):
        finder(Failing()).find(picture(1, (100, 100)))


def test_the_largest_face_comes_first() -> None:
    small, large = [10.0, 10.0, 60.0, 60.0], [100.0, 90.0, 190.0, 200.0]
    found = finder(Networks((small, 0.99, FIVE), (large, 0.95, FIVE), (small, 0.97, FIVE))).find(picture(1, (300, 300)))
    assert [face.score for face in found] == [0.95, 0.99, 0.97]


def test_the_networks_find_nothing_in_a_picture_of_nothing() -> None:
    found = faces.Finder()
    for image in (picture(3, (80, 60)), Image.new("RGB", (30, 90), "white"), picture(4, (21, 21))):
        assert found.find(image) == []


@pytest.mark.skipif(not any(SAMPLES.glob("*.jpg")), reason="data/samples holds no faces yet")
def test_the_faces_of_the_samples_lie_where_they_should() -> None:
    found = faces.Finder()
    images = [Image.open(path).convert("RGB") for path in sorted(SAMPLES.glob("*.jpg"))[:6]]
    for image in images:
        (face,) = found.find(image)
        assert np.abs(np.subtract(face.landmarks, TEMPLATE)).max() < 12


@pytest.mark.skipif(not any(SAMPLES.glob("*.jpg")), reason="data/samples holds no faces yet")
@pytest.mark.parametrize(("width", "height", "side"), [(4000, 1500, 42), (6000, 500, 45), (1000, 700, 21)])
def test_small_faces_in_a_large_picture_are_found(width: int, height: int, side: int) -> None:
    image = Image.new("RGB", (width, height), (110, 120, 130))
    places = [(x, y) for x in (40, width // 2, width - 200) for y in (30, height - 200)]
    for (x, y), path in zip(places, sorted(SAMPLES.glob("*.jpg"))[::40], strict=False):
        face = Image.open(path).convert("RGB")
        image.paste(face.resize((round(178 * side / 86), round(218 * side / 86))), (x, y))
    found = faces.Finder().find(image)
    assert len(found) == 6
    for x, y in places:
        middle = x + side, y + 1.45 * side
        assert any(f.box[0] < middle[0] < f.box[2] and f.box[1] < middle[1] < f.box[3] for f in found)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not (SHARED / "fairface").is_dir(), reason="../shared/fairface is not here")
def test_a_face_is_found_in_nineteen_of_twenty_photographs() -> None:
    found = faces.Finder()
    files = sorted((SHARED / "fairface" / "val").iterdir())[::10]
    count = sum(bool(found.find(Image.open(path).convert("RGB"))) for path in files)
    assert count >= 0.95 * len(files)
