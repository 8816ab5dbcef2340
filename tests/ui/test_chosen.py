import pytest

from retrieval.errors import LibraryChanged, NoSuchShortlist
from retrieval.library import Library
from tests.retrieval.made import MODEL
from tests.ui.conftest import Shelf
from ui import chosen
from ui.chosen import Chosen


def test_faces_come_in_their_order_a_page_at_a_time(own_shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chosen, "PAGE", 2)
    with Library.open(own_shelf.library) as library:
        every = [hit.face for hit in library.find(None, limit=None)]
        for some, order in (
            (Chosen.of_faces(library, [*every[::-1], every[0]]), every[::-1]),
            (Chosen.of_query(library, "Smiling >= 0"), library.listing("Smiling >= 0").faces.tolist()),
        ):
            assert [hit.face for hit in some.hits()] == order and some.total == len(every)
            assert all(len(page.hits) <= 2 for page in some.pages()) and some.missing() == []
            by_path = [hit.photo for hit in some.hits("path")]
            assert by_path == sorted(by_path)


def test_a_shortlist_knows_its_notes_and_what_is_missing(own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library:
        library.shortlists.add("Für Paul", [2, 1])
        library.shortlists.note("für paul", [1], "call")
        some = Chosen.of_list(library, "FüR PAUL")
        assert (some.title, some.faces, some.notes) == ("Für Paul", (2, 1), {1: "call"})
        assert some.cited == 'list:"Für Paul"' and Chosen.of_faces(library, [1]).cited is None
        path = library.face(2).photo
        with library.writer(MODEL) as writer, writer.batch() as batch:
            batch.mark_missing([writer.known("/")[path].id])
        assert [photo.path for photo in some.missing()] == [path] and [hit.face for hit in some.hits()] == [1]
        with pytest.raises(NoSuchShortlist):
            Chosen.of_list(library, "Paul")
        with pytest.raises(LibraryChanged):
            some.photographs([library.face(1), type(library.face(1))(99, "/x", (0, 0, 1, 1), 1.0, {})])
