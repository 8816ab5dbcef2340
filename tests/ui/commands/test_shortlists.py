"""The command `list`, without a model."""

import pytest

from tests.ui.ended import Run, total

pytestmark = pytest.mark.usefixtures("smiles")


def test_faces_are_put_on_a_list_by_number_and_by_query_and_shown_in_their_order(run: Run):
    said = run("list", "Casting", "--faces", "3, 1", "--note", "tall", "--json")
    assert said.status == 0
    assert said.json == {"action": 1, "summary": "2 faces to a new list Casting", "faces": 2, "undone": False}
    assert run("list", "casting", "--add", "Smiling > 0.055").status == 0
    shown = run("list", "Casting", "--json").json
    assert [face["face"] for face in shown["faces"]][:2] == [3, 1] and shown["total"] == total(run, "list:casting") > 2
    assert [face["note"] for face in shown["faces"]][:3] == ["tall", "tall", None]
    lines = run("list", "Casting", "--limit", 1).out.splitlines()
    assert any("tall" in line and "missing" not in line for line in lines) and "the first 1 above" in lines[-1]
    assert run("list", "--json").json == {"lists": [{"name": "Casting", "faces": shown["total"], "missing": 0}]}
    assert "1 shortlist" in run("list").out


def test_a_list_is_changed_and_all_of_it_undone(run: Run):
    assert run("list", "a", "--create").status == 0 and run("list", "a", "--faces", "1,2,3").status == 0
    assert "1 face moved in the list a; action 3" in run("list", "a", "--faces", 3, "--move", 1).out
    run("list", "a", "--faces", "1", "--remove")
    run("list", "a", "--faces", "2", "--note", "call")
    run("list", "a", "--copy", "b")
    run("list", "a", "--rename", "c")
    assert [(f["face"], f["note"]) for f in run("list", "c", "--json").json["faces"]] == [(3, None), (2, "call")]
    run("list", "c", "--faces", 2, "--note", "")
    assert [f["note"] for f in run("list", "c", "--json").json["faces"]] == [None, None]
    run("list", "c", "--delete")
    assert [one["name"] for one in run("list", "--json").json["lists"]] == ["b"]
    for _ in range(9):
        assert run("undo").status == 0
    assert run("list", "--json").json == {"lists": []}


def test_said_again_nothing_is_changed(run: Run):
    run("list", "a", "--faces", 1)
    assert "Nothing was changed" in run("list", "a", "--faces", 1).out


@pytest.mark.parametrize(
    "wrong",
    [
        ("--faces", "1"),
        ("--create",),
        ("a", "--faces", "1,x"),
        ("a", "--faces", ""),
        ("a", "--remove"),
        ("a", "--move", "1"),
        ("a", "--note", "x"),
        ("a", "--delete", "--create"),
        ("a", "--rename", "b", "--note", "x"),
        ("a", "--delete", "--faces", "1"),
        ("a", "--add", "Smilling"),
        (" ", "--create"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(run: Run, wrong: tuple[str, ...]):
    ended = run("list", *wrong)
    assert ended.status == 2 and ended.err.strip() and run("list", "--json").json == {"lists": []}


def test_a_list_that_is_not_there_is_told(run: Run):
    run("list", "Casting", "--create")
    ended = run("list", "Castling")
    assert ended.status == 1 and "No shortlist is called “Castling”. There are: Casting." in ended.err
