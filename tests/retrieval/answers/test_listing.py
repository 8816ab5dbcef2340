"""All faces of an answer, as numbers."""

from pathlib import Path

import pytest

from retrieval.answers import listing
from retrieval.answers.ranking import Sort
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create_or_open(tmp_path)
    fill(library, [a_photo(f"/{9 - at}.png", a_face(at)) for at in range(10)])
    return library


@pytest.mark.parametrize("query", [None, "Male", "Smiling OR NOT Bald", "Male AND NOT Male"])
@pytest.mark.parametrize("sort", ["confidence", "path", "added", "taken"])
@pytest.mark.parametrize("precision", [None, 0.7])
def test_it_lists_what_find_finds(library: Library, query: str | None, sort: Sort, precision: float | None) -> None:
    listed = library.listing(query, sort=sort, precision=precision)
    found = library.find(query, limit=None, sort=sort, precision=precision)
    assert listed.faces.tolist() == [hit.face for hit in found] and listed.generation == found.generation
    assert listed.scores.tolist() == pytest.approx([hit.score for hit in found])


def test_an_answer_is_listed_once_until_the_library_changes(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = list[object]()
    make = listing._listed
    monkeypatch.setattr(listing, "_listed", lambda *given: listed.append(given) or make(*given))
    for _ in range(2):
        library.listing("Male")
    assert len(listed) == 1
    library.correct([1], {"Male": False})
    assert 1 not in library.listing("Male").faces and len(listed) == 2


def test_only_the_last_few_answers_are_kept(library: Library) -> None:
    for name in ("Male", "Young", "Bald", "Bangs", "Smiling", "Chubby"):
        library.listing(name)
    assert len(library._questions._listings._kept) == listing.KEPT
    library.erase([1])
    assert not library._questions._listings._kept
