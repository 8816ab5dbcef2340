"""Shortlists as their callers see them."""

from typing import Any

import pytest

from retrieval.errors import LibraryBusy
from retrieval.library import Library
from retrieval.writing import store
from tests.retrieval.failing import failures
from tests.retrieval.made import MODEL, raw

pytestmark = pytest.mark.both_stores


@pytest.mark.sqlites
def test_nobody_changes_lists_while_another_writes(six: Library, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "PATIENCE", 0.01)
    with six.writer(MODEL), pytest.raises(LibraryBusy):
        six.shortlists.add("a", [1])


def rows(library: Library) -> list[Any]:
    tables = ("shortlist", "shortlisted", "shortlist_change", "shortlist_naming", "action", "library")
    with raw(library) as connection:
        return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


def test_an_exception_at_any_statement_leaves_nothing_half_done(six: Library, monkeypatch: pytest.MonkeyPatch):
    six.shortlists.add("a", [1, 2])
    lists = six.shortlists
    for edit in (
        lambda: lists.add("a", [3], "x"),
        lambda: lists.move("a", [3], 1),
        lambda: lists.delete("a"),
        six.undo,
    ):
        assert failures(edit, lambda: rows(six), monkeypatch) > 4
