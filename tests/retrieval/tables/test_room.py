from pathlib import Path

import pytest

from retrieval.errors import ColumnsTooLarge
from retrieval.library import Library
from retrieval.tables import room
from tests.retrieval.made import a_face, a_photo, fill


def test_a_library_fits_where_the_setting_says_so(library: Library, monkeypatch: pytest.MonkeyPatch):
    fill(library, [a_photo("/a", *(a_face(n) for n in range(1, 5)))])
    for megabytes, fits in ((4 * room.A_FACE / 1e6, True), (3.9 * room.A_FACE / 1e6, False), ("many", True)):
        monkeypatch.setenv(room.SETTING, str(megabytes))
        with library._current.transaction() as connection:
            if fits:
                with room.checked(connection):
                    continue
            with pytest.raises(ColumnsTooLarge), room.checked(connection):
                raise AssertionError("it should not have begun")


def test_numbers_that_are_gone_take_no_memory(library: Library, monkeypatch: pytest.MonkeyPatch):
    fill(library, [a_photo("/a", *(a_face(n) for n in range(1, 9)))])
    library.erase(range(1, 8))
    monkeypatch.setenv(room.SETTING, str(room.A_FACE / 1e6))
    with library._current.transaction() as connection, room.checked(connection):
        pass


def test_what_is_left_is_what_the_machine_and_the_group_of_processes_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv(room.SETTING, raising=False)
    monkeypatch.setattr(room, "MEMORY", tmp_path / "meminfo")
    monkeypatch.setattr(room, "GROUP", tmp_path / "max")
    assert room.megabytes() > 100
    (tmp_path / "meminfo").write_text("MemTotal:  4000000 kB\nMemAvailable:  2000000 kB\n")
    assert room.megabytes() == pytest.approx(2048)
    for said, megabytes in (("max\n", 2048), ("1000000000\n", 1000)):
        (tmp_path / "max").write_text(said)
        assert room.megabytes() == pytest.approx(megabytes)
