import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.ui.ended import Run

pytestmark = pytest.mark.usefixtures("two_models")


def test_a_library_is_verified(run: Run, tmp_path: Path):
    assert run("verify", "--json").json == {"findings": []} and "as it should be" in run("verify").out
    with closing(sqlite3.connect(tmp_path / "library" / "library.db")) as connection, connection:
        connection.execute("UPDATE photo SET outcome = 'no_face' WHERE id = 2")
    found = run("verify", "--json")
    assert found.status == 1 and [f["kind"] for f in found.json["findings"]] == ["outcome"]
    assert run("verify").status == 1
