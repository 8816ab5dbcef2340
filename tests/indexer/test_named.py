"""Photographs that are named one by one."""

from pathlib import Path

import pytest

from indexer.decisions import Only
from indexer.named import listed, paths_in
from indexer.pipeline import Report, index
from indexer.preview import preview
from indexer.seen import Eyes
from indexer.workers import Threads
from tests.indexer.conftest import Bench


def by_paths(bench: Bench, paths: list[Path]) -> Report:
    eyes = Eyes(bench.tagger, None)
    return index(bench.library, [], Threads(eyes), paths=[str(path) for path in paths])


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (b"", []),
        (b"/a b.jpg\n/c.jpg", ["/a b.jpg", "/c.jpg"]),
        (b"/a.jpg\r\n\r\n/c.jpg\r\n", ["/a.jpg", "/c.jpg"]),
        (b"/a\nb.jpg\0/c.jpg\0", ["/a\nb.jpg", "/c.jpg"]),
        (b"/\xff.jpg\n", ["/\udcff.jpg"]),
    ],
)
def test_a_list_has_a_path_a_line_or_between_nuls(data: bytes, paths: list[str]) -> None:
    assert paths_in(data) == paths


def test_a_photograph_that_is_named_is_the_one_that_its_folder_has(bench: Bench, tmp_path: Path) -> None:
    bench.put("a.png", 1)
    (tmp_path / "link").symlink_to(bench.folder)
    bench.index()
    report = bench.index(
        tmp_path / "nowhere", paths=[str(tmp_path / "link" / "a.png"), f"{bench.folder}/../photos/a.png"]
    )
    assert (report.unchanged, report.added) == (1, 0)
    assert [rejected.photo for rejected in report.rejected] == [str(tmp_path / "nowhere")]


def test_only_what_is_named_is_added_and_nothing_else_is_missing(bench: Bench) -> None:
    first = bench.put("a.png", 1)
    bench.index()
    first.unlink()
    named = [bench.put("b.png", 2), bench.put(".hidden/c.png", 3)]
    bench.put("d.png", 4)
    report = by_paths(bench, named)
    assert (report.added, report.missing, report.rejected) == (2, 0, [])
    assert {Path(row["path"]).name for row in bench.rows() if not row["missing"]} == {"a.png", "b.png", "c.png"}


def test_what_is_no_picture_or_not_there_is_told(bench: Bench, tmp_path: Path) -> None:
    named = [bench.folder / "none.png", bench.put("text.txt", b"text"), bench.put("cut.png", b"text"), tmp_path]
    report = by_paths(bench, named)
    assert {(Path(each.photo).name, each.reason) for each in report.rejected} >= {
        ("none.png", "there is no such file"),
        ("text.txt", "its name does not end as that of a picture which can be read"),
        (tmp_path.name, "not a file but a folder; give it as a FOLDER"),
    }
    assert len(report.rejected) == 4 and not report.complete


def test_a_photograph_that_is_gone_keeps_what_is_known_of_it(bench: Bench) -> None:
    gone = bench.put("a.png", 1)
    bench.index()
    gone.unlink()
    report = by_paths(bench, [gone])
    assert (report.missing, [each.reason for each in report.rejected]) == (0, ["there is no such file"])
    assert len(bench.faces()) == 1


def test_what_would_be_read_of_those_that_are_named_is_told(bench: Bench) -> None:
    bench.put("a.png", 1)
    told = preview(bench.library, [], Only(), paths=[str(bench.put("b.png", 2))])
    assert (told.new, told.missing) == (1, 0)


def test_a_folder_of_which_some_are_named_is_listed_once(tmp_path: Path) -> None:
    (one,) = listed([f"{tmp_path}/a.png", f"{tmp_path}/b.png", f"{tmp_path}/a.png"])
    assert (one.folder, len(one.skipped), one.whole) == (str(tmp_path), 2, False)
