import json

from indexer.pipeline import Progress
from tests.indexer.conftest import Bench


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
    assert set(report["seconds"]) == {"scan", "read", "decode", "faces", "prepare", "tag", "store", "publish", "total"}
