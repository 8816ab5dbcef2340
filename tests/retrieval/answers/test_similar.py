import pytest

from retrieval.errors import LibraryDamaged, NoSuchFace
from retrieval.library import Library
from retrieval.likeness import sketches, vectors
from tests.retrieval.made import a_face, a_photo, faces, fill, raw, three, vector


@pytest.mark.sqlites  # a server compares the vectors that are there; `verify` says which are not
def test_likeness_cannot_be_asked_for_while_a_face_has_no_embedding(library: Library):
    three(library)
    with raw(library) as connection:
        connection.execute("DELETE FROM embedding WHERE face = 2")
    assert library.find("Smiling").total == 3
    with pytest.raises(LibraryDamaged, match="2 of 3 faces"):
        library.similar_to(1)


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


@pytest.mark.sqlites
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
