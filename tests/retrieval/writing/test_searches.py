import pytest

from retrieval.errors import NoSuchSearch, QueryError
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill

pytestmark = pytest.mark.both_stores


def test_a_saved_search_is_its_query_and_is_asked_anew(library: Library):
    library.save_search("hats", "wearing hat")
    assert library.search("hats") == "wearing hat" and library.find(library.search("hats")).total == 0
    fill(library, [a_photo("/a", a_face(1, Wearing_Hat=0.9))])
    assert library.find(library.search("hats")).total == 1


def test_saving_again_replaces_and_removing_forgets(library: Library):
    library.save_search("b", "Male")
    library.save_search("a", "Bald")
    library.save_search("b", "NOT Male")
    assert list(library.searches().items()) == [("a", "Bald"), ("b", "NOT Male")]
    library.remove_search("b")
    assert library.searches() == {"a": "Bald"}
    for ask in (library.search, library.remove_search):
        with pytest.raises(NoSuchSearch, match=r"saved as “b”. Saved are: a\."):
            ask("b")


def test_what_cannot_be_asked_or_named_is_not_saved(library: Library):
    with pytest.raises(QueryError):
        library.save_search("typo", "Smilling")
    for name in ("", " ", " a", "@a", "a\nb", "x" * 81, "\u202e"):
        with pytest.raises(ValueError, match="printable"):
            library.save_search(name, "Male")
    assert library.searches() == {}
    library.save_search("Ö; DROP TABLE face --", "Male")
    assert library.search("Ö; DROP TABLE face --") == "Male"


def test_saving_a_search_changes_no_answer(library: Library):
    generation = library.find(None).generation
    library.save_search("a", "Bald")
    assert library.find(None).generation == generation


def test_a_search_is_found_however_its_accents_are_written(library: Library):
    library.save_search("Cafe\u0301", "Male")
    assert library.search("Café") == "Male"
    library.save_search("Café", "Bald")
    assert library.searches() == {"Café": "Bald"}  # replaced, and no second one beside it
    library.remove_search("Cafe\u0301")
    assert library.searches() == {}


def test_a_search_may_be_named_with_joiners(library: Library):
    library.save_search("علی\u200cرضا", "Male")
    assert library.search("علی\u200cرضا") == "Male"


@pytest.mark.parametrize("field", ["person", "list", "model", "camera", "path", "folder"])
def test_no_name_with_a_nul_is_kept_or_asked_of_a_server(library: Library, field: str):
    for ask in (library.count, library.every, library.cite, lambda query: library.save_search("mine", query)):
        with pytest.raises(QueryError):
            ask(f'Male OR {field}:"a\0b"')
    assert library.searches() == {}
