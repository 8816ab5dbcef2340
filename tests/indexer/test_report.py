import json

from PIL import Image

from indexer.pipeline import Progress, Report
from tests.bad_files import encoded
from tests.indexer.conftest import Bench, FakeFinder


def test_progress_is_told_from_the_first_to_the_last(bench: Bench) -> None:
    for seed in range(5):
        bench.put(f"{seed}.png", seed)
    bench.put("bad.png", b"text")
    told: list[Progress] = []
    bench.index(progress=told.append)
    assert [p.done for p in told] == list(range(7)) and {p.total for p in told} == {6}
    assert told[-1][:4] == (6, 6, 5, 1) and told[0].path is None and told[-1].path


def test_the_report_keeps_to_the_contract(bench: Bench) -> None:
    bench.put("a.png", 1)
    bench.put("b.jpg", b"")
    report = json.loads(json.dumps(bench.index().as_json()))
    assert report["photos"] == {"added": 1, "unchanged": 0, "moved": 0, "missing": 0, "rejected": 1}
    assert report["faces"] == 1 and report["photos_per_second"] > 0
    assert report["rejected"] == [{"photo": str(bench.folder / "b.jpg"), "reason": "empty file"}]
    assert (report["without_face"], report["passed_by"], report["other_formats"]) == ([], [], {})
    assert report["vanished"] == []
    assert set(report["seconds"]) == {"scan", "read", "decode", "faces", "prepare", "tag", "store", "publish", "total"}


def test_a_photograph_without_a_face_is_no_failure(bench: Bench) -> None:
    path, told = bench.put("none.png", encoded(Image.new("RGB", (80, 60)), "PNG")), list[Progress]()
    for _ in range(2):
        report = bench.index(finder=FakeFinder(), progress=told.append)
        assert (report.rejected, report.without_face, report.photos, report.complete) == ([], [str(path)], 1, True)
        assert (told[-1].rejected, told[-1].without_face) == (0, 1)
    (bench.folder / "bad.png").write_bytes(b"text")
    assert not bench.index(finder=FakeFinder()).complete


def test_what_is_passed_by_is_named_and_no_failure(bench: Bench) -> None:
    bench.put("a.png", 1)
    bench.put("@eaDir/a.png", 2)
    bench.put("b.JXL", b"newer")
    report = bench.index()
    assert report.complete and report.photos == 1
    assert [name.path for name in report.passed.names] == [str(bench.folder / "@eaDir")]
    assert report.as_json()["other_formats"] == {".jxl": 1}
    assert report.as_json()["passed_by"][0]["reason"] == "thumbnails that a Synology NAS makes"


def test_the_report_says_what_limited_the_run() -> None:
    seconds = {"scan": 0.1, "read": 3.0, "decode": 6.0, "faces": 9.0, "prepare": 1.0, "tag": 2.0, "store": 5.0}
    busy = Report(1, 0, 0, 0, [], 1, seconds | {"total": 10.0}, hands={"read": 2, "look": 2})
    assert busy.limit == ("faces", 0.9)
    assert busy.as_json()["limited_by"] == {"stage": "faces", "busy": 0.9}
    slow_disk = Report(1, 0, 0, 0, [], 1, seconds | {"read": 19.0, "total": 10.0}, hands={"read": 2, "look": 2})
    assert slow_disk.limit == ("read", 0.95)
    assert Report(0, 0, 0, 0, [], 0, {"total": 0.0}).limit[1] == 0
