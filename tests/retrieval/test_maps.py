"""The map of a whole library: made, kept, believed, brought up to date, and forgotten."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.columns import cache
from retrieval.errors import QueryError
from retrieval.library import Library
from retrieval.likeness import drawn, placing
from retrieval.maps import ALONE, PEOPLE, Asked, TooMany
from retrieval.writing.store import Face
from tests.retrieval.made import a_face, a_photo, fill, vector

ALL = Asked()


def near(seed: int, chance: int) -> Face:
    """A face like that of the seed."""
    face, other = a_face(seed), vector(seed) + 0.3 * vector(1000 + chance)
    return Face(face.box, face.landmarks, face.score, face.probabilities, other / np.linalg.norm(other))


@pytest.fixture
def mapped(library: Library) -> Library:
    """Sixty faces of three kinds, numbered 1 to 60, kind by kind, with a map."""
    fill(library, [a_photo(f"/{at}", near(at // 20, at)) for at in range(60)])
    assert library.maps.update() == 60
    return library


def kept(library: Library) -> list[Path]:
    return list((library.folder / cache.FOLDER).glob(f"*.{drawn.KIND}"))


def places(library: Library, asked: Asked = ALL) -> dict[int, tuple[int, int]]:
    points = library.maps.shown(asked).points
    return {face: (x, y) for face, x, y in zip(*(column.tolist() for column in points[:3]), strict=True)}


def test_a_library_without_a_map_says_what_is_lacking(library: Library) -> None:
    assert library.maps.lacking() == 0 and places(library) == {}
    fill(library, [a_photo("/1", a_face(1))])
    assert library.maps.lacking() == library.maps.shown(ALL).lacking == 1 and places(library) == {}


def test_an_empty_library_has_an_empty_map(library: Library) -> None:
    assert library.maps.update() == 0 and library.maps.shown(ALL).clusters == []


def test_the_map_is_kept_for_the_next_who_opens_the_library(mapped: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    before = places(mapped)
    monkeypatch.setattr(placing, "placed", lambda *_: pytest.fail("laid out again"))
    with Library.open(mapped.store.place) as later:
        assert later.maps.lacking() == 0 and places(later) == before and later.maps.update() == 0


def test_two_libraries_of_the_same_faces_have_the_same_map(mapped: Library, template: Path, tmp_path: Path) -> None:
    before = places(mapped)
    kept(mapped)[0].unlink()
    mapped.maps.update()
    assert places(mapped) == before


@pytest.mark.parametrize("damage", ["deleted", "cut", "flipped", "empty"])
def test_a_file_that_is_gone_or_damaged_is_made_anew(mapped: Library, damage: str) -> None:
    before, (path,) = places(mapped), kept(mapped)
    octets = bytearray(path.read_bytes())
    octets[len(octets) // 2] ^= 1
    path.unlink()
    if damage != "deleted":
        path.write_bytes({"cut": octets[:-7], "flipped": octets, "empty": b""}[damage])
    with Library.open(mapped.store.place) as later:
        assert later.maps.lacking() == 60
        assert later.maps.update() == 60 and later.maps.lacking() == 0 and places(later) == before


def test_new_faces_are_placed_by_their_likes_while_all_others_stay(mapped: Library) -> None:
    with mapped._current.reading() as (_, now):
        before = drawn.load(mapped.folder, now.state.identity)
    fill(mapped, [a_photo(f"/new/{at}", near(at, 500 + at)) for at in range(3)])
    assert mapped.maps.lacking() == 3 and len(places(mapped)) == 60
    assert mapped.maps.update() == 3 and mapped.maps.lacking() == 0
    after = drawn.load(mapped.folder, now.state.identity)
    assert before is not None and after is not None and len(kept(mapped)) == 1
    assert np.array_equal(after.places.at[:60], before.places.at)
    centres = [np.median(after.places.at[20 * kind : 20 * kind + 20], axis=0) for kind in range(3)]
    for kind, at in enumerate(after.places.at[60:]):
        assert int(np.argmin([np.linalg.norm(at - centre) for centre in centres])) == kind


def test_where_many_are_new_all_are_laid_out_anew(mapped: Library) -> None:
    before = places(mapped)
    fill(mapped, [a_photo(f"/new/{at}", near(at % 3, 500 + at)) for at in range(40)])
    mapped.maps.update()
    after = places(mapped)
    assert len(after) == 100 and any(after[face] != place for face, place in before.items())


def test_a_face_whose_vector_is_another_now_has_to_be_placed_again() -> None:
    faces, marks = np.arange(3), drawn.marks_of(np.stack([vector(at) for at in range(3)]))
    made = drawn.Drawn(faces, marks, placing.Places(np.ones((3, 2), np.float32), np.ones(3, np.float32)), 3, "")
    other = drawn.marks_of(np.stack([vector(0), vector(9), vector(2)]))
    assert made.seen_by(faces, other).lacking.tolist() == [False, True, False]
    assert made.seen_by(np.array([2, 7]), None).lacking.tolist() == [False, True]


def test_nothing_of_erased_faces_stays_in_the_map(mapped: Library) -> None:
    places(mapped)
    assert mapped.erase([7, 8]).complete and kept(mapped) == []
    assert mapped.maps.lacking() == 58
    mapped.maps.update()
    assert set(places(mapped)) == set(range(1, 61)) - {7, 8}
    with mapped._current.reading() as (_, now):
        found = drawn.load(mapped.folder, now.state.identity)
    assert found is not None and not {7, 8} & set(found.faces.tolist())


def test_a_query_shows_its_faces_where_they_are_among_all(mapped: Library) -> None:
    everywhere, found = places(mapped), places(mapped, Asked("Smiling"))
    assert 0 < len(found) < 60 and all(everywhere[face] == place for face, place in found.items())
    surest = places(mapped, Asked("Smiling", precision=0.9))
    assert surest.keys() < found.keys()
    with pytest.raises(QueryError):
        mapped.maps.shown(Asked("Smilin"))


def test_alone_they_have_the_whole_map_for_themselves(mapped: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    found = places(mapped, Asked("Smiling", alone=True))
    assert found.keys() == places(mapped, Asked("Smiling")).keys()
    spans = np.ptp(np.array(list(found.values())), axis=0)
    assert spans.max() == 65535
    monkeypatch.setattr(placing, "placed", lambda *_: pytest.fail("laid out again"))
    assert places(mapped, Asked("Smiling", alone=True)) == found
    monkeypatch.setattr("retrieval.maps.ALONE", 5)
    with pytest.raises(TooMany, match="too many"):
        mapped.maps.shown(Asked(alone=True))
    assert ALONE == 5_000


def test_colours_come_in_the_order_of_the_points(mapped: Library) -> None:
    mapped.correct([3], {"Smiling": True})
    mapped.correct([4], {"Smiling": False})
    faces = mapped.maps.shown(ALL).points.faces.tolist()
    found = mapped.maps.coloured(ALL, "Smiling")
    assert found.codes[faces.index(3)] == 255 and found.codes[faces.index(4)] == 0 and found.threshold == 0.5
    has = {face for face, code in zip(faces, found.codes.tolist(), strict=True) if code >= 128}
    assert has == {hit.face for hit in mapped.find("Smiling", limit=None)}
    with pytest.raises(ValueError, match="coloured"):
        mapped.maps.coloured(ALL, "colour")


def test_people_have_colours_the_one_with_most_faces_first(crowd: Library) -> None:
    crowd.maps.update()
    found = crowd.maps.coloured(ALL, PEOPLE)
    largest = crowd.people.listed()[0]
    assert found.people[0].id == largest.id and found.people[0].size == len(largest.faces)
    assert np.count_nonzero(found.codes == 1) == len(largest.faces) and found.codes[11] == 0


def test_that_no_map_can_be_kept_is_no_error_but_all_lack_a_place(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(library, [a_photo("/1", a_face(1)), a_photo("/2", a_face(2))])
    monkeypatch.setattr(cache, "publish", lambda *_: None)
    assert library.maps.update() == 2 and library.maps.lacking() == 2
