"""What does not fit into memory is asked of the database: the answers are those of the columns."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from retrieval.answers.answers import Answer
from retrieval.columns import cache
from retrieval.errors import NoSuchFace, QueryError
from retrieval.facts import Facts
from retrieval.library import Library
from retrieval.tables import room, rows
from retrieval.writing.store import Face
from tests.retrieval.made import MODEL, a_face, a_photo, fill, vector

pytestmark = pytest.mark.both_stores

QUERIES = (
    *(None, "Male", "Male AND NOT Smiling", "Male OR Young", "NOT (Bald OR Bangs)", "Smiling > 0.3 AND Male <= 0.9"),
    *("any(Male) AND Smiling", "all(Young)", "none(Bald)", "only(Male OR Smiling)", "faces >= 2", "corrected"),
    *(
        'path:"*3*"',
        "folder:odd",
        "taken:2020..2022",
        "camera:Leica",
        "near:48,11,500km",
        "person:Anna",
        "list:Casting",
    ),
    *("model:tiny", "Male AND NOT Male"),
)


def one_of_five(number: int) -> Face:
    return replace(a_face(number), embedding=vector(number % 5))


@pytest.fixture
def many(library: Library) -> Library:
    """Forty photographs of one to three faces, of which one is missing, with what people said."""
    photos = [
        replace(
            a_photo(f"/{'odd' if at % 2 else 'even'}/{at}", *(one_of_five(10 * at + n) for n in range(1 + at % 3))),
            facts=Facts(taken=1_500_000_000 + at // 3 * 10_000_000, camera=(None, "Leica", "Canon")[at % 3])
            if at % 4
            else Facts(latitude=48.0, longitude=10.0 + at),
        )
        for at in range(40)
    ]
    fill(library, photos)
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([writer.known("/")["/odd/7"].id])
    library.correct([5, 6], {"Male": True, "Bald": False})
    library.shortlists.add("Casting", [9, 3], "tall")
    library.people.group(0.5, by="look")
    library.people.name(library.people.listed()[0].id, "Anna")
    return library


@pytest.fixture
def tables(many: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """The same library where there is no room for its columns, read a few faces at a time."""
    many.count("Male")
    cache.clear(many.folder)
    monkeypatch.setenv(room.SETTING, "0")
    monkeypatch.setattr(rows, "CHUNK", 50)
    with Library.open(many.store.place) as library:
        yield library


def told(answer: Answer) -> Answer:
    """Without what only columns say."""
    return replace(answer, expected=None)


@pytest.mark.lengthy
def test_every_page_in_every_order_is_the_same(many: Library, tables: Library):
    pages = [("confidence", 4, 3), ("taken", 4, 3)]
    others = [("confidence", 5, 0), ("path", 3, 30), ("path", 0, 0), ("added", 9, 1), ("taken", 10, 1000)]
    for query in QUERIES:
        for sort, limit, offset in pages + others * (query in (None, "Male OR Young")):
            found = tables.find(query, limit=limit, offset=offset, sort=sort)
            assert told(found) == told(many.find(query, limit=limit, offset=offset, sort=sort)), (query, sort, limit)


@pytest.mark.lengthy
def test_all_that_match_are_the_same_and_how_many_and_the_surest_of_them(many: Library, tables: Library):
    for query in filter(None, QUERIES):
        ours, theirs = (library.listing(query) for library in (tables, many))
        assert ours.faces.tolist() == theirs.faces.tolist() and (ours.scores == theirs.scores).all(), query
        assert tables.count(query) == many.count(query) == len(ours.faces)
        assert tables.facets(query) == many.facets(query)
        assert tables.cite(query) == many.cite(query)
        surest = (library.find(query, precision=0.8, sort="added") for library in (tables, many))
        assert told(next(surest)) == told(next(surest)), query
    assert tables.facets() == many.facets()


def test_some_queries_find_some_faces_and_some_not_all(many: Library):
    counts = [many.count(query) for query in QUERIES if query]
    assert min(counts[:-1]) > 0 and sum(count < len(many.find(None, limit=None)) for count in counts) > 15


def test_faces_are_shown_and_explained_one_by_one(many: Library, tables: Library):
    for ask in (
        lambda library: library.faces([7, 3, 1, 9999]),
        lambda library: library.shown([7, 3, 1, 9999]),
        lambda library: library.face(7),
        lambda library: library.located(7),
        lambda library: library.closeup(7, "Male AND any(Smiling)"),
        lambda library: library.explain("Male AND any(Smiling)", [7, 3]),
        lambda library: library.explain("camera:Leica", [1]),
        lambda library: library.closeup(1, "camera:Leica"),
        lambda library: library.generation,
    ):
        assert ask(tables) == ask(many)
    assert (tables.embedding(7) == many.embedding(7)).all()
    with pytest.raises(NoSuchFace):
        tables.face(9999)


@pytest.mark.parametrize("query", ["person:Nobody", "camera:Lomo", "list:None", "model:other", "Male AND"])
def test_a_name_that_is_not_known_is_refused_as_ever(tables: Library, query: str):
    for ask in (tables.count, tables.find, tables.facets):
        with pytest.raises(QueryError):
            ask(query)
