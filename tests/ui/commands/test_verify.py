import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.faces import named
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.ended import Run

pytestmark = pytest.mark.usefixtures("two_models")


def test_a_library_is_verified(run: Run, tmp_path: Path):
    assert run("verify", "--json").json == {"findings": []} and "as it should be" in run("verify").out
    with closing(sqlite3.connect(tmp_path / "library" / "library.db")) as connection, connection:
        connection.execute("UPDATE photo SET outcome = 'no_face' WHERE id = 2")
    found = run("verify", "--json")
    assert found.status == 1 and [f["kind"] for f in found.json["findings"]] == ["outcome"]
    assert run("verify").status == 1


def test_what_looked_for_faces_is_said_and_how_older_ones_are_brought_up_to_date(run: Run, tmp_path: Path):
    another = tmp_path / "another"
    with Library.create_or_open(another) as library:
        now, before = replace(a_photo("/p/1.jpg", a_face(1)), finder=named()), a_photo("/p/2.jpg", a_face(2))
        fill(library, [now, before, replace(a_photo("/p/3.jpg"), finder="an older one")])
    assert run("verify", "--library", another, "--json").json == {
        "findings": [],
        "finders": [{"finder": name, "photos": 1} for name in (None, "an older one", named())],
    }
    said = " ".join(run("verify", "--library", another).out.split())
    assert "2 photographs would be looked at otherwise now" in said and "index --redo" in said
