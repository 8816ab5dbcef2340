"""Photographs indexed before a library kept what they say of themselves: they are asked, and not looked at."""

import os
from pathlib import Path
from typing import Any

import pytest

from indexer import asking
from indexer.pipeline import Progress
from tests.indexer.conftest import Bench, FakeFinder
from tests.retrieval.made import raw
from tests.retrieval.pictures.exifs import jpeg, spoken, written

SAID = ("taken", "utc_offset", "dated", "camera", "lens", "latitude", "longitude", "orientation")
OF_2001 = {36867: written("2001:02:03 04:05:06")}


def forget(bench: Bench) -> None:
    """As if an earlier version had indexed them."""
    with raw(bench.library) as connection, connection:
        connection.execute(f"UPDATE photo SET {', '.join(f'{name} = NULL' for name in SAID)}")
        connection.execute("UPDATE library SET generation = generation + 1, stamp = 'b', faces = 'b'")


def said(bench: Bench) -> dict[str, dict[str, Any]]:
    return {Path(row["path"]).name: {name: row[name] for name in SAID} for row in bench.rows()}


def test_what_a_photograph_says_of_itself_is_kept_in_the_same_run(bench: Bench) -> None:
    bench.put("a.jpg", spoken("JPEG"))
    bench.put("b.png", 2)
    os.utime(bench.folder / "b.png", (86_400 * 365, 86_400 * 365))
    report = bench.index()
    assert (report.added, report.asked) == (2, 0)
    a, b = said(bench).values()
    assert (a["taken"], a["utc_offset"], a["dated"], a["camera"]) == (1683356889, 7200, "picture", "FUJIFILM X100V")
    assert (a["lens"], round(a["latitude"], 2), round(a["longitude"], 2), a["orientation"]) == (
        "23mm f/2", 48.86, -2.35, 6,
    )  # fmt: skip
    assert (b["dated"], b["taken"] - b["utc_offset"], b["camera"]) == ("file", 86_400 * 365, None)
    assert bench.library.verify() == []


def test_a_photograph_without_a_face_is_asked_too(bench: Bench) -> None:
    bench.put("a.jpg", jpeg(None, OF_2001))
    report = bench.index(finder=FakeFinder())
    assert len(report.without_face) + report.added == 1 and said(bench)["a.jpg"]["taken"] == 981173106


def test_known_photographs_are_asked_without_being_decoded_or_found_again(bench: Bench, decoded: list[str]) -> None:
    for n in range(5):
        bench.put(f"{n}.jpg", jpeg({272: written(f"No. {n}")}, OF_2001))
    bench.put("bad.jpg", b"text")
    bench.index()
    before, faces = said(bench), bench.faces()
    forget(bench)
    decoded.clear()
    report = bench.index()
    assert (report.asked, report.unchanged, decoded) == (5, 5, []) and report.as_json()["asked"] == 5
    assert said(bench) == before and bench.faces() == faces
    assert bench.index().asked == 0


def test_a_copy_a_moved_and_a_touched_one_are_asked_in_the_run_that_finds_them(bench: Bench) -> None:
    for n in range(3):
        bench.put(f"{n}.jpg", jpeg({272: written(f"No. {n}")}, OF_2001))
    bench.index()
    forget(bench)
    bench.put("copy.jpg", (bench.folder / "0.jpg").read_bytes())
    (bench.folder / "1.jpg").rename(bench.folder / "moved.jpg")
    os.utime(bench.folder / "2.jpg", (5, 5))
    assert bench.index().asked == 4
    assert {name: row["camera"] for name, row in said(bench).items()} == {
        "0.jpg": "No. 0", "copy.jpg": "No. 0", "moved.jpg": "No. 1", "2.jpg": "No. 2",
    }  # fmt: skip


def test_a_file_that_is_another_by_now_or_cannot_be_read_says_nothing(bench: Bench) -> None:
    paths = [bench.put(f"{n}.jpg", jpeg({272: written(f"No. {n}")}, OF_2001)) for n in range(3)]
    bench.index()
    known = list(bench.known().values())
    paths[0].write_bytes(jpeg({272: written("another")}))
    paths[1].unlink()
    assert [asking.said_by(one) is None for one in known] == [True, True, False]
    paths[1].mkdir()
    assert asking.said_by(known[1]) is None


def test_an_interrupted_run_goes_on_where_it_was(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(9):
        bench.put(f"{n}.jpg", jpeg({272: written(f"No. {n}")}, OF_2001))
    bench.index()
    forget(bench)
    monkeypatch.setattr(asking, "TOGETHER", 2)

    def stop(now: Progress) -> None:
        if now.done >= 9 + 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bench.index(progress=stop)
    assert sum(row["dated"] is not None for row in said(bench).values()) == 4
    assert bench.index().asked == 5


def test_how_far_it_is_is_told(bench: Bench) -> None:
    for n in range(3):
        bench.put(f"{n}.jpg", jpeg({272: written(f"No. {n}")}, OF_2001))
    bench.index()
    forget(bench)
    told: list[Progress] = []
    bench.index(progress=told.append)
    assert (told[-1].done, told[-1].total) == (6, 6) and told[-1].path == str(bench.folder / "2.jpg")
