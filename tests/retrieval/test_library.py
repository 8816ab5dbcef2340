import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import LibraryDamaged, NoSuchFace, QueryError
from retrieval.language import query
from retrieval.library import Facets, Library, Totals
from retrieval.likeness import sketches, vectors
from retrieval.writing.store import Photo
from tests.retrieval.made import MODEL, a_face, a_photo, fill, vector


def three(library: Library) -> None:
    fill(
        library,
        [
            a_photo("/c", a_face(1, Male=0.9, Smiling=0.6)),
            a_photo("/a", a_face(2, Male=0.6, Smiling=0.9), a_face(3, Male=0.1, Smiling=0.8)),
            a_photo("/b"),
            Photo("/d", 1, 1, None, None, None, "unreadable", "cut short", ()),
        ],
    )


def faces(answer: Any) -> list[int]:
    return [hit.face for hit in answer.hits]


def test_the_surest_come_first(library: Library):
    three(library)
    answer = library.find("Male OR Smiling")
    assert (answer.query, answer.total, answer.generation) == ("Male OR Smiling", 3, 2)
    assert faces(library.find("male")) == [1, 2]
    assert [round(hit.score, 6) for hit in library.find("male").hits] == [0.9, 0.6]
    assert faces(library.find("NOT male")) == [3] and library.find("NOT male").hits[0].score == pytest.approx(0.9)
    assert faces(library.find("Male AND Smiling")) == [1, 2]  # 0.54 each: by number


def test_an_answer_says_how_good_it_is_expected_to_be(library: Library):
    three(library)
    answer = library.find("Male AND Smiling", limit=1)
    assert answer.expected == pytest.approx((0.54, 1.08 / 1.16, 0.54), abs=1e-6)  # of 0.54, 0.54 and 0.08
    assert library.find(None).expected is None


def test_a_wanted_precision_keeps_the_surest_on_every_page_and_in_every_order(library: Library):
    three(library)
    assert [library.find("Smiling", precision=p).total for p in (0, 0.7, 0.8, 0.84, 0.89, 1)] == [3, 3, 2, 2, 1, 0]
    answer = library.find("Smiling", precision=0.8, sort="path", limit=1, offset=1)
    assert (answer.total, faces(answer)) == (2, [3])
    assert answer.expected is not None and answer.expected.precision == pytest.approx(0.85)


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


def test_a_precision_lies_between_0_and_1(library: Library):
    with pytest.raises(ValueError, match="between 0 and 1"):
        library.find("Smiling", precision=50)


def test_numbers_of_faces_may_be_numpys(library: Library):
    three(library)
    assert faces(library.similar_to(np.int64(1))) == faces(library.similar_to(1))  # type: ignore[arg-type]
    assert faces(library.similar(vector(1), exclude=np.int64(1))) == faces(library.similar(vector(1), exclude=1))  # type: ignore[arg-type]


def test_answers_may_be_sorted_by_path_or_by_date(library: Library):
    three(library)
    with closing(sqlite3.connect(library.folder / "library.db")) as connection, connection:
        connection.execute("UPDATE photo SET added = id * 10")
        connection.execute("UPDATE library SET stamp = 'other'")
    assert faces(library.find(None, sort="path")) == [2, 3, 1]
    assert faces(library.find(None, sort="added")) == [3, 2, 1]
    assert faces(library.find("Male", sort="path")) == [2, 1]


def test_a_correction_leaves_the_vectors_as_they_were(library: Library):
    three(library)
    library.publish()
    before = {path.name for path in (library.folder / "cache").glob("*.vectors.npy")}
    library.correct([1], {"Male": False})
    assert faces(library.find("Male")) == [2]
    assert faces(library.similar_to(1))
    assert before and {path.name for path in (library.folder / "cache").glob("*.vectors.npy")} == before


def test_likeness_cannot_be_asked_for_while_a_face_has_no_embedding(library: Library):
    three(library)
    with closing(sqlite3.connect(library.folder / "library.db")) as connection, connection:
        connection.execute("DELETE FROM embedding WHERE face = 2")
    assert library.find("Smiling").total == 3
    with pytest.raises(LibraryDamaged, match="2 of 3 faces"):
        library.similar_to(1)


def test_pages_follow_one_another(library: Library):
    fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(50)])
    whole = library.find("NOT Male OR Male", limit=None)
    assert whole.total == len(whole.hits) == 50
    pages = [library.find("NOT Male OR Male", limit=20, offset=offset) for offset in (0, 20, 40, 60)]
    assert [len(page.hits) for page in pages] == [20, 20, 10, 0] and {page.total for page in pages} == {50}
    assert [hit for page in pages for hit in page.hits] == whole.hits


@pytest.mark.parametrize("page", [{"limit": -1}, {"offset": -1}, {"sort": "size"}])
def test_a_page_that_cannot_be_is_refused(library: Library, page: dict[str, Any]):
    with pytest.raises(ValueError, match="no page"):
        library.find("Male", **page)


def test_a_wrong_query_is_an_error_everywhere(library: Library):
    for ask in (library.find, library.facets, lambda query: library.similar(vector(1), where=query)):
        with pytest.raises(QueryError):
            ask("Maleness")


def test_facets_count_the_matching_faces(library: Library):
    three(library)
    facets = library.facets("Smiling")
    assert (facets.query, facets.total, facets.counts["Male"], facets.counts["Smiling"]) == ("Smiling", 3, 2, 3)
    for name in ATTRIBUTES:
        assert library.facets("Male").counts[name] == library.find(f"Male AND {name}").total


def test_similar_faces_are_ranked_inside_the_query(library: Library):
    three(library)
    answer = library.similar(vector(2))
    assert answer.total == 3 and faces(answer)[0] == 2 and answer.hits[0].score == pytest.approx(1)
    assert faces(library.similar(vector(2), where="NOT Male")) == [3]
    assert 2 not in faces(library.similar(vector(2), exclude=2))
    assert faces(library.similar(vector(2), exclude=99, limit=1)) == [2]
    assert sorted(faces(library.similar_to(2))) == [1, 3] and library.similar_to(2).total == 2
    assert faces(library.similar_to(2, where="Male")) == [1]
    assert library.similar_to(2, where="Male", limit=0).hits == []


def test_several_faces_are_one_question(library: Library):
    fill(library, [a_photo(f"/{at}", a_face(at, Male=at % 2)) for at in range(8)])
    answer = library.similar_to([1, 2], unlike=[3])
    assert answer.total == 5 and sorted(faces(answer)) == [4, 5, 6, 7, 8] and answer.exact
    embeddings = [library.embedding(face) for face in (1, 2)]
    assert library.similar(embeddings, unlike=[library.embedding(3)], exclude=[1, 2, 3]) == answer
    assert sorted(faces(library.similar_to([1, 2], where="Male"))) == [4, 6, 8]
    assert library.similar(vector(4)) == library.similar([vector(4)])
    with pytest.raises(NoSuchFace, match="no face 99 "):
        library.similar_to([1], unlike=[99])


def test_near_identical_photographs_are_folded_into_one(library: Library):
    fill(library, [a_photo(f"/{at}", a_face(at // 3), data=f"{at}") for at in range(30)])
    answer = library.similar(vector(4), limit=10, fold=True)
    assert len(answer.hits) == 10 and answer.total == 30
    assert answer.hits[0].photo == "/12" and {hit.count for hit in answer.hits} == {3}
    assert {hit.count for hit in library.similar(vector(4), limit=10).hits} == {1}
    for fold in (False, True):
        with pytest.raises(ValueError, match="give 0 or more"):
            library.similar(vector(4), limit=-1, fold=fold)


def test_beyond_a_size_answers_say_how_many_of_the_nearest_they_hold(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "APPROXIMATE", 100)
    monkeypatch.setattr(vectors, "ROWS", 60)
    for name, value in {"LEAST": 10, "AIM": 0.5, "RECALL": 0.5}.items():  # made-up faces resemble nobody
        monkeypatch.setattr(sketches, name, value)
    fill(library, [a_photo(f"/{at}", a_face(at, Male=float(at < 10))) for at in range(150)])
    answer = library.similar(vector(4), limit=5)
    assert not answer.exact and answer.recall is not None and answer.recall >= 0.5 and faces(answer)[0] == 5
    assert library.similar(vector(4), where="Male", limit=5).exact
    assert len(list((library.folder / "cache").glob("*.sketches.npz"))) == 1


def test_a_face_that_is_not_there_is_named(library: Library):
    three(library)
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([writer.known("/")["/c"].id])
    for face in (1, 0, 4, -1):
        for ask in (library.face, library.embedding, library.similar_to):
            with pytest.raises(NoSuchFace, match=f"no face {face} "):
                ask(face)
    assert library.face(2).photo == "/a"


def test_an_empty_library_answers(library: Library):
    assert library.find("Male").hits == [] and library.find(None, sort="path").total == 0
    assert library.facets() == Facets(None, 0, dict.fromkeys(ATTRIBUTES, 0))
    assert library.similar(vector(1), where="Male").hits == []
    assert library.totals() == Totals(0, 0, 0, 0, 0) and library.model is None


def test_totals_tell_every_outcome(library: Library):
    three(library)
    assert library.totals() == Totals(photos=4, faces=3, missing=0, unreadable=1, no_face=1)
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([known.id for known in writer.known("/").values() if known.path in ("/a", "/d")])
    assert library.totals() == Totals(photos=4, faces=1, missing=2, unreadable=0, no_face=1)


def test_a_correction_outranks_the_model(library: Library):
    three(library)
    with closing(sqlite3.connect(library.folder / "library.db")) as connection, connection:
        connection.execute("INSERT INTO correction (face, attribute, value, made) VALUES (3, 'Male', 1, 0)")
        connection.execute("INSERT INTO correction (face, attribute, value, made) VALUES (1, 'Male', 0, 0)")
        connection.execute("UPDATE library SET generation = generation + 1, stamp = 'corrected'")
    assert faces(library.find("Male")) == [3, 2] and library.face(3).attributes["Male"] == 1


def test_an_open_library_follows_another_s_writes(library: Library):
    three(library)
    assert library.find("Male").total == 2 and len(library.similar(vector(4)).hits) == 3
    with Library.open(library.folder) as other:
        fill(other, [a_photo("/e", a_face(4, Male=0.7))])
    answer = library.find("Male")
    assert answer.total == 3 and faces(library.similar(vector(4)))[0] == 4
    assert answer.generation == library.similar(vector(4)).generation == 3


def test_answers_hold_plain_python_values(library: Library):
    three(library)
    hit = library.similar(vector(1)).hits[0]
    assert (type(hit.face), type(hit.photo), type(hit.score), *map(type, hit.box)) == (int, str, float, *[int] * 4)
    assert {type(value) for value in hit.attributes.values()} == {float} and list(hit.attributes) == list(ATTRIBUTES)
    assert {type(count) for count in library.facets().counts.values()} == {int}
    assert library.embedding(1).dtype == np.float32 and library.embedding(1).flags.writeable


def test_a_library_without_its_cache_folder_answers(library: Library):
    three(library)
    (library.folder / "cache").write_text("in the way")
    assert faces(library.find("Male")) == [1, 2] and faces(library.similar(vector(3)))[0] == 3
    assert Path(library.folder / "cache").read_text() == "in the way"


def test_publishing_leaves_the_caches_that_the_next_question_needs(library: Library):
    three(library)
    library.publish()
    kinds = {path.name.split(".", 1)[1] for path in (library.folder / "cache").iterdir()}
    assert {"faces.npy", "probabilities.npy", "vectors.npy"} <= kinds
