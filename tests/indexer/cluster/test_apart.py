"""Ray's own process, played by others that end in the middle: without Ray."""

import os
import signal
from multiprocessing import active_children
from multiprocessing.connection import Connection

import pytest

from indexer.cluster import apart
from indexer.cluster.apart import joined
from indexer.cluster.ray_data import ClusterLost, Hands, NoCluster


def ended_at_once(pipe: Connection, address: str | None, number: int) -> None:
    os._exit(0)


def without_cluster(pipe: Connection, address: str | None, number: int) -> None:
    pipe.send(NoCluster(f"There is none at {address}."))


def ended_after_a_parcel(pipe: Connection, address: str | None, number: int) -> None:
    pipe.send(Hands((number,), 0))
    parcels, _ = pipe.recv()
    pipe.send(parcels[0])
    os._exit(0)


def faulty(pipe: Connection, address: str | None, number: int) -> None:
    pipe.send(Hands((number,), 0))
    while True:
        pipe.send(pipe.recv()[0][0])
        pipe.send(ZeroDivisionError())


def played_by(monkeypatch: pytest.MonkeyPatch, driver: object) -> None:
    monkeypatch.setattr(apart, "_drive", driver)


def test_where_ray_ends_before_there_is_a_cluster_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    played_by(monkeypatch, ended_at_once)
    with pytest.raises(NoCluster, match=r"Ray ended.*does the same without it"), joined(None, 2):
        pass


def test_what_hinders_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    played_by(monkeypatch, without_cluster)
    with pytest.raises(NoCluster, match="There is none at here"), joined("here", 2):
        pass


def test_where_ray_ends_in_the_middle_the_run_is_told_whatever_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    played_by(monkeypatch, ended_after_a_parcel)
    with joined(None, 2) as cluster:
        assert cluster.hands.cpus == 2
        flow = cluster.flow([7, 8], [])
        assert next(flow) == 7
        with pytest.raises(ClusterLost, match="Ray ended"):
            next(flow)
        with pytest.raises(ClusterLost, match="Ray ended"):
            next(cluster.flow([9], []))
    assert active_children() == []


def test_a_fault_of_ours_is_raised_here_and_the_answer_to_signals_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    played_by(monkeypatch, faulty)
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)  # another test's Ray may have its own here
    with pytest.raises(ZeroDivisionError), joined(None, 2) as cluster:
        list(cluster.flow([1, 2], []))
    assert active_children() == []
    assert signal.signal(signal.SIGTERM, before or signal.SIG_DFL) is signal.SIG_DFL
