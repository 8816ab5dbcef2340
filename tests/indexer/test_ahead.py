import pytest

from indexer import decisions, pipeline
from tests.bad_files import encoded, picture
from tests.indexer.conftest import Bench


def test_reading_looks_only_a_bounded_way_ahead(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(40):
        bench.put(f"{seed:02}.bmp", encoded(picture(seed), "BMP"))  # of one size, so any may be a copy of another
    read: list[str] = []
    original = decisions.read_bytes
    monkeypatch.setattr(decisions, "read_bytes", lambda path: (read.append(path), original(path))[1])
    monkeypatch.setattr(pipeline, "ROOM", 1)
    ahead: list[int] = []
    bench.index(batch_size=4, progress=lambda now: ahead.append(len(read) - now.done))
    assert len(read) == 40 and max(ahead) <= 2 * pipeline.READERS + 10  # those that are sent off together, of 40
