"""What a run would do is told without reading or writing anything."""

from pathlib import Path

import pytest

from indexer import decisions, look
from indexer.decisions import Only
from indexer.preview import preview
from indexer.scan import FolderError
from retrieval.library import Library
from tests.indexer.conftest import Bench


@pytest.fixture
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise AssertionError(path)

    monkeypatch.setattr(decisions, "read_bytes", refuse)
    monkeypatch.setattr(look, "read_bytes", refuse)


def told(bench: Bench, library: Library | None, **options: object) -> tuple[int, ...]:
    found = preview(library, [str(bench.folder)], Only(), **options)  # type: ignore[arg-type]
    return found.new, found.known, found.unchanged, found.missing


def test_without_a_library_everything_is_new(bench: Bench, nothing_read: None) -> None:
    size = sum(bench.put(f"{seed}.png", seed).stat().st_size for seed in range(5))
    bench.put("clip.mov", b"film")
    found = preview(None, [str(bench.folder)], Only())
    assert (found.new, found.bytes, found.passed.formats) == (5, size, {".mov": 1})


def test_a_preview_says_what_the_run_then_does(bench: Bench) -> None:
    for seed in range(6):
        bench.put(f"{seed}.png", seed)
    bench.index()
    before = bench.rows()
    (bench.folder / "0.png").unlink()
    bench.put("1.png", 100)
    bench.put("new.png", 101)
    assert told(bench, bench.library) == (1, 1, 4, 1)
    assert told(bench, bench.library, rehash=True) == (1, 5, 0, 1)
    assert bench.rows() == before
    report = bench.index()
    assert (report.added, report.unchanged, report.missing) == (2, 4, 1)
    assert told(bench, bench.library) == (0, 0, 6, 1)


def test_what_was_looked_at_otherwise_would_be_read_again(bench: Bench) -> None:
    bench.put("a.png", 1)
    bench.index()
    found = preview(bench.library, [str(bench.folder)], Only("auto"))
    assert (found.known, found.unchanged) == (1, 0)


def test_a_folder_that_is_not_there_is_told_as_by_a_run(bench: Bench) -> None:
    bench.put("a.png", 1)
    bench.index()
    with pytest.raises(FolderError, match="no folder"):
        preview(bench.library, ["/nowhere"], Only())
    (bench.folder / "a.png").unlink()
    (rejected,) = preview(bench.library, [str(bench.folder)], Only()).rejected
    assert "is the drive mounted" in rejected.reason


def test_names_are_passed_by_as_in_a_run(bench: Bench, tmp_path: Path) -> None:
    bench.put("a.png", 1)
    bench.put("drafts/b.png", 2)
    found = preview(None, [str(bench.folder)], Only(), exclude=["drafts"])
    assert found.new == 1 and [Path(passed.path).name for passed in found.passed.names] == ["drafts"]
    assert found.as_json()["passed_by"][0]["path"].endswith("drafts")
