from pathlib import Path

import pytest

from retrieval.library import Library
from retrieval.likeness import pgvector_graph, pgvector_index
from retrieval.stores.places import store_at
from tests.retrieval.everything import fill_all, rows
from tests.ui.ended import Run, refused


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    with Library.create_or_open(tmp_path / "library") as library:
        fill_all(library)
    return tmp_path / "library"


def test_to_a_server_and_back_it_is_the_same_library(run: Run, filled: Path, bare_database: str, tmp_path: Path):
    there = run("copy", filled, bare_database)
    assert there.status == 0 and there.out.count("\n") == 1
    assert there.out.startswith("11 faces in postgresql://") and "every row compared" in there.out
    back = run("copy", bare_database, tmp_path / "back", "--json").json
    assert back["copy"] == str(tmp_path / "back") and (back["faces"], back["continued"]) == (11, False)
    assert back["bytes"] == (tmp_path / "back" / "library.db").stat().st_size and back["seconds"] > 0
    assert rows(store_at(tmp_path / "back")) == rows(store_at(bare_database)) == rows(store_at(filled))
    assert run("find", "Bald", "--json", "--library", tmp_path / "back").json["total"] > 0


def test_nothing_is_copied_from_where_nothing_is_or_to_where_something_is(
    run: Run, filled: Path, database: str, tmp_path: Path
):
    refused(run("copy", tmp_path / "nowhere", tmp_path / "new"), "There is no library in")
    assert not (tmp_path / "new").exists()
    for place in (database, filled):
        ended = run("copy", filled, place)
        assert ended.status == 2 and ("already" in ended.err or "lies in the library itself" in ended.err)
    assert run("copy", filled).status == 2
    assert run("copy", "", tmp_path / "new").status == 2


def test_a_place_of_a_copy_that_is_unfinished_says_how_to_go_on(run: Run, filled: Path, tmp_path: Path):
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "library.db-copy").touch()
    refused(run("find", "Male", "--library", tmp_path / "half"), "the same `facequery copy` again goes on")
    refused(run("copy", tmp_path / "half", tmp_path / "other"), "unfinished")
    assert run("copy", filled, tmp_path / "half").status == 0
    assert run("find", "Male", "--library", tmp_path / "half").status == 0


def test_a_large_library_on_a_server_finds_likenesses_by_a_graph_from_the_first_question_on(
    run: Run, filled: Path, bare_database: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pgvector_graph, "MANY", 10)
    monkeypatch.setattr(pgvector_index, "PASSED", 0.01)
    monkeypatch.setattr(pgvector_index, "SPARE", 1)
    monkeypatch.setattr(pgvector_graph, "A_FACE", 2**30)  # as if a face were as large as a hundred thousand
    copied = run("copy", filled, bare_database)
    assert copied.status == 0 and "ALTER SYSTEM SET maintenance_work_mem = '11264MB'" in copied.err
    with Library.open(bare_database) as served, Library.open(filled) as file:
        with served._current.transaction() as connection:
            measured = pgvector_index.measured(connection)
        assert measured is not None and measured.faces == 11
        found, exact = (library.similar_to(1, limit=1) for library in (served, file))
        assert found.recall == measured.recall(1) and exact.exact
        assert [hit.face for hit in found] == [hit.face for hit in exact]


def test_a_small_one_needs_none(run: Run, filled: Path, bare_database: str):
    copied = run("copy", filled, bare_database)
    assert copied.status == 0 and copied.err == ""
    with Library.open(bare_database) as served:
        with served._current.transaction() as connection:
            assert pgvector_index.measured(connection) is None
        assert served.similar_to(1, limit=1).exact
