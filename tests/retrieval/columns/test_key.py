from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.columns import key


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    key.key.cache_clear()
    yield tmp_path / "facequery" / key.FILE
    key.key.cache_clear()


def again() -> bytes:
    """As another process has it."""
    key.key.cache_clear()
    return key.key()


def test_the_key_is_made_once_and_nobody_else_may_read_it(home: Path):
    made = key.key()
    assert len(made) == key.LENGTH and again() == made == home.read_bytes()
    assert (
        key.is_kept()
        and home.stat().st_mode & 0o077 == 0
        and [path.name for path in home.parent.iterdir()] == [key.FILE]
    )


def test_half_a_key_is_made_anew(home: Path):
    home.parent.mkdir()
    home.write_bytes(b"half")
    assert len(key.key()) == key.LENGTH and again() == key.key()


def test_where_none_can_be_kept_there_is_one_as_long_as_the_process_lives(home: Path):
    home.parent.touch()  # a file where the folder should be
    made = key.key()
    assert len(made) == key.LENGTH and key.key() == made and again() != made and not key.is_kept()


def test_a_name_tells_keys_apart(home: Path):
    first = key.name()
    home.unlink(missing_ok=True)
    assert first == key.name() and again() and key.name() != first and len(first) == 8
