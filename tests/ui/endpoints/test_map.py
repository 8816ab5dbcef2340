"""The map as its drawing in the browser asks for it."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.library import Library
from tests.ui.conftest import Shelf
from tests.ui.endpoints.conftest import Answered, Get


def unpacked(answer: Answered) -> tuple[dict[str, Any], bytes]:
    length = int(np.frombuffer(answer.content[:4], "<u4")[0])
    return json.loads(answer.content[4 : 4 + length]), answer.content[4 + length :]


def columns(answer: Answered) -> list[NDArray[Any]]:
    said, octets = unpacked(answer)
    found = []
    for kind in ("<u4", "<u2", "<u2", "u1", "u1"):
        size = np.dtype(kind).itemsize * said["count"]
        found.append(np.frombuffer(octets[:size], kind))
        octets = octets[size:]
    assert octets == b""
    return found


def placed(shelf: Shelf) -> None:
    with Library.open(shelf.library) as library:
        library.maps.update()


def test_without_a_map_there_are_no_points_and_it_says_how_many_are_lacking(get: Get) -> None:
    said, octets = unpacked(get("/points", params={}, headers={}))
    assert (said["count"], said["lacking"], octets) == (0, 3, b"")


def test_points_are_sent_as_bytes_in_the_order_of_their_numbers(get: Get, own_shelf: Shelf) -> None:
    placed(own_shelf)
    answer = get("/points", params={}, headers={})
    faces, x, y, apart, cluster = columns(answer)
    assert faces.tolist() == [1, 2, 3] and max(np.ptp(x), np.ptp(y)) == 65535 and sorted(apart)[-1] == 255
    assert cluster.tolist() == [0, 0, 0] and answer.headers["cache-control"] == "no-store"


def test_colours_have_the_points_order_and_its_stamp(get: Get, own_shelf: Shelf) -> None:
    placed(own_shelf)
    with Library.open(own_shelf.library) as library:
        library.correct([2], {"Bald": True})
    points, _ = unpacked(get("/points", params={}, headers={}))
    said, codes = unpacked(get("/points/colours", params={"by": "Bald"}, headers={}))
    assert said["stamp"] == points["stamp"] and len(codes) == 3 and codes[1] == 255 and said["threshold"] == 0.5
    said, codes = unpacked(get("/points/colours", params={"by": "people"}, headers={}))
    assert said["people"] == [] and codes == bytes(3)


def test_a_query_and_what_cannot_be_asked(get: Get, own_shelf: Shelf) -> None:
    placed(own_shelf)
    said, _ = unpacked(get("/points", params={"q": "Bald AND NOT Bald"}, headers={}))
    assert said["count"] == 0
    for path, params in (("/points", {"q": "Bold"}), ("/points/colours", {"by": "<b>"}), ("/points/colours", {})):
        answer = get(path, params=params, headers={})
        assert answer.status_code == 400 and "error" in answer.json()


def test_nothing_runs_before_somebody_opens_the_map(get: Get) -> None:
    assert get("/points/progress", params={}, headers={}).json() == {"running": False, "share": 0.0, "error": None}
