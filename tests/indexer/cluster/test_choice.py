"""Which photographs the machines of a cluster may have."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from indexer.cluster import choice
from indexer.cluster.apart import Flow
from indexer.cluster.ray_data import Stage
from indexer.cluster.stages import opened, sealed
from indexer.plan import compare
from indexer.scan import scan
from retrieval.tables.records import Model
from tests.indexer.conftest import Bench


def nobody(parcels: object, stages: object) -> Iterator[object]:
    raise AssertionError("no cluster is asked")


def chosen(bench: Bench, flow: Flow = nobody) -> list[str]:
    with bench.library.writer(Model(**bench.tagger.model())) as writer:
        comparison = compare(writer, [scan(str(bench.folder))])
        return sorted(Path(file.path).name for file in choice.choose(writer, comparison, 2, flow))


def test_new_photographs_are_chosen_and_of_the_same_bytes_one(bench: Bench) -> None:
    first = bench.put("a.png", 1)
    bench.put("b.png", first.read_bytes())
    bench.put("c.png", 2)
    bench.put("d.png", b"text")
    bench.put("e.png", b"fext")
    assert chosen(bench) == ["a.png", "c.png", "d.png", "e.png"]


def test_what_the_library_knows_is_not_chosen(bench: Bench) -> None:
    known = bench.put("a.png", 1)
    changed = bench.put("b.png", 2)
    bench.index()
    bench.put("copy.png", known.read_bytes())
    known.rename(known.with_name("moved.png"))
    bench.put(changed.name, 3)
    bench.put("new.png", 4)
    assert chosen(bench) == ["new.png"]


def test_what_was_erased_is_not_chosen(bench: Bench) -> None:
    erased = bench.put("a.png", 1)
    bench.index()
    bench.library.erase([hit.face for hit in bench.library.find(None, limit=None).hits])
    bench.put("again.png", erased.read_bytes())
    bench.put("new.png", 2)
    assert chosen(bench) == ["new.png"]


def test_many_bytes_are_read_by_the_cluster(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Stage] = []

    def flow(parcels: Sequence[object], stages: Sequence[Stage]) -> Iterator[object]:
        asked.extend(stages)
        yield from [opened(stages[0].work(sealed(parcel))) for parcel in parcels]

    first = bench.put("a.png", 1)
    bench.put("b.png", first.read_bytes())
    assert chosen(bench, flow) == ["a.png"] and asked == []
    monkeypatch.setattr(choice, "HEAVY", 1)
    assert chosen(bench, flow) == ["a.png"] and [stage.work.__name__ for stage in asked] == ["hashed"]
