"""The whole loop: every file accounted for, nothing under another's name, nothing committed lost."""

import os
import random
import signal
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from indexer import faces, look, pipeline, plan
from retrieval.writing.batch import Batch
from tests.bad_files import bad_files, encoded, picture
from tests.indexer.conftest import Bench, FakeFinder, tags_of
from tests.sizes import sizes

pytestmark = pytest.mark.timeout(90)


def test_each_picture_gets_the_tags_of_its_own_face(bench: Bench) -> None:
    paths = [bench.put(f"{name}.png", seed) for seed, name in enumerate("abcde")]
    report = bench.index()
    assert (report.added, report.faces, report.rejected) == (5, 5, [])
    assert bench.faces() == [(str(path), tags_of(path)) for path in paths]


def test_a_folder_of_bad_files_is_accounted_for(bench: Bench) -> None:
    corpus = bad_files()
    for file in corpus:
        bench.put(file.name, file.data)
    report = bench.index()
    reasons = {Path(photo).name: reason for photo, reason in report.rejected}
    assert report.added + len(report.without_face) + len(report.rejected) == len(corpus) == len(bench.rows())
    for file in corpus:
        if file.verdict is not None:
            assert (file.name not in reasons) if file.verdict == "" else (file.verdict in reasons[file.name])
    again = bench.index()
    assert again.rejected == report.rejected and again.unchanged == report.added


@pytest.mark.parametrize("year", [2300, 1600])
def test_a_date_that_no_library_can_hold_stops_nothing(bench: Bench, decoded: list[str], year: int) -> None:
    paths = [bench.put(f"{name}.png", seed) for seed, name in enumerate("abc")]
    bad = bench.put("bad.jpg", b"text")
    for path in (paths[1], bad):
        os.utime(path, (0, (year - 1970) * 31_556_952))
    report = bench.index()
    assert (report.added, len(report.rejected)) == (3, 1)
    decoded.clear()
    again = bench.index()
    assert (again.unchanged, again.rejected, decoded) == (3, report.rejected, [])
    assert bench.library.verify() == []


ORDERS = [(seed, 120, 40) for seed in range(5)]
MORE_ORDERS = [pytest.param(seed, 300, 100, marks=pytest.mark.fault) for seed in range(30)]


@pytest.mark.parametrize(("seed", "goods", "bads"), [*ORDERS, *MORE_ORDERS])
def test_a_bad_file_never_shifts_its_neighbours_tags(bench: Bench, seed: int, goods: int, bads: int) -> None:
    chance = random.Random(seed)
    bad = [file.data for file in bad_files() if file.verdict]
    contents: list[Any] = [*range(goods), *[chance.choice(bad) + bytes(k) for k in range(bads)]]
    chance.shuffle(contents)
    good = {bench.put(f"{n:03}.png", content) for n, content in enumerate(contents) if isinstance(content, int)}
    for n, content in enumerate(contents):
        if isinstance(content, bytes):
            bench.put(f"{n:03}.jpg", content)
    report = bench.index(batch_size=(1, 7, 32)[seed % 3], workers=1 + seed % 3)
    assert (report.added, len(report.rejected)) == (goods, bads)
    assert bench.faces() == sorted((str(path), tags_of(path)) for path in good)


def test_a_photograph_holds_none_one_or_many_faces(bench: Bench) -> None:
    for count in range(4):
        image = picture(count, (80, 60))
        image.putpixel((0, 0), (0, 0, count * 64))
        bench.put(f"{count}.png", encoded(image, "PNG"))
    report = bench.index(finder=FakeFinder(), batch_size=2)
    assert (report.added, report.faces, sum(bench.tagger.batches)) == (3, 6, 6)
    assert (report.rejected, report.without_face) == ([], [str(bench.folder / "0.png")])
    hits = bench.library.find(None).hits
    assert sorted((Path(hit.photo).name, hit.box) for hit in hits if hit.photo.endswith("3.png")) == [
        ("3.png", (20 * k, 0, 20 * k + 20, 60)) for k in range(3)
    ]


def test_boxes_are_in_pixels_of_the_upright_photograph(bench: Bench) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("RGB", (4800, 3200), (255, 0, 250))
    bench.put("large.jpg", encoded(image, "JPEG", exif=exif))
    bench.index(finder=FakeFinder())
    (row,) = bench.rows()
    assert (row["width"], row["height"]) == (3200, 4800)
    assert sorted(hit.box for hit in bench.library.find(None).hits) == [
        (800 * k, 0, 800 * k + 800, 4800) for k in range(3)
    ]


def test_a_second_run_decodes_nothing_and_changes_nothing(bench: Bench, decoded: list[str]) -> None:
    for seed in range(20):
        bench.put(f"{seed}.png", seed)
    bench.put("bad.jpg", b"")
    bench.put("text.jpg", b"text")
    first = bench.index()
    before, tags = bench.rows(), bench.faces()
    decoded.clear()
    second = bench.index()
    assert decoded == [] and bench.rows() == before and bench.faces() == tags
    assert (second.added, second.unchanged, second.faces) == (0, 20, 0)
    assert second.rejected == first.rejected and len(first.rejected) == 2


def test_names_come_back_byte_for_byte(bench: Bench) -> None:
    names = [
        *(b"caf\xe9.jpg", "café.jpg".encode(), "cafe\u0301.jpg".encode(), b"line\nbreak.jpg", b"tab\t.jpg"),
        *(b"it's.jpg", b'say "x".jpg', b"a;--.jpg", b"100%.jpg", b"under_score.jpg", b"<script>.jpg"),
        *("\u202egpj.jpg".encode(), "👩‍👩‍👧.jpg".encode(), b"x" * 251 + b".jpg", b"-rf.jpg", b" lead.jpg"),
        *(b"LOUD.JPG", b"back\\slash.jpg", b"*.jpg", b"[a].jpg", b"$HOME.jpg", b"\xff\xfe.jpg", b"trail .jpg"),
        b"%s/" % (b"d" * 200) * 17 + b"deep.jpg",
    ]
    paths = [bench.put(os.fsdecode(name), encoded(picture(seed), "PNG")) for seed, name in enumerate(names)]
    assert bench.index().added == len(names) == 24
    stored = [os.fsencode(photo) for photo, _ in bench.faces()]
    assert sorted(stored) == sorted(os.fsencode(bench.folder) + b"/" + name for name in names)
    assert {Path(os.fsdecode(path)).stat().st_ino for path in stored} == {path.stat().st_ino for path in paths}
    assert bench.index().unchanged == 24


def test_folders_given_twice_or_inside_one_another_count_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.put("a.png", 1)
    bench.put("sub/b.png", 2)
    monkeypatch.chdir(bench.folder)
    report = bench.index(".", "sub", bench.folder, bench.folder / "sub" / "..")
    assert (report.added, len(bench.rows())) == (2, 2)
    assert bench.index("sub").unchanged == 1


def test_a_lookalike_folder_is_not_the_same(bench: Bench) -> None:
    for seed, name in enumerate(("a_b", "aXb", "a_b2", "a%b")):
        bench.put(f"{name}/1.png", seed)
    bench.index()
    (bench.folder / "aXb" / "1.png").unlink()
    assert bench.index(bench.folder / "a_b").missing == 0
    assert bench.index(bench.folder / "a%b").missing == 0


@pytest.mark.parametrize("count", sizes(10, 1000))
def test_the_corpus_is_never_written(bench: Bench, written: set[str], count: int) -> None:
    for seed in range(count):
        bench.put(f"sub/{seed}.png", seed)
    bench.put("bad.jpg", b"text")
    for path in (bench.folder, *bench.folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = tree(bench.folder)
    written.clear()
    bench.index()
    bench.index(rehash=True)
    bench.library.erase([1, 2])
    bench.index()
    assert tree(bench.folder) == before
    assert written and not [path for path in written if path.startswith(str(bench.folder))]


def tree(folder: Path) -> list[Any]:
    paths = [folder, *sorted(folder.rglob("*"))]
    return [(p, p.stat().st_mtime_ns, p.stat().st_mode, p.is_file() and p.read_bytes()) for p in paths]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize(("owner", "name"), [(pipeline, "_store"), (plan.Plan, "committed")])
def test_resume_after_an_interruption_reaches_the_same_library(
    bench: Bench,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    decoded: list[str],
    error: type,
    owner: Any,
    name: str,
) -> None:
    for seed in range(60):
        bench.put(f"{seed:02}.png", seed)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, failing(getattr(owner, name), error, at=4 if owner is pipeline else 3))
        with pytest.raises(error):
            bench.index(batch_size=10)
    committed = bench.faces()
    assert len(committed) == 30 == len(bench.rows())
    decoded.clear()
    report = bench.index(batch_size=10)
    assert (report.unchanged, report.added) == (30, 30) and len(decoded) == 30
    assert bench.faces() == [(str(p), tags_of(p)) for p in sorted(bench.folder.iterdir())]


def failing(function: Any, error: type, at: int) -> Any:
    calls = iter(range(1, 1000))

    def call(*arguments: Any) -> Any:
        if next(calls) == at:
            raise error
        return function(*arguments)

    return call


def test_an_interruption_inside_a_transaction_leaves_nothing_of_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:

    for seed in range(20):
        bench.put(f"{seed:02}.png", seed)
    with monkeypatch.context() as patch:
        patch.setattr(Batch, "add", failing(Batch.add, KeyboardInterrupt, at=15))
        with pytest.raises(KeyboardInterrupt):
            bench.index(batch_size=10)
    assert len(bench.rows()) == len(bench.faces()) == 10
    assert bench.index().added == 10


def test_ctrl_c_in_the_middle_of_a_batch_ends_the_run_when_it_is_stored(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(20):
        bench.put(f"{seed:02}.png", seed)
    plainly = Batch.add

    def add(batch: Batch, photo: Any) -> None:
        if photo.path.endswith("15.png"):
            signal.raise_signal(signal.SIGINT)
        plainly(batch, photo)

    monkeypatch.setattr(Batch, "add", add)
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            bench.index(batch_size=5)
    finally:
        signal.signal(signal.SIGINT, usual)
    assert len(bench.rows()) == len(bench.faces()) == 20
    assert bench.index().unchanged == 20


@pytest.mark.parametrize("owner, name", [(Image.Image, "copy"), (faces, "crop")])
def test_running_out_of_memory_rejects_one_picture_and_it_is_tried_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    for seed in range(6):
        bench.put(f"{seed}.png", seed)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, failing(getattr(owner, name), MemoryError, at=3))
        report = bench.index(workers=1)
    assert report.added == 5 and "not enough memory" in report.rejected[0].reason
    again = bench.index()
    assert (again.added, again.unchanged, again.rejected) == (1, 5, [])


CHANGES = [(seed, 200, 60) for seed in range(3)]
MORE_CHANGES = [pytest.param(seed, 1000, 200, marks=pytest.mark.fault) for seed in range(20)]


@pytest.mark.parametrize(("seed", "files", "changed"), [*CHANGES, *MORE_CHANGES])
def test_files_changing_under_the_indexer_reach_a_fixed_point(
    bench: Bench, seed: int, files: int, changed: int
) -> None:
    paths = [bench.put(f"{number:04}.png", number) for number in range(files)]
    chance = random.Random(seed)

    def disturb() -> None:
        for n, path in enumerate(chance.sample(paths, changed)):
            change = n % 5
            if change == 0:
                path.write_bytes(path.read_bytes()[:500])
            elif change == 1:
                path.write_bytes(path.read_bytes() + bytes(100))
            elif change == 2:
                path.write_bytes(encoded(picture(5000 + n), "PNG"))
            elif change == 3:
                path.rename(path.with_suffix(".jpg"))
            else:
                path.unlink()

    other = threading.Thread(target=disturb)
    other.start()
    bench.index(batch_size=8)
    other.join()
    bench.index()
    before = bench.rows()
    bench.index()
    assert bench.rows() == before
    there = sorted(path for path in bench.folder.iterdir())
    rejected = {row["path"] for row in before if row["outcome"] != "faces" or row["missing"]}  # damaged since
    assert bench.faces() == [(str(path), tags_of(path)) for path in there if str(path) not in rejected]


def test_memory_does_not_grow_with_the_number_of_photographs(bench: Bench) -> None:
    """While 48 pictures of 3 MB each are looked at, only a few are held."""
    for seed in range(48):
        bench.put(f"{seed}.bmp", encoded(picture(seed, (1000, 1000)), "BMP"))
    tracemalloc.start()
    bench.index(batch_size=8, workers=2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 80e6


def test_an_empty_folder_is_no_error(bench: Bench) -> None:
    assert bench.index().as_json()["photos"]["added"] == 0


def test_files_that_may_be_copies_are_hashed_before_anybody_looks(bench: Bench, decoded: list[str]) -> None:
    bench.put("a.png", 1)
    bench.index()
    decoded.clear()
    for name, seed in (("copy.png", 1), ("new.png", 2), ("twin.png", 3), ("other twin.png", 3)):
        bench.put(name, seed)
    report = bench.index()
    assert (report.added, report.unchanged, len(decoded)) == (4, 1, 2)
    assert bench.faces() == sorted((str(path), tags_of(path)) for path in bench.folder.iterdir())


def test_a_file_that_becomes_a_copy_while_it_is_looked_at_is_one(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size said that it could be none."""
    bench.put("a.png", 1)
    bench.index()
    bench.library.correct([1], {"Male": True})
    path = bench.put("b.png", 2)
    read = look.read_bytes

    def changed(name: str) -> Any:
        path.write_bytes((bench.folder / "a.png").read_bytes())
        return read(name)

    monkeypatch.setattr(look, "read_bytes", changed)
    report = bench.index()
    assert (report.added, report.unchanged) == (1, 1) and len({tags for _, tags in bench.faces()}) == 1
    assert len(bench.library.find("corrected").hits) == 2, "what was said of a face goes with its bytes"
    assert bench.index().unchanged == 2


def test_progress_counts_files_that_were_only_touched_or_changed_once(bench: Bench) -> None:
    paths = [bench.put(f"{name}.png", seed) for seed, name in enumerate("abcd")]
    bench.index()
    for path in paths[:3]:
        os.utime(path, (1, 1))
    bench.put("c.png", 9)
    bench.put("e.png", 5)
    told: list[tuple[int, int]] = []
    bench.index(progress=lambda progress: told.append((progress.done, progress.total)))
    assert told == [(done, 5) for done in range(1, 6)]
