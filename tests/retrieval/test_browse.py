from dataclasses import replace

import pytest

from retrieval.answers.places import View
from retrieval.errors import QueryError, UnknownAttribute
from retrieval.facts import Facts
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill, raw


@pytest.fixture
def holiday(library: Library) -> Library:
    """Five faces in four photographs: two of May 2023 in Paris, one of August in London, one that says nothing."""
    one, two, three, four = (
        a_photo("/me/paris/a", a_face(1, Smiling=0.9), a_face(2, Smiling=0.1)),
        a_photo("/me/paris/b", a_face(3, Smiling=0.8)),
        a_photo("/me/london/c", a_face(4, Smiling=0.7)),
        a_photo("/me/d", a_face(5, Smiling=0.2)),
    )
    paris, london = (
        Facts(1_684_333_000, None, "X100", None, 48.85, 2.35),
        Facts(1_691_000_000, None, "Z9", None, 51.5, -0.1),
    )
    fill(library, [replace(one, facts=paris), replace(two, facts=paris), replace(three, facts=london), four])
    return library


def test_all_faces_are_counted_without_a_query(holiday: Library) -> None:
    browse = holiday.browse
    assert browse.timeline(unit="month") == ("month", [("2023-05", 3), ("2023-08", 1)], 1)
    assert browse.folders() == ([(b"/me/", 5, True)], 0, 0)
    assert browse.cameras() == ([("X100", 3), ("Z9", 1)], 0, 1)
    assert [place.faces for place in browse.places().places] == [3, 1]
    assert browse.distribution("Smiling").above[500] == 3


def test_with_one_only_those_that_match(holiday: Library) -> None:
    browse = holiday.browse
    assert browse.timeline("Smiling", "year") == ("year", [("2023", 3)], 0)
    assert browse.folders("Smiling", "/me").folders == [(b"/me/london/", 1, False), (b"/me/paris/", 2, False)]
    assert browse.folders("NOT Smiling", "/me/").here == 1
    assert browse.cameras("NOT Smiling") == ([("X100", 1)], 0, 1)
    assert [place.faces for place in browse.places("Smiling", View(40, -1, 60, 3, 5)).places] == [2, 1]
    assert browse.distribution("Smiling", "camera:X100").total == 3


def test_each_count_is_what_asking_for_it_finds(holiday: Library) -> None:
    for bar in holiday.browse.timeline("Smiling", "month").bars:
        assert holiday.count(f"Smiling taken:{bar.date}") == bar.faces
    for folder in holiday.browse.folders("Smiling", "/me/").folders:
        assert holiday.count(f'Smiling folder:"{folder.path.decode()}"') == folder.faces
    for camera in holiday.browse.cameras("Smiling").cameras:
        assert holiday.count(f"Smiling {camera.condition}") == camera.faces


def test_what_was_said_and_what_came_later_counts_too(holiday: Library) -> None:
    assert holiday.browse.timeline("Smiling", "year").bars == [("2023", 3)]
    holiday.correct([2], {"Smiling": True})
    assert holiday.browse.timeline("Smiling", "year").bars == [("2023", 4)]
    assert holiday.browse.distribution("Smiling").above[990] == 1


def test_whoever_asks_wrongly_is_told_so(holiday: Library) -> None:
    with pytest.raises(QueryError):
        holiday.browse.timeline("Smilling")
    with pytest.raises(UnknownAttribute):
        holiday.browse.distribution("Smilling")


def test_it_is_known_what_can_be_asked_for(holiday: Library) -> None:
    known = holiday.browse.known()
    assert known[1:] == (True, True, True)
    holiday.correct([2], {"Smiling": True})
    assert holiday.browse.known().generation > known.generation


def test_an_empty_library_has_nothing_to_show(library: Library) -> None:
    browse = library.browse
    assert browse.timeline().bars == [] and browse.folders().folders == [] and browse.cameras().cameras == []
    assert browse.places().places == [] and browse.distribution("Smiling").total == 0
    assert browse.known()[1:] == (False, False, False)


def test_folders_lie_beside_the_snapshot_and_are_not_read_again(
    holiday: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = holiday.browse.folders("Smiling", "/me/")
    monkeypatch.setattr("retrieval.columns.folders.Folders.of_paths", None)
    with Library.open(holiday.store.place) as again:
        assert again.browse.folders("Smiling", "/me/") == before
    with raw(holiday) as connection:
        assert connection.execute("SELECT count(*) FROM face").fetchone() == (5,)
