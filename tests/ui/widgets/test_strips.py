"""Which parts stand over the grid, and what they do to the query; what they draw is looked at in `tests/browser`."""

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.facts import Facts
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.conftest import Open, Shelf, at_ease
from ui.widgets import strips
from ui.widgets.strips import heard


@pytest.fixture
def dated(tmp_path: Path) -> Path:
    """A library of one face that says when it was taken."""
    with Library.create_or_open(tmp_path / "library") as library:
        photo = a_photo(str(tmp_path / "1.png"), a_face(1, Smiling=0.9))
        fill(library, [replace(photo, facts=Facts(1_684_333_000))])
    return tmp_path / "library"


def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, object]]]:
    """What is mounted from now on: the parts and their data."""
    parts: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(strips, "browser_part", lambda part, data, **_: parts.append((part, data)))
    return parts


def test_the_timeline_is_there_where_a_photograph_has_a_date(
    opened: Open, dated: Path, few: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = drawn(monkeypatch)
    assert at_ease(opened(few.library)) and parts == []
    assert at_ease(opened(dated, q="Smiling"))
    assert [(part, data["query"]) for part, data in parts] == [("timeline", "Smiling")]


def test_what_is_asked_for_becomes_a_query_and_nonsense_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    queries: list[str] = []
    for said in ({"what": "place", "condition": "taken:2023-05"}, {"what": "place"}, None):
        monkeypatch.setattr("streamlit.session_state", {"timeline": {"asked": said}})
        heard("timeline", None, queries.append)
    assert queries == ["taken:2023-05"]
