import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.ui.ended import Run

pytestmark = pytest.mark.usefixtures("two_models")


def test_faces_are_erased_by_who_means_it(run: Run, tmp_path: Path):
    assert run("erase", 1, 2, typed="n\n").status == 1
    assert run("verify").status == 0 and run("find", "Male >= 0", "--json").json["total"] == 6
    erased = run("erase", 1, 2, "--yes", "--json")
    clean = {"complete": True, "read": False, "unremoved": [], "searches": []}
    assert erased.status == 0 and erased.json == {"faces": 2, "photographs": 2, **clean}
    (tmp_path / "pictures" / "3.png").unlink()
    run("index", tmp_path / "pictures", "--crop", "aligned", "--model", tmp_path / "first")
    assert run("find", "Male >= 0", "--json").json["total"] == 3, "one is missing"
    asked = run("erase", "--query", "Male >= 0", typed="y\n")
    assert asked.status == 0 and "Forget 4 faces" in asked.err
    assert run("find", "Male >= 0", "--json").json["total"] == 0 and run("verify").status == 0
    again = run("erase", 1, "--yes")
    assert again.status == 1 and "no face 1." in again.err, "it is not there any more"
    assert run("erase").status == 2
    assert run("erase", "--finish").status == 0
    assert run("erase", 1, "--query", "Male").status == 2


@pytest.mark.lengthy
def test_a_reader_in_the_way_is_told_from_bytes_that_another_face_has(run: Run, tmp_path: Path):
    with closing(sqlite3.connect(tmp_path / "library" / "library.db")) as connection, connection:
        connection.execute("UPDATE embedding SET vector = (SELECT vector FROM embedding WHERE face = 1) WHERE face = 2")
    same = run("erase", 1, "--yes")
    assert same.status == 1 and "another file" in same.err and "reads" not in same.err
    with closing(sqlite3.connect(tmp_path / "library" / "library.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM face").fetchone()
        read = run("erase", 2, "--yes")
    assert read.status == 1 and "somebody still reads" in read.err and "another file" not in read.err


def test_what_erasing_leaves_is_said_with_how_to_remove_it(run: Run, tmp_path: Path):
    run("people", "group", "--by", "look", "--alike", -1)
    run("people", "name", 1, "Anna")
    run("searches", "save", "Anna's hats", "Wearing_Hat")
    (tmp_path / "library" / "cache" / "@eaDir").mkdir(parents=True, exist_ok=True)
    erased = run("erase", "--query", "person:anna", "--yes")
    assert erased.status == 0 and "could not be removed: @eaDir." in erased.err
    assert "“Anna's hats” still names somebody who was erased" in erased.err
    assert "facequery searches remove 'Anna'\"'\"'s hats'" in erased.err
    assert run("erase", "--forget", typed="n\n").status == 1
    forgotten = run("erase", "--forget", "--yes", "--json")
    assert forgotten.status == 0 and forgotten.json["marks"] > 0 and forgotten.json["complete"]
    assert "0 marks" in run("erase", "--forget", typed="y\n").out
    run("index", tmp_path / "pictures", "--crop", "aligned", "--model", tmp_path / "first")
    assert run("find", "Male >= 0", "--json").json["total"] == 6
