from tests.ui.ended import Ended, Run


def test_every_face_gets_a_place_once(run: Run, indexed: Ended) -> None:
    assert run("map", "--json", "--no-progress").json["placed"] == 6
    assert run("map", "--json", "--no-progress").json["placed"] == 0
    assert "0 faces got a place" in run("map").out
