"""Twenty-four names of files that mean something to somebody: on a terminal, in a table, in a pipe."""

import csv
import io
import json
import os
from pathlib import Path

import pytest

from retrieval.errors import JOINERS
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from tests.retrieval.writing.test_store import NAMES

PATHS = [os.fsdecode(b"/photographs/" + name) for name in NAMES]


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FACEQUERY_LIBRARY", str(tmp_path / "library"))
    with Library.create_or_open(tmp_path / "library") as library:
        fill(library, [a_photo(path, a_face(seed, Smiling=0.9)) for seed, path in enumerate(PATHS)])
    return tmp_path


def said(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> bytes:
    """What the program writes, byte for byte."""
    from ui import cli

    monkeypatch.setattr("sys.argv", ["facequery", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capfdbinary.readouterr()
    assert ended.value.code in (0, None), err
    return out


@pytest.mark.parametrize("command", [("find", "Smiling"), ("similar", "--face", "1", "--where", "Smiling")])
def test_any_name_is_found_shown_harmless_and_written_whole(
    shelf: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    expected = set(PATHS) - ({PATHS[0]} if command[0] == "similar" else set())
    table = said(capfdbinary, monkeypatch, *command, "--limit", "0").decode()
    assert all(character == "\n" or character in JOINERS or character.isprintable() for character in table)
    assert table.count("/photographs/") == len(expected)
    paths = said(capfdbinary, monkeypatch, *command, "-0")
    assert {os.fsdecode(path) for path in paths.rstrip(b"\0").split(b"\0")} == expected
    faces = json.loads(said(capfdbinary, monkeypatch, *command, "--json"))["faces"]
    assert {face["photo"] for face in faces} == expected
    rows = csv.DictReader(io.StringIO(os.fsdecode(said(capfdbinary, monkeypatch, *command, "--csv"))))
    assert {row["photo"] for row in rows} == expected
