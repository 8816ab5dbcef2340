"""By what and where something was taken, and in which folder it lies. That SQL and masks agree is tested with nodes."""

from dataclasses import replace

import pytest

from retrieval.errors import QueryError
from retrieval.facts import Facts
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill

CAMERAS = ["FUJIFILM X100", "FUJIFILM X100V", "Canon EOS 5D", "Canon EOS 550D", "samsung SM-G991B", None]


@pytest.fixture
def cameras(library: Library) -> Library:
    photos = [a_photo(f"/{at % 2}/{'Holi[day]s' if at < 3 else 'x'}/{at}.jpg", a_face(at)) for at in range(6)]
    facts = [Facts(taken=at, camera=name) for at, name in enumerate(CAMERAS)]
    fill(library, [replace(photo, facts=said) for photo, said in zip(photos, facts, strict=True)])
    return library


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("X100", [0]),
        ("fujifilm", [0, 1]),
        ("5d", [2]),
        ("canon", [2, 3]),
        ('"EOS 550D"', [3]),
        ('"sm g991b"', [4]),
        ("SM_G991B", [4]),
        ('" canon eos "', [2, 3]),
    ],
)
def test_a_camera_is_found_by_whole_words_of_its_name(cameras: Library, asked: str, found: list[int]) -> None:
    hits = cameras.find(f"camera:{asked}", sort="path").hits
    assert sorted(hit.face - 1 for hit in hits) == found


@pytest.mark.parametrize("asked", ["X10", "EOS5D", "eos%", "e_s", '"5D Mark"'])
def test_a_part_of_a_word_is_no_camera_and_the_right_one_is_suggested(cameras: Library, asked: str) -> None:
    with pytest.raises(QueryError, match="was taken by a camera") as caught:
        cameras.find(f"camera:{asked}")
    for suggestion in caught.value.suggestions:
        assert cameras.count(suggestion)


def test_where_no_photograph_says_its_camera_it_is_said_how_that_is_read(library: Library) -> None:
    fill(library, [a_photo("/a", a_face(1))])
    with pytest.raises(QueryError, match="`facequery index FOLDER` reads"):
        library.find("camera:x100")


@pytest.mark.parametrize(
    ("asked", "found"),
    [("Holi[day]s", 3), ('"Holi[day]s/"', 3), ("/0", 3), ("0/x", 1), ('"1/Holi[day]s"', 1), ("/", 6), ('"//0//"', 3)],
)
def test_a_folder_is_meant_letter_by_letter(cameras: Library, asked: str, found: int) -> None:
    assert cameras.count(f"folder:{asked}") == found


@pytest.mark.parametrize("asked", ["holi[day]s", "Holi*", "Holid", "0.jpg", "/x", "..", "?"])
def test_a_folder_that_there_is_not_has_no_photographs(cameras: Library, asked: str) -> None:
    assert cameras.count(f"folder:{asked}") == 0


@pytest.mark.parametrize(("radius", "found"), [("699m", 0), ("701m", 1), ("0.7km", 1), ("0.4mi", 0), ("0.44MI", 1)])
def test_a_distance_is_in_metres_kilometres_or_miles(library: Library, radius: str, found: int) -> None:
    fill(library, [replace(a_photo("/a", a_face(1)), facts=Facts(latitude=0.0062951, longitude=10.0))])
    assert library.count(f"near:0,10,{radius}") == found
