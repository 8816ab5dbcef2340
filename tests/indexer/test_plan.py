"""What a run does about files that moved, multiplied, changed, vanished and came back."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from indexer import decisions, look, pipeline, plan, scan
from indexer.read import Bytes, UnreadableImage, VanishedImage, read_bytes
from indexer.scan import Candidate, FolderError
from indexer.seen import ERASED
from retrieval.tables.records import FoundFace
from tests.bad_files import encoded, picture
from tests.indexer.conftest import Bench, FakeFinder, tags_of
from tests.indexer.test_scan import refuse
from tests.sizes import sizes

pytestmark = pytest.mark.timeout(60)


def ids(bench: Bench) -> dict[str, int]:
    """The number of the face in each photograph, by its name."""
    return {Path(hit.photo).name: hit.face for hit in bench.library.find(None, limit=None).hits}


@pytest.mark.parametrize("count", sizes(30, 100))
def test_renamed_files_keep_their_faces(bench: Bench, decoded: list[str], count: int) -> None:
    for seed in range(count):
        bench.put(f"{seed:02}.png", seed)
    bench.index()
    faces = ids(bench)
    for path in list(bench.folder.iterdir()):
        target = bench.folder / "new" / f"n{path.name}"
        target.parent.mkdir(exist_ok=True)
        path.rename(target)
    decoded.clear()
    report = bench.index()
    assert (report.moved, report.added, report.missing, decoded) == (count, 0, 0, [])
    assert ids(bench) == {f"n{name}": face for name, face in faces.items()} and bench.index().unchanged == count


@pytest.mark.parametrize("count", sizes(30, 100))
def test_copies_are_photographs_of_their_own_and_are_not_decoded(bench: Bench, decoded: list[str], count: int) -> None:
    for seed in range(count):
        bench.put(f"{seed:02}.png", seed)
    bench.index()
    for path in list(bench.folder.iterdir()):
        shutil.copy2(path, path.with_name(f"c{path.name}"))
    decoded.clear()
    report = bench.index()
    assert (report.added, report.faces, report.unchanged, decoded) == (count, count, count, [])
    assert bench.faces() == [(str(path), tags_of(path)) for path in sorted(bench.folder.iterdir())]


@pytest.mark.parametrize("batch_size", [1, 3, 64])
def test_the_same_bytes_in_one_run_are_decoded_once(bench: Bench, decoded: list[str], batch_size: int) -> None:
    for n in range(12):
        bench.put(f"{n:02}.png", n % 3)
        bench.put(f"bad_{n:02}.jpg", b"the same text")
    report = bench.index(batch_size=batch_size)
    assert len(decoded) == 4 and (report.added, report.faces, len(report.rejected)) == (12, 12, 12)
    assert len({reason for _, reason in report.rejected}) == 1 and len(bench.rows()) == 24
    assert len(set(ids(bench).values())) == 12


def test_one_file_renamed_twice_moves_once_and_is_copied_once(bench: Bench, decoded: list[str]) -> None:
    path = bench.put("a.png", 1)
    bench.index()
    shutil.copy(path, bench.folder / "b.png")
    path.rename(bench.folder / "c.png")
    decoded.clear()
    report = bench.index()
    assert (report.moved, report.added, report.missing, decoded) == (1, 1, 0, [])


def test_two_files_that_swap_names_swap_their_tags(bench: Bench) -> None:
    a, b, c = (bench.put(f"{name}.png", seed) for seed, name in enumerate("abc"))
    bench.index()
    for source, target in ((a, "x"), (b, "a.png"), (c, "b.png"), (bench.folder / "x", "c.png")):
        source.rename(bench.folder / target)
    bench.index(batch_size=2)
    assert bench.faces() == [(str(path), tags_of(path)) for path in (a, b, c)]


def renamed(bench: Bench, *names: tuple[str, str]) -> None:
    """All of them at once, whatever was there."""
    for old, _ in names:
        (bench.folder / old).rename(bench.folder / f"{old}.tmp")
    for old, new in names:
        (bench.folder / f"{old}.tmp").rename(bench.folder / new)


RENAMINGS = {
    "swap": [("a.png", "b.png"), ("b.png", "a.png")],
    "cycle": [("a.png", "b.png"), ("b.png", "c.png"), ("c.png", "a.png")],
    "shift up": [("a.png", "b.png"), ("b.png", "c.png"), ("c.png", "d.png")],
    "shift down": [("b.png", "a.png"), ("c.png", "b.png")],
    "reverse": [("a.png", "c.png"), ("c.png", "a.png")],
}


@pytest.mark.parametrize("batch_size", [1, 64])
@pytest.mark.parametrize("names", RENAMINGS.values(), ids=RENAMINGS)
def test_photographs_that_take_each_other_s_names_keep_what_was_said(
    bench: Bench, decoded: list[str], names: list[tuple[str, str]], batch_size: int
) -> None:
    for seed, name in enumerate("abc"):
        bench.put(f"{name}.png", seed)
    bench.index()
    faces = ids(bench)
    for face, attribute in zip(faces.values(), ("Male", "Bald", "Smiling"), strict=True):
        bench.library.correct([face], {attribute: True})
    renamed(bench, *names)
    decoded.clear()
    report = bench.index(batch_size=batch_size)
    assert (report.moved, report.added, decoded) == (len(names), 0, [])
    stayed = {name: face for name, face in faces.items() if name not in dict(names)}
    assert ids(bench) == stayed | {new: faces[old] for old, new in names}
    assert bench.library.verify() == []


def test_what_was_said_of_a_photograph_that_was_replaced_waits_for_it(bench: Bench) -> None:
    path = bench.put("a.png", 1)
    bench.put("b.png", 2)
    bench.index()
    face = ids(bench)["a.png"]
    bench.library.correct([face], {"Bald": True})
    before = path.read_bytes()
    bench.put("a.png", 3)
    report = bench.index()
    assert (report.added, report.missing) == (1, 1) and list(ids(bench).values()) == [2, 3]
    bench.put("back.png", before)
    report = bench.index()
    assert (report.moved, report.missing) == (1, 0)
    assert ids(bench)["back.png"] == face and bench.library.corrections(face) == {"Bald": True}


def resaved(seed: int) -> bytes:
    return encoded(picture(seed), "PNG", compress_level=1)


def test_an_edited_picture_takes_over_what_was_said_only_where_the_one_before_is_gone(bench: Bench) -> None:
    for name in "ab":
        bench.put(f"{name}.png", ord(name))
    bench.index()
    bench.library.correct(list(ids(bench).values()), {"Bald": True})
    os.replace(bench.folder / "a.png", bench.folder / "z.png")  # noqa: PTH105
    bench.put("a.png", resaved(ord("a")))
    bench.put("b.png", resaved(ord("b")))
    report = bench.index(batch_size=1)
    assert (report.moved, report.added, report.missing) == (1, 2, 0)
    assert {name for name, face in ids(bench).items() if bench.library.corrections(face)} == {"b.png", "z.png"}


def test_a_photograph_renamed_and_looked_at_in_another_way_keeps_what_was_said(bench: Bench) -> None:
    couple(bench, "two.png")
    bench.put("b.png", 2)
    bench.index(finder=Left())
    bench.library.correct([ids(bench)["two.png"]], {"Bald": True})
    (bench.folder / "two.png").rename(bench.folder / "new.png")
    bench.index(finder=None, redo=True)
    bench.index(finder=FakeFinder(), redo=True)
    assert [bench.library.corrections(hit.face) for hit in bench.library.find("corrected").hits] == [{"Bald": True}]


def test_a_file_that_changes_between_two_looks_is_what_it_is_at_the_second(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed, name in enumerate("ab"):
        bench.put(f"{name}.png", seed)
    bench.index()
    for face, attribute in zip(ids(bench).values(), ("Male", "Bald"), strict=True):
        bench.library.correct([face], {attribute: True})
    renamed(bench, ("a.png", "b.png"), ("b.png", "a.png"))
    load, seen = pipeline.load, list[str]()

    def swapped_back(candidate: Candidate, known: Any) -> decisions.Loaded:
        if len(seen) == 2:
            renamed(bench, ("a.png", "b.png"), ("b.png", "a.png"))
        seen.append(candidate.path)
        return load(candidate, known)

    monkeypatch.setattr(pipeline, "READERS", 1)
    monkeypatch.setattr(pipeline, "load", swapped_back)
    bench.index()
    assert len(seen) == 4
    assert {name: bench.library.corrections(face) for name, face in ids(bench).items()} == {
        "a.png": {"Male": True}, "b.png": {"Bald": True}
    }  # fmt: skip


def test_a_file_renamed_over_another_takes_its_place(bench: Bench, decoded: list[str]) -> None:
    a, b = bench.put("a.png", 1), bench.put("b.png", 2)
    bench.index()
    a.rename(b)
    decoded.clear()
    report = bench.index()
    assert (report.moved, report.missing, decoded) == (1, 0, [])
    assert bench.faces() == [(str(b), tags_of(b))]


def test_a_changed_file_is_looked_at_again(bench: Bench) -> None:
    path = bench.put("a.png", 1)
    bench.index()
    bench.put("a.png", 2)
    assert bench.index().added == 1
    assert bench.faces() == [(str(path), tags_of(path))] and len(bench.rows()) == 1


def test_a_touched_file_is_read_but_not_decoded(bench: Bench, decoded: list[str]) -> None:
    path = bench.put("a.png", 1)
    bench.index()
    os.utime(path, ns=(5, 5))
    decoded.clear()
    assert bench.index().unchanged == 1 and decoded == []
    assert bench.rows()[0]["mtime_ns"] == 5


def test_a_file_that_was_removed_is_missing_and_comes_back(bench: Bench, decoded: list[str]) -> None:
    path, away = bench.put("a.png", 1), bench.folder.parent / "away.png"
    bench.put("b.png", 2)
    bench.index()
    faces = ids(bench)
    path.rename(away)
    decoded.clear()
    report = bench.index()
    assert (report.missing, report.unchanged) == (1, 1) and list(ids(bench)) == ["b.png"]
    assert bench.index().missing == 1
    away.rename(path)
    assert bench.index().unchanged == 2 and ids(bench) == faces and decoded == []


@pytest.mark.parametrize("count", sizes(50, 500))
def test_an_unmounted_folder_deletes_nothing(bench: Bench, decoded: list[str], count: int) -> None:
    for seed in range(count):
        bench.put(f"{seed}.png", seed)
    bench.index()
    before, away = bench.rows(), bench.folder.parent / "away"
    decoded.clear()
    bench.folder.rename(away)
    with pytest.raises(FolderError, match="photos"):
        bench.index()
    bench.folder.mkdir()
    with pytest.raises(FolderError, match="mounted"):
        bench.index()
    other = bench.folder.parent / "other"
    other.mkdir()
    picture(5000).save(other / "new.png")
    report = bench.index(other, bench.folder)
    assert report.added == 1 and report.missing == 0 and "mounted" in report.rejected[0].reason
    assert bench.rows()[:-1] == before and len(decoded) == 1
    before = bench.rows()
    decoded.clear()
    bench.folder.rmdir()
    away.rename(bench.folder)
    assert bench.index().unchanged == count and bench.rows() == before and decoded == []


def test_a_failing_disk_marks_nothing_missing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.put("a.png", 1)
    bench.put("sub/b.png", 2)
    bench.index()
    before, scandir = bench.rows(), os.scandir

    def fail(path: str) -> object:
        if str(path).endswith("sub"):
            raise OSError(5, "Input/output error")
        return scandir(path)

    monkeypatch.setattr(scan.os, "scandir", fail)
    report = bench.index()
    assert bench.rows() == before and report.missing == 0
    assert report.rejected == [(str(bench.folder / "sub"), "this folder cannot be read: input/output error")]


def test_folders_that_are_not_there_change_nothing(bench: Bench) -> None:
    bench.put("a.png", 1)
    with pytest.raises(FolderError, match=r"nowhere.*no folder either"):
        bench.index(bench.folder / "nowhere", bench.put("no folder either", b""))
    assert bench.rows() == []


def test_a_folder_that_is_not_there_does_not_keep_the_others_out(bench: Bench) -> None:
    bench.put("a.png", 1)
    bench.put("bad.jpg", b"")
    report = bench.index(bench.folder / "nowhere", bench.folder)
    assert report.added == 1 and [reason for _, reason in report.rejected[1:]] == ["empty file"]
    assert report.rejected[0].photo == str(bench.folder / "nowhere") and "no folder" in report.rejected[0].reason


def test_a_folder_that_cannot_be_read_does_not_either(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.put("locked/a.png", 1)
    bench.put("open/b.png", 2)
    refuse(monkeypatch, bench.folder / "locked")
    report = bench.index(bench.folder / "locked", bench.folder / "open")
    assert report.added == 1 and "permission denied" in report.rejected[0].reason


def test_a_hidden_folder_that_was_indexed_by_name_is_not_missing(bench: Bench) -> None:
    bench.put(".album/a.png", 1)
    bench.put("b.png", 2)
    bench.index(bench.folder / ".album")
    assert bench.index().missing == 0 and len(bench.faces()) == 2


def test_photographs_from_a_folder_that_is_passed_by_now_are_missing_until_it_is_included(
    bench: Bench, decoded: list[str]
) -> None:
    bench.put("a.png", 1)
    bench.put("@eaDir/b.png", 2)
    bench.put("album/c.png", 3)
    bench.index(include=["@eaDir"])
    faces = ids(bench)
    bench.library.correct([faces["b.png"]], {"Bald": True})
    decoded.clear()
    report = bench.index(exclude=["@eaDir", "album"])
    assert report.complete and (report.passed.known, report.missing, report.unchanged) == (2, 0, 1)
    assert list(ids(bench)) == ["a.png"] and bench.library.totals().missing == 2
    assert bench.index().passed.known == 2, "what was said of a folder holds for later runs"
    assert bench.index(include=["album"]).unchanged == 2
    report = bench.index(include=["@eaDir"])
    assert (report.unchanged, report.passed.known, report.passed.names) == (3, 0, [])
    assert ids(bench) == faces and bench.library.corrections(faces["b.png"]) == {"Bald": True} and decoded == []


def test_what_is_passed_by_in_one_folder_may_be_indexed_by_its_own_name(bench: Bench) -> None:
    bench.put("a.png", 1)
    bench.put("Thumbs/b.png", 2)
    bench.index(bench.folder / "Thumbs")
    report = bench.index()
    assert (report.passed.known, report.missing) == (0, 0) and sorted(ids(bench)) == ["a.png", "b.png"]


def test_what_was_said_of_a_folder_holds_inside_it_and_around_it(bench: Bench) -> None:
    bench.put("in/private/a.png", 1)
    bench.put("in/sub/private/b.png", 2)
    bench.put("in/c.png", 3)
    bench.index(bench.folder / "in", exclude=["private"])
    bench.index(bench.folder / "in" / "sub")
    bench.index()
    assert list(ids(bench)) == ["c.png"]


def test_a_file_that_vanishes_while_it_is_to_be_read_is_missing(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.put("a.png", 1)
    bench.put("b.png", 2)
    bench.index()
    os.utime(bench.folder / "a.png", ns=(5, 5))
    bench.put("c.png", 3)

    def vanish(path: str) -> None:
        raise VanishedImage("there is no such file", passing=True)

    monkeypatch.setattr(decisions, "read_bytes", vanish)
    monkeypatch.setattr(look, "read_bytes", vanish)
    report = bench.index()
    assert (report.missing, report.unchanged, report.added, report.rejected) == (1, 1, 0, [])
    assert list(ids(bench)) == ["b.png"] and len(bench.rows()) == 2
    assert report.vanished == [str(bench.folder / name) for name in ("a.png", "c.png")] and not report.complete


@pytest.mark.parametrize("known", [False, True])
def test_a_folder_that_is_unmounted_in_the_middle_of_a_run_loses_nothing(
    bench: Bench, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [bench.put(f"{seed:02}.png", seed) for seed in range(60)]
    if known:
        bench.index()
    before, away, read = bench.rows(), bench.folder.parent / "away", list[str]()

    def reading(path: str) -> Bytes:
        read.append(path)
        if len(read) == 20:
            bench.folder.rename(away)
            bench.folder.mkdir()
        return read_bytes(path)

    with monkeypatch.context() as patch:
        patch.setattr(decisions, "read_bytes", reading)
        patch.setattr(look, "read_bytes", reading)
        report = bench.index(rehash=known, batch_size=8)
    (refused,) = report.rejected
    assert refused.photo == str(bench.folder) and "is the drive mounted?" in refused.reason
    assert report.missing == 0 and 40 <= len(report.vanished) < 60
    assert report.added + report.unchanged + len(report.vanished) == 60
    assert not known or bench.rows() == before
    bench.folder.rmdir()
    away.rename(bench.folder)
    report = bench.index()
    assert (report.unchanged + report.added, report.missing, report.complete) == (60, 0, True)
    assert sorted(ids(bench)) == [path.name for path in paths]


def test_a_file_that_cannot_be_read_now_keeps_its_faces(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bench.put("a.png", 1)
    bench.index()
    before = bench.rows()
    os.utime(path, ns=(5, 5))
    with monkeypatch.context() as patch:
        patch.setattr(decisions, "read_bytes", locked)
        assert bench.index().rejected == [(str(path), "cannot be read: permission denied")]
    assert bench.rows() == before
    assert bench.index().unchanged == 1


@pytest.mark.parametrize("failure", [MemoryError(), UnreadableImage("the search for faces failed", passing=True)])
@pytest.mark.parametrize("redo", [False, True])
def test_a_failure_that_passes_takes_no_faces_and_nothing_that_was_said(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, failure: Exception, redo: bool
) -> None:
    path = bench.put("a.png", 200)
    bench.index()
    bench.library.correct([1], {"Male": True})
    before = bench.rows(), bench.faces()
    if not redo:
        bench.put("a.png", 201)

    def failing(*_: object) -> None:
        raise failure

    with monkeypatch.context() as patch:
        patch.setattr(look, "_found", failing)
        report = bench.index(finder=FakeFinder() if redo else None, redo=redo)
    assert [rejected for rejected, _ in report.rejected] == [str(path)] and report.missing == 0
    assert (bench.rows(), bench.faces()) == before and bench.library.corrections(1) == {"Male": True}


def test_a_photograph_that_is_damaged_for_a_while_keeps_what_was_said_of_it(bench: Bench) -> None:
    whole = encoded(picture(1, (200, 200)), "JPEG")
    path = bench.put("a.jpg", whole)
    bench.put("b.png", 2)
    bench.index()
    face = ids(bench)["a.jpg"]
    bench.library.correct([face], {"Male": True})
    bench.put("a.jpg", whole[: len(whole) // 2])
    for _ in range(2):
        report = bench.index()
        assert report.rejected == [(str(path), "the file is cut short")] and report.missing == 1
        assert list(ids(bench)) == ["b.png"], "what cannot be seen any more is in no answer"
    bench.put("a.jpg", whole)
    assert bench.index().unchanged == 2
    assert ids(bench)["a.jpg"] == face and bench.library.corrections(face) == {"Male": True}


def test_a_copy_is_not_taken_from_a_photograph_that_was_replaced_meanwhile(bench: Bench) -> None:
    bench.put("m.png", 1)
    bench.index()
    between = [(f"n{at:02}.png", at) for at in range(3, 60)]
    for name, seed in [("a.png", 1), ("m.png", 2), *between, ("z.png", 1)]:
        bench.put(name, seed)
    bench.index(batch_size=1)
    assert bench.faces() == [(str(path), tags_of(path)) for path in sorted(bench.folder.iterdir())]


def test_many_files_of_the_same_bytes_are_looked_for_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(plan, "is_gone", lambda path: bool(asked.append(path)))
    for at in range(40):
        bench.put(f"{at:02}.png", 1)
    assert bench.index(batch_size=4).faces == 40 and len(asked) < 80


def test_a_file_that_could_not_be_read_is_tried_again(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    path = bench.put("a.png", 1)
    with monkeypatch.context() as patch:
        patch.setattr(decisions, "read_bytes", locked)
        patch.setattr(look, "read_bytes", locked)
        first = bench.index()
        before = bench.library.find(None).generation
        assert bench.index().rejected == first.rejected == [(str(path), "cannot be read: permission denied")]
        assert bench.library.find(None).generation == before
    assert bench.index().added == 1


def locked(path: str) -> None:
    raise UnreadableImage("cannot be read: permission denied", passing=True)


def test_a_cut_file_that_arrives_whole_later_is_taken(bench: Bench) -> None:
    data = encoded(picture(1, (200, 200)), "JPEG")
    bench.put("a.jpg", data[: len(data) // 2])
    assert [r.reason for r in bench.index().rejected] == ["the file is cut short"]
    bench.put("a.jpg", data)
    report = bench.index()
    assert (report.added, report.rejected) == (1, []) and len(bench.rows()) == 1


def test_an_erased_photograph_is_not_looked_at_again_until_it_may_be(bench: Bench, decoded: list[str]) -> None:
    for seed, name in enumerate("abc"):
        bench.put(f"{name}.png", seed)
    bench.index()
    erased = bench.library.erase([ids(bench)["b.png"]])
    assert (erased.faces, erased.photographs, erased.complete) == (1, 1, True)
    shutil.copy2(bench.folder / "b.png", bench.folder / "elsewhere.png")
    decoded.clear()
    report = bench.index()
    assert sorted(ids(bench)) == ["a.png", "c.png"] and decoded == []
    assert {Path(photo).name: reason for photo, reason in report.rejected} == {"b.png": ERASED, "elsewhere.png": ERASED}
    bench.library.erase([ids(bench)["c.png"]], forget=True)
    assert bench.index().added == 1 and sorted(ids(bench)) == ["a.png", "c.png"]


def couple(bench: Bench, name: str) -> Path:
    """Two faces, side by side."""
    image = picture(2, (80, 60))
    image.putpixel((0, 0), (0, 0, 128))
    return bench.put(name, encoded(image, "PNG"))


def test_a_photograph_that_keeps_some_of_its_faces_is_not_looked_at_again(bench: Bench, decoded: list[str]) -> None:
    couple(bench, "two.png")
    bench.index(finder=FakeFinder())
    bench.library.erase([1])
    copied = shutil.copy2(bench.folder / "two.png", bench.folder / "copy.png")
    assert bench.index(finder=FakeFinder()).faces == 1, "the copy's"
    decoded.clear()
    assert bench.index(finder=FakeFinder()).unchanged == 2 and decoded == []
    os.utime(copied)
    assert bench.index(finder=FakeFinder()).unchanged == 2 and decoded == []


class Left(FakeFinder):
    """Finds the first face only."""

    def find(self, image: Image.Image, scale: float = 1) -> list[FoundFace]:
        return super().find(image, scale)[:1]


def test_a_photograph_of_whose_faces_only_erased_ones_are_found_is_not_looked_at_again(
    bench: Bench, decoded: list[str]
) -> None:
    path = couple(bench, "two.png")
    bench.index(finder=FakeFinder())
    bench.library.erase([1])
    bench.library.erase([2], forget=True)
    assert bench.rows() == []
    bench.tagger.batches.clear()
    report = bench.index(finder=Left())
    assert (report.added, report.faces, report.rejected) == (0, 0, [(str(path), ERASED)])
    assert bench.tagger.batches == [] and [row["outcome"] for row in bench.rows()] == ["no_face"]
    decoded.clear()
    assert bench.index(finder=Left()).rejected == [(str(path), ERASED)] and decoded == []


def test_erased_faces_are_not_counted_as_new_ones(bench: Bench) -> None:
    path = couple(bench, "two.png")
    bench.index(finder=FakeFinder())
    bench.library.erase([1])
    bench.index(redo=True)
    assert bench.index(finder=FakeFinder(), redo=True).faces == 1
    assert [(photo, len(tags)) for photo, tags in bench.faces()] == [(str(path), 40)]


def test_rehash_reads_what_size_and_date_say_did_not_change(bench: Bench, decoded: list[str]) -> None:
    changed, kept = bench.put("a.bmp", encoded(picture(1), "BMP")), bench.put("b.bmp", encoded(picture(2), "BMP"))
    bench.index()
    before = changed.stat()
    bench.put("a.bmp", encoded(picture(3), "BMP"))
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert changed.stat().st_size == before.st_size
    decoded.clear()
    assert bench.index().unchanged == 2 and decoded == []
    report = bench.index(rehash=True)
    assert (report.added, report.unchanged, len(decoded)) == (1, 1, 1)
    assert bench.faces() == [(str(path), tags_of(path)) for path in (changed, kept)]
    rows, generation = bench.rows(), bench.library.find(None).generation
    assert bench.index(rehash=True).unchanged == 2
    assert (bench.rows(), bench.library.find(None).generation) == (rows, generation)


def test_a_photograph_whose_file_became_an_erased_one_is_missing(bench: Bench) -> None:
    bench.put("a.png", 1)
    bench.put("b.png", 2)
    bench.index()
    bench.library.erase([ids(bench)["b.png"]])
    os.replace(bench.folder / "b.png", bench.folder / "a.png")  # noqa: PTH105
    report = bench.index()
    assert ids(bench) == {} and report.missing == 1


class Newer(FakeFinder):
    """Looks as the other does, and is another."""

    name = "newer"


def test_what_another_finder_looked_at_is_looked_at_again_only_if_that_is_asked_for(
    bench: Bench, decoded: list[str]
) -> None:
    couple(bench, "two.png")
    bench.put("none.jpg", encoded(Image.new("RGB", (64, 64)), "JPEG"))
    bench.index(finder=FakeFinder())
    decoded.clear()
    assert bench.index(finder=Newer(), redo=True).unchanged == 1 and decoded == []
    assert bench.index(finder=Newer(), newer=True).faces == 2 and len(decoded) == 2
    assert {row["finder"] for row in bench.rows()} == {"newer"}
    assert bench.index(finder=Newer(), newer=True).unchanged == 1 and len(decoded) == 2


def test_what_was_said_of_a_face_stays_when_another_finder_finds_it_again(bench: Bench) -> None:
    couple(bench, "two.png")
    bench.index(finder=FakeFinder())
    face = bench.library.find("Male >= 0").hits[0].face
    bench.library.correct([face], {"Bald": True})
    bench.index(finder=Newer(), newer=True)
    assert bench.library.find("Bald").total >= 1


def test_a_newer_finder_leaves_alone_what_was_taken_as_one_face(bench: Bench, decoded: list[str]) -> None:
    bench.put("one.png", 1)
    bench.index()
    decoded.clear()
    assert bench.index(finder=Newer(), newer=True).unchanged == 1 and decoded == []
