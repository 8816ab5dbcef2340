from pathlib import Path

import pytest

from retrieval.stores.places import absolute, is_served, store_at
from retrieval.stores.sqlite.file import SqliteFile


@pytest.mark.parametrize(
    ("place", "served"),
    [
        ("postgresql://host/faces", True),
        ("POSTGRES://host/faces", True),
        ("postgresql+psycopg://host/faces", True),
        ("postgresql", False),
        ("./postgresql://host", False),
        ("mysql://host/faces", False),
        (Path("postgresql://host/faces"), False),
    ],
)
def test_an_address_begins_like_one_and_all_else_is_a_folder(place: Path | str, served: bool) -> None:
    assert is_served(place) == served
    assert isinstance(store_at(place), SqliteFile) != served


def test_a_folder_is_the_same_wherever_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute("library") == str(tmp_path / "library") == absolute(tmp_path / "library")
    assert absolute("postgresql://host/a") == "postgresql://host/a"
    assert store_at("~").place == Path.home()
