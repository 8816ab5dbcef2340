import itertools
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from retrieval.errors import LibraryBusy, NoSuchFace, QueryError
from retrieval.library import Library
from retrieval.stores.postgres.database import Database
from retrieval.stores.sqlite import connections
from retrieval.tables import schema
from retrieval.writing import store
from retrieval.writing.erasure import Erased, Forgotten
from retrieval.writing.store import Face
from tests.retrieval.crowd import FIRST, SECOND, person_of
from tests.retrieval.made import MODEL, a_face, a_photo, dump, fill, raw, vector

pytestmark = pytest.mark.both_stores

WINDOW = 32


def files(library: Library) -> bytes:
    """All that can be read of the library: what a server keeps in its rows, and the files in the folder."""
    rows = [] if isinstance(library.store.place, Path) else list(octets(library))
    return b"\n".join([*rows, *(path.read_bytes() for path in sorted(library.folder.rglob("*")) if path.is_file())])


def octets(library: Library) -> Iterator[bytes]:
    with raw(library) as connection:
        for table in schema.metadata.tables:
            for value in itertools.chain.from_iterable(connection.execute(f'SELECT * FROM "{table}"').fetchall()):
                yield value if isinstance(value, bytes) else str(value).encode()


def windows(content: bytes) -> Iterator[bytes]:
    return (content[start : start + WINDOW] for start in range(0, max(1, len(content) - WINDOW + 1), WINDOW))


def traces(library: Library, faces: list[int]) -> dict[str, list[bytes]]:
    photographs = library.photographs(faces)
    return {
        "vector": [part for face in faces for part in windows(library.embedding(face).tobytes())],
        "path": [os.fsencode(photographs[face].path) for face in faces],
        "sha256": [photographs[face].sha256.encode() for face in faces],
    }


def left(library: Library, needles: dict[str, list[bytes]]) -> set[str]:
    content = files(library)
    return {kind for kind, parts in needles.items() if any(part in content for part in parts)}


def many(library: Library, number: int) -> None:
    fill(library, [a_photo(f"/photographs/number-{n:04}-of-them.jpg", a_face(n)) for n in range(number)])
    library.publish()


@pytest.mark.lengthy
@pytest.mark.sqlites  # what a server's files hold is looked at in stores/postgres/test_settling.py
def test_an_erased_face_leaves_no_bytes(library: Library):
    many(library, 300)
    library.correct([5], {"Bald": True})
    erased = list(range(3, 300, 6))
    needles = traces(library, erased)
    assert left(library, needles) == {"vector", "path", "sha256"}, "or the search would find nothing anyway"
    assert library.erase(erased) == Erased(50, 50, complete=True)
    assert left(library, needles) == set()
    library.publish()
    assert left(library, needles) == set() and library.find(None).total == 250


@pytest.mark.sqlites
def test_without_overwriting_it_would_be_found(library: Library, monkeypatch: pytest.MonkeyPatch):
    many(library, 60)
    careless = tuple(pragma.replace("secure_delete=ON", "secure_delete=OFF") for pragma in connections.WRITING)
    monkeypatch.setattr(connections, "WRITING", careless)
    needles = traces(library, [7])
    assert not library.erase([7]).complete and left(library, needles)


@pytest.mark.sqlites
def test_while_somebody_reads_it_is_not_erased_and_then_it_is(library: Library, monkeypatch: pytest.MonkeyPatch):
    many(library, 20)
    monkeypatch.setattr(connections, "PATIENCE", 0.1)
    needles = traces(library, [4])
    with closing(sqlite3.connect(library.folder / "library.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM face").fetchone()
        erased = library.erase([4])
        assert not erased.complete and erased.read
        with pytest.raises(NoSuchFace):
            library.face(4)
        reader.execute("COMMIT")
    assert library.erase([]) == Erased(0, 0, complete=True)
    assert left(library, needles) == set()


def test_copies_go_too_and_others_of_the_photograph_stay(library: Library):
    left_face, right_face = a_face(1), a_face(2)
    right_face = Face((120, 20, 170, 140), None, None, right_face.probabilities, right_face.embedding)
    fill(library, [a_photo("/two", left_face, right_face)])
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.copy(1, "/copy", 1, 1)
    assert library.erase([1]) == Erased(2, 0, complete=True)
    assert [(hit.face, hit.photo) for hit in library.find(None)] == [(2, "/two"), (4, "/copy")]
    assert library.erase("Male >= 0") == Erased(2, 2, complete=True)
    assert library.totals().photos == 0


def test_a_copy_that_was_looked_at_in_another_way_goes_too(library: Library):
    whole = Face((0, 0, 178, 218), None, None, a_face(2).probabilities, vector(2))
    fill(library, [a_photo("/auto", a_face(1)), replace(a_photo("/aligned", whole, data="/auto"), crop="aligned")])
    needles = traces(library, [1, 2])
    assert library.erase([1]) == Erased(2, 2, complete=True)
    assert left(library, needles) == set() and library.totals().photos == 0


def test_a_copy_s_face_is_known_by_its_place(library: Library):
    other = Face((120, 20, 170, 140), None, None, a_face(2).probabilities, vector(2))
    moved = Face((15, 25, 115, 150), None, None, a_face(3).probabilities, vector(3))
    fill(library, [a_photo("/one", a_face(1), other), a_photo("/two", moved, other, data="/one")])
    fill(library, [a_photo("/none", data="/one")])  # of which nothing is left either, but nothing was there
    assert library.erase([1]) == Erased(2, 0, complete=True)
    assert [(hit.photo, hit.box) for hit in library.find(None)] == [("/one", other.box), ("/two", other.box)]


def test_erasing_all_faces_of_one_copy_leaves_no_other(library: Library):
    other = Face((120, 20, 170, 140), None, None, a_face(2).probabilities, vector(2))
    whole = Face((0, 0, 178, 218), None, None, a_face(3).probabilities, vector(3))
    fill(library, [a_photo("/two", a_face(1), other), a_photo("/one", whole, data="/two"), a_photo("/", data="/two")])
    assert library.erase([1, 2]) == Erased(3, 3, complete=True)


@pytest.mark.sqlites
def test_bytes_that_another_face_has_are_no_reader(library: Library):
    fill(library, [a_photo("/a.png", a_face(1)), a_photo("/a.bmp", a_face(1))])
    erased = library.erase([1])
    assert not erased.complete and not erased.read


def test_what_people_did_names_nobody_who_was_erased(library: Library):
    paths = {"/secret-place/a": 1, "/secret-place/b": 1, "/c": 2, "/d": 2}
    fill(library, [a_photo(path, a_face(seed, Bald=0.1)) for path, seed in paths.items()])
    assert library.people.group() == 2
    number = {face: person.id for person in library.people.listed() for face in person.faces}
    library.people.name(number[1], "Wilhelmine")
    library.people.name(number[3], "Theodora")
    library.correct("path:/secret-place/**", {"Bald": True})
    needles = {text: [text.encode()] for text in ("Wilhelmine", "secret-place", "Theodora")}
    assert left(library, needles) == set(needles)
    assert library.erase([1, 2]) == Erased(2, 2, complete=True)
    assert left(library, needles) == {"Theodora"}
    assert [action.summary for action in library.history()] == [f"group {number[3]} is Theodora"]
    assert [person.name for person in library.people.listed()] == ["Theodora"] and not library.verify()


def test_an_action_on_others_too_can_still_be_undone(library: Library):
    fill(library, [a_photo("/a", a_face(1)), a_photo("/b", a_face(2))])
    library.correct([1, 2], {"Bald": True})
    assert library.erase([1]).complete
    assert library.undo().faces == 1 and library.corrections(2) == {}


def test_a_query_finds_what_is_missing_too(library: Library):
    right_face = Face((120, 20, 170, 140), None, None, a_face(2, Male=0.9).probabilities, vector(2))
    fill(library, [a_photo("/there", a_face(1, Male=0.9)), a_photo("/missing", a_face(3, Male=0.1), right_face)])
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([2])
    assert library.every("Male") == [1, 3] and library.every("faces >= 2 AND any(Male)") == [2, 3]
    assert library.every("none(Male)") == [] and library.find(None).total == 1, "only pretended"
    with pytest.raises(QueryError):
        library.erase("NOT model:nothing")
    assert library.erase("Male") == Erased(2, 1, complete=True)
    with library.writer(MODEL) as writer:
        (known,) = writer.known("/").values()
    assert (known.path, known.missing, known.faces) == ("/missing", True, 1)


@pytest.mark.lengthy
def test_an_exception_at_any_statement_erases_nothing(library: Library, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Database, "settle", lambda *_: True)  # its statements come after the erasure
    other = Face((120, 20, 170, 140), None, None, a_face(2).probabilities, vector(2))
    fill(
        library,
        [a_photo("/two", a_face(1), other), a_photo("/copy", a_face(1), other, data="/two"), a_photo("/b", a_face(3))],
    )
    library.correct([1, 5], {"Bald": True})
    library.people.group()
    before = dump(library)
    failed = 0
    for nth in itertools.count(1):
        left = itertools.count(1)

        def fail(*_: object) -> None:
            if next(left) == nth:  # noqa: B023
                raise RuntimeError("the nth statement")

        event.listen(Engine, "before_cursor_execute", fail)
        try:
            library.erase([1, 5])
            break
        except RuntimeError:
            failed += 1
        finally:
            event.remove(Engine, "before_cursor_execute", fail)
        assert dump(library) == before
    assert failed > 20 and library.find(None).total == 2


def test_what_is_not_there_is_passed_over(library: Library):
    fill(library, [a_photo("/a", a_face(1))])
    generation = library.find(None).generation
    assert library.erase([99]) == Erased(0, 0, complete=True) and library.find(None).generation == generation


def test_nothing_is_erased_while_somebody_writes(library: Library, monkeypatch: pytest.MonkeyPatch):
    fill(library, [a_photo("/a", a_face(1))])
    monkeypatch.setattr(store, "PATIENCE", 0.01)
    with library.writer(MODEL), pytest.raises(LibraryBusy):
        library.erase([1])
    assert library.find(None).total == 1


def test_the_photograph_itself_is_not_touched(library: Library, tmp_path: Path):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"mine")
    fill(library, [a_photo(str(path), a_face(1))])
    before = path.stat().st_mtime_ns
    library.erase([1])
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (b"mine", before)


def test_a_folder_in_the_cache_is_no_obstacle_and_is_named(library: Library):
    many(library, 20)
    foreign = library.folder / "cache" / "@eaDir" / "deep"
    foreign.mkdir(parents=True)
    (foreign / "thumbnail").write_bytes(b"x")
    needles = traces(library, [3])
    for faces in ([3], []):
        erased = library.erase(faces)
        assert erased.complete and erased.unremoved == ("@eaDir",)
    assert left(library, needles) == set() and (foreign / "thumbnail").exists()
    assert [path.name for path in (library.folder / "cache").iterdir()] == ["@eaDir"]
    library.publish()
    assert library.similar(vector(5), limit=1).hits[0].face == 6  # and caches are made as before
    assert any(path.is_file() for path in (library.folder / "cache").iterdir())


def test_a_vector_in_a_foreign_folder_of_the_cache_is_told(library: Library):
    many(library, 5)
    foreign = library.folder / "cache" / "@eaDir"
    foreign.mkdir(parents=True)
    (foreign / "copy").write_bytes(b"." + library.embedding(3).tobytes())
    erased = library.erase([3])
    assert erased.faces == 1 and not erased.complete and not erased.read


def test_a_cache_that_cannot_be_removed_is_named(library: Library, monkeypatch: pytest.MonkeyPatch):
    many(library, 5)
    library.publish()
    names = {path.name for path in (library.folder / "cache").iterdir()}

    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.parent.name == "cache":
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        erased = library.erase([3])
    assert set(erased.unremoved) == names > set()
    assert erased.complete == library.store.finds_nearest, "or the vector is in one of them"
    assert library.erase([]).complete and library.erase([]).unremoved == ()


def test_saved_searches_that_name_who_was_erased_are_told(crowd: Library):
    crowd.people.name(person_of(crowd, 1), "Anna Maria")
    crowd.people.name(person_of(crowd, 6), "Al")
    kept = {
        "by name": 'person:"anna maria" AND Smiling',
        "anna maria at sea": "Wearing_Hat",
        "a remark": "Smiling # Anna Maria",
        "other": "person:Al AND Bald",
        "another": 'path:"*/hannah marian/*"',
    }
    for name, query in kept.items():
        crowd.save_search(name, query)
    assert crowd.erase([1]).searches == ()  # others of hers are left
    assert set(crowd.erase(sorted(FIRST)).searches) == {"by name", "anna maria at sea", "a remark"}
    assert crowd.searches() == kept and crowd.erase([]).searches == ()
    assert crowd.erase(sorted(SECOND)).searches == ("other",)


def test_marks_of_what_was_erased_can_be_forgotten(library: Library):
    many(library, 5)
    library.erase([2, 4])
    with raw(library) as connection:
        marks = [mark.encode() for (mark,) in connection.execute("SELECT mac FROM erased")]
    assert len(marks) == 2 and all(mark in files(library) for mark in marks)
    fill(library, [a_photo("/photographs/number-0001-of-them.jpg", a_face(1))])
    assert library.find(None).total == 3
    assert library.forget_erased() == Forgotten(2, complete=True)
    assert not any(mark in files(library) for mark in marks) and library.forget_erased() == Forgotten(0, complete=True)
    fill(library, [a_photo("/photographs/number-0001-of-them.jpg", a_face(1))])
    assert library.find(None).total == 4


def test_an_erased_face_leaves_every_shortlist_and_what_was_done_to_them(library: Library):
    many(library, 6)
    lists = library.shortlists
    lists.add("Casting", [1, 2, 3], "a remark about them")
    lists.add("Anna", [2])
    lists.note("Casting", [2], "a word about number two")
    lists.delete("Anna")
    assert library.erase([2]).complete and library.verify() == []
    assert [entry.face for entry in lists.entries("Casting")] == [1, 3] and lists.listed()[0].faces == 2
    content = files(library)
    assert b"a word about number two" not in content and b"Anna" not in content and b"a remark" in content
    assert [action.summary for action in library.history()] == ["3 faces to a new list Casting"]
    library.undo()
    assert lists.listed() == []
