from pathlib import Path
from typing import Any

import pytest

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import QueryError
from retrieval.language import query
from retrieval.library import Facets, Library, Totals
from tests.retrieval.made import a_face, a_photo, faces, fill, raw, three, vector

pytestmark = pytest.mark.both_stores


@pytest.mark.sqlites
def test_a_correction_leaves_the_vectors_as_they_were(library: Library):
    three(library)
    library.publish()
    before = {path.name for path in (library.folder / "cache").glob("*.vectors.npy")}
    library.correct([1], {"Male": False})
    assert faces(library.find("Male")) == [2]
    assert faces(library.similar_to(1))
    assert before and {path.name for path in (library.folder / "cache").glob("*.vectors.npy")} == before


def test_a_wrong_query_is_an_error_everywhere(library: Library):
    for ask in (library.find, library.facets, lambda query: library.similar(vector(1), where=query)):
        with pytest.raises(QueryError):
            ask("Maleness")


def test_an_empty_library_answers(library: Library):
    assert library.find("Male").hits == [] and library.find(None, sort="path").total == 0
    assert library.facets() == Facets(None, 0, dict.fromkeys(ATTRIBUTES, 0))
    assert library.similar(vector(1), where="Male").hits == []
    assert library.totals() == Totals(0, 0, 0, 0, 0) and library.model is None


def test_a_correction_outranks_the_model(library: Library):
    three(library)
    with raw(library) as connection:
        connection.execute("INSERT INTO correction (face, attribute, value, made) VALUES (3, 'Male', 1, 0)")
        connection.execute("INSERT INTO correction (face, attribute, value, made) VALUES (1, 'Male', 0, 0)")
        connection.execute("UPDATE library SET generation = generation + 1, stamp = 'corrected'")
    assert faces(library.find("Male")) == [3, 2] and library.face(3).attributes["Male"] == 1


def test_an_open_library_follows_another_s_writes(library: Library):
    three(library)
    assert library.find("Male").total == 2 and len(library.similar(vector(4)).hits) == 3
    with Library.open(library.store.place) as other:
        fill(other, [a_photo("/e", a_face(4, Male=0.7))])
    answer = library.find("Male")
    assert answer.total == 3 and faces(library.similar(vector(4)))[0] == 4
    assert answer.generation == library.similar(vector(4)).generation == 3


def test_a_library_without_its_cache_folder_answers(library: Library):
    three(library)
    (library.folder / "cache").write_text("in the way")
    assert faces(library.find("Male")) == [1, 2] and faces(library.similar(vector(3)))[0] == 3
    assert Path(library.folder / "cache").read_text() == "in the way"


@pytest.mark.sqlites
def test_publishing_leaves_the_caches_that_the_next_question_needs(library: Library):
    three(library)
    library.publish()
    kinds = {path.name.split(".", 1)[1] for path in (library.folder / "cache").iterdir()}
    assert {"faces.npy", "probabilities.npy", "vectors.npy"} <= kinds


def test_a_query_that_was_read_before_is_asked_as_its_text_is(library: Library, monkeypatch: pytest.MonkeyPatch):
    three(library)
    text = "Male OR Smiling"

    def asked(which: Any) -> list[object]:
        near = [library.similar_to(1, where=which), library.similar(vector(3), where=which)]
        told = [library.find(which), library.count(which), library.facets(which), library.cautions(which)]
        return [*told, *near, library.explain(which, [1, 2])]

    told, read = asked(text), query.parsed(text)
    assert (read.text, str(read.tree), read.attributes) == (text, text, {"Male", "Smiling"})
    assert query.parsed(read) is read
    monkeypatch.setattr(query, "_parsed", lambda _: pytest.fail("it was read before"))
    assert asked(read) == told
