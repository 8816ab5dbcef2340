import mmap
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.attributes import ATTRIBUTES
from retrieval.columns import bits, cache, codes
from retrieval.columns.columns import Packed
from retrieval.library import Answer, Library
from retrieval.likeness import vectors
from retrieval.stores.places import Place
from retrieval.tables import rows, snapshot
from retrieval.tables.snapshot import Snapshot
from tests.retrieval.made import MODEL, a_face, a_photo, copy_of, fill, raw, vector

KINDS = [*(f"{kind}.npy" for kind in snapshot.Arrays._fields), "vectors.npy"]
Damage = Callable[[Path, np.random.Generator], None]


def ask(place: Place) -> list[Answer]:
    with Library.open(place) as library:
        by_path = library.find(None, sort="path", limit=None)
        return [library.find("Male OR Smiling", limit=None), by_path, library.similar(vector(3), where="NOT Bald")]


def flip(path: Path, dice: np.random.Generator) -> None:
    data = bytearray(path.read_bytes())
    data[dice.integers(len(data))] ^= 1 << dice.integers(8)
    path.write_bytes(data)


def cut(path: Path, dice: np.random.Generator) -> None:
    path.write_bytes(path.read_bytes()[: dice.integers(path.stat().st_size)])


def noise(path: Path, dice: np.random.Generator) -> None:
    data = bytearray(path.read_bytes())
    start = int(dice.integers(len(data)))
    data[start : start + 64] = dice.bytes(len(data[start : start + 64]))
    path.write_bytes(data + b"x")


def empty(path: Path, _: np.random.Generator) -> None:
    path.write_bytes(b"")


def delete(path: Path, _: np.random.Generator) -> None:
    path.unlink()


OTHERS = ((cut, 4), (noise, 4), (empty, 1), (delete, 1))


@pytest.fixture
def filled(library: Library) -> Library:
    fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(30)])
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([4, 9])
    return library


@pytest.mark.sqlites
@pytest.mark.parametrize(
    ("kind", "damage", "times"),
    [*((kind, flip, 3) for kind in KINDS), *((KINDS[at], *one) for at in (0, -1) for one in OTHERS)],
)
def test_any_damage_to_a_cache_file_is_noticed(filled: Library, damage: Damage, times: int, kind: str):
    answers, dice = ask(filled.folder), np.random.default_rng(5)
    for _ in range(times):
        (path,) = (filled.folder / "cache").glob(f"*.{kind}")
        before = path.read_bytes()
        damage(path, dice)
        assert ask(filled.folder) == answers
        (path,) = (filled.folder / "cache").glob(f"*.{kind}")
        assert path.read_bytes() == before


@pytest.mark.sqlites
@pytest.mark.parametrize(
    ("renamed", "kind"), [*((True, kind) for kind in KINDS), (False, KINDS[0]), (False, KINDS[-1])]
)
def test_a_cache_file_of_an_older_generation_is_not_believed(filled: Library, kind: str, renamed: bool):
    ask(filled.folder)
    old = shutil.copytree(filled.folder / "cache", filled.folder / "old")
    fill(filled, [a_photo("/0", a_face(77), data="new"), a_photo("/31", data="x")])
    answers = ask(filled.folder)
    (path,), (older,) = (folder.glob(f"*.{kind}") for folder in (filled.folder / "cache", old))
    if renamed:  # keeps the checksum of its own content
        path.unlink()
        path = path.with_name("-".join([*path.name.split("-")[:-1], older.name.split("-")[-1]]))
    shutil.copy(older, path)
    assert ask(filled.folder) == answers


@pytest.mark.sqlites
def test_a_restored_backup_never_sees_the_caches_of_its_other_future(filled: Library):
    backup = filled.folder / "backup.db"
    shutil.copy(filled.folder / "library.db", backup)
    fill(filled, [a_photo("/0", a_face(100), data="one future")])
    ask(filled.folder)
    filled.close()
    shutil.copy(backup, filled.folder / "library.db")
    fill(filled, [a_photo("/1", a_face(200), data="another")])
    with Library.open(filled.store.place) as library:
        assert library.similar(vector(200), limit=1).hits[0].photo == "/1"
        assert library.find(None, limit=None).total == 28


@pytest.mark.sqlites
def test_a_second_opening_reads_neither_rows_nor_vectors(filled: Library, monkeypatch: pytest.MonkeyPatch):
    answers = ask(filled.folder)

    def refuse(*_: object) -> None:
        raise AssertionError("the cache should have been used")

    monkeypatch.setattr(snapshot, "_derived", refuse)
    monkeypatch.setattr(vectors, "_derived", refuse)
    assert ask(filled.folder) == answers


@pytest.mark.sqlites
def test_old_generations_are_swept(filled: Library):
    for at in range(3):
        fill(filled, [a_photo("/x", a_face(at), data=str(at))])
        ask(filled.folder)
    assert sorted(path.name.split(".", 1)[1] for path in (filled.folder / "cache").iterdir()) == sorted(KINDS)


def test_more_rows_than_a_chunk_come_in_order(filled: Library, monkeypatch: pytest.MonkeyPatch):
    answers = ask(filled.store.place)
    shutil.rmtree(filled.folder / "cache")
    monkeypatch.setattr(rows, "CHUNK", 3)
    assert ask(filled.store.place) == answers


def test_the_columns_say_what_the_tables_say(library: Library):
    photos = [a_photo(f"/{'ba'[at % 2]}/{at:02}", *[a_face(at + many) for many in range(at % 4)]) for at in range(20)]
    fill(library, photos)
    fill(library, [a_photo("/a/01", a_face(90), a_face(91), data="new")])  # its faces come last, its path stays
    with raw(library) as connection:
        connection.execute(
            "INSERT INTO correction (face, attribute, value, made) VALUES (8, 'Male', 1, 0), (8, 'Bald', 0, 0)"
        )
        connection.execute("UPDATE photo SET missing = 1, added = 7 WHERE id = 4")
        connection.execute("UPDATE photo SET added = id % 3")
        connection.execute("UPDATE library SET stamp = 'other'")
        told = connection.execute(
            "SELECT face.id, path, added, attribute.* FROM face JOIN photo ON photo.id = photo "
            "JOIN attribute ON attribute.face = face.id WHERE missing = 0 ORDER BY face.id"
        ).fetchall()
    with Library.open(library.store.place) as opened, opened._current.reading() as (_, now):
        columns, photographs = now.columns, now.columns.photographs
        paths = [photographs.paths[number] for number in photographs.numbers]
        assert now.face_ids.tolist() == [face for face, *_ in told]
        assert paths == [path for _, path, *_ in told]
        assert photographs.faces.tolist() == [
            paths.count(photographs.paths[at]) for at in range(len(photographs.faces))
        ]
        by_path, by_added = (now.face_ids[order].tolist() for order in (now.by_path, now.by_added))
        assert by_path == [face for _, face in sorted((path, face) for face, path, *_ in told)]
        assert by_added == [-face for _, face in sorted((-added, -face) for face, _, added, *_ in told)]
        assert now.by_taken.tolist() == now.by_path.tolist()  # no photograph says when it was taken
        expected = np.array([values for _, _, _, _, *values in told], np.float32)
        at = now.position(8)
        expected[at, [ATTRIBUTES.index("Male"), ATTRIBUTES.index("Bald")]] = [1, 0]
        np.testing.assert_array_equal(columns.probabilities, expected.T)
        assert bits.positions(columns.corrected, len(now)).tolist() == [at]


def test_a_library_without_embeddings_can_be_asked(filled: Library):
    answers = [filled.find("Male", limit=None), filled.facets("Smiling"), filled.totals()]
    with raw(filled) as connection:
        connection.execute("DELETE FROM embedding")
        connection.execute("UPDATE library SET stamp = 'other'")
    assert [filled.find("Male", limit=None), filled.facets("Smiling"), filled.totals()] == answers


def test_the_columns_of_an_open_library_are_files_not_memory(filled: Library):
    with filled._current.reading() as (_, now):
        for array in (now.face_ids, now.columns.probabilities, now.columns.packed.bits, now.columns.packed.planes):
            while array.base is not None and isinstance(array.base, np.ndarray):
                array = array.base
            assert isinstance(array.base, mmap.mmap)


def held(library: Library) -> tuple[Snapshot, list[bytes]]:
    """The snapshot, and every byte of it that corrections may change."""
    with library._current.reading() as (_, now):
        columns = now.columns
        arrays = (columns.probabilities, *columns.packed, columns.corrected, now.face_ids, columns.photographs.numbers)
        return now, [array.tobytes() for array in arrays]


CORRECTED = st.tuples(
    st.sets(st.integers(1, 70), min_size=1, max_size=5),
    st.dictionaries(st.sampled_from(ATTRIBUTES), st.sampled_from([True, False, None]), min_size=1, max_size=4),
)


@pytest.mark.lengthy
@settings(max_examples=12, deadline=None)
@given(steps=st.lists(CORRECTED | st.integers(0, 5), min_size=1, max_size=6))
def test_a_snapshot_that_follows_corrections_is_what_would_be_derived_anew(template, tmp_path_factory, steps):
    with copy_of(template, tmp_path_factory.mktemp("any") / "library") as library:
        fill(library, [a_photo(f"/{at}", a_face(at)) for at in range(70)])
        made = [held(library)[0].predicted]
        for step in steps:
            if isinstance(step, tuple):
                library.correct(*step)
            elif left := [action.id for action in library.history() if not action.undone]:
                library.undo(left[step % len(left)])
            now, patched = held(library)
            made.append(now.predicted)
            shutil.rmtree(library.folder / "cache")
            with Library.open(library.store.place) as other:
                assert held(other)[1] == patched
            columns = now.columns
            assert Packed.of(columns.probabilities, columns.thresholds).bits.tobytes() == patched[1]
            for row, ladder, planes in zip(
                columns.probabilities, columns.packed.edges, columns.packed.planes, strict=True
            ):
                assert codes.sliced(codes.encode(row, ladder)).tobytes() == planes.tobytes()
        assert len(set(map(id, made))) == 1, "nothing was derived again"


def test_a_correction_writes_no_file_and_leaves_an_older_answer_s_columns_alone(filled: Library):
    before, columns = held(filled)
    files = {path: path.read_bytes() for path in (filled.folder / "cache").iterdir()}
    filled.correct([1, 2, 3], {"Male": True, "Bald": False})
    filled.correct([2], {"Male": None})
    assert held(filled)[1] != columns
    assert {path: path.read_bytes() for path in (filled.folder / "cache").iterdir()} == files
    assert before.columns.probabilities.tobytes() == columns[0] and before.columns.packed.bits.tobytes() == columns[1]


def test_another_process_s_corrections_are_followed_where_the_cache_is_gone(filled: Library):
    before = held(filled)[0]
    shutil.rmtree(filled.folder / "cache")
    with Library.open(filled.store.place) as other:
        other.correct([1, 2, 3], {"Male": True})
        assert held(other)[1] == held(filled)[1]
    assert held(filled)[0].predicted is before.predicted and filled.count("Male AND corrected") == 3


def test_other_thresholds_or_another_name_of_the_same_model_are_seen_at_once(filled: Library):
    filled.correct([1], {"Male": True})
    assert filled.count("Male > 0.5") == filled.count("Male") and filled.count("model:tiny") == 28
    with filled.writer(replace(MODEL, name="renamed", thresholds=dict.fromkeys(ATTRIBUTES, 0.9))):
        pass
    assert filled.count("Male >= 0.9") == filled.count("Male") < filled.count("Male > 0.5")
    assert filled.count("model:renamed") == 28


def test_an_array_s_own_copy_is_of_its_file_or_of_its_memory(tmp_path: Path):
    values = np.arange(5000)
    kept = cache.keep(tmp_path, "state", "values", values)
    mine = cache.own(kept)
    mine[7] = 0
    assert isinstance(mine.base, np.memmap) and kept[7] == 7
    shutil.rmtree(tmp_path / "cache")
    for array in (kept, values):
        mine = cache.own(array)
        mine[7] = 0
        assert mine.base is None and array[7] == 7
