"""The command line as a person or a script meets it: arguments in, output and exit status out."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from classifiers.cards.card import Card
from classifiers.cards.preprocessing import Preprocessing
from classifiers.networks import checkpoint
from classifiers.networks.architectures import build
from indexer import pipeline, watching
from indexer.report import Report
from retrieval.attributes import ATTRIBUTES
from retrieval.facts import SAID
from tests.classifiers.conftest import write_celeba
from tests.ui.ended import Ended, Run

EVERYBODY = "Young OR NOT Young"


def test_index_reports_in_the_contracts_form(indexed: Ended) -> None:
    report = indexed.json
    assert indexed.status == 0
    assert report["photos"] == {"added": 6, "unchanged": 0, "moved": 0, "missing": 0, "rejected": 0}
    assert report["faces"] == 6 and report["rejected"] == []
    assert report["seconds"]["total"] > 0 and report["photos_per_second"] > 0


def test_indexing_again_adds_only_what_is_new(indexed: Ended, run: Run, pictures: Path, model: Path) -> None:
    (pictures / "0.png").rename(pictures / "renamed.png")
    (pictures / "broken.jpg").write_text("no picture")
    (pictures / "empty.jpg").touch()
    again = run("index", pictures, "--crop", "aligned", "--model", model, "--json")
    assert again.status == 1
    assert again.json["photos"] == {"added": 0, "unchanged": 5, "moved": 1, "missing": 0, "rejected": 2}
    reasons = {Path(r["photo"]).name: r["reason"] for r in again.json["rejected"]}
    assert reasons == {"broken.jpg": "not a picture (no known format)", "empty.jpg": "empty file"}


def test_a_list_of_paths_is_indexed_and_those_that_are_not_there_are_named(
    run: Run, pictures: Path, model: Path, tmp_path: Path
) -> None:
    paths = tmp_path / "paths.txt"
    paths.write_text(f"{pictures / '0.png'}\n{pictures / '1.png'}\n{pictures / 'none.png'}\n")
    ended = run("index", "--paths", paths, "--crop", "aligned", "--model", model, "--json")
    assert ended.status == 1
    assert ended.json["photos"] == {"added": 2, "unchanged": 0, "moved": 0, "missing": 0, "rejected": 1}
    assert ended.json["rejected"] == [{"photo": str(pictures / "none.png"), "reason": "there is no such file"}]
    assert run("index", "--paths", paths, pictures, "--model", model, "--dry-run", "--json").json["new"] == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give the folders of your photographs, or --paths"),
        (("--paths", "nowhere.txt"), "--paths nowhere.txt: No such file"),
        (("--paths", "/dev/null"), "there is no path in it"),
        (("--paths", "nowhere.txt", "--watch"), "--watch is for folders"),
    ],
)
def test_a_list_that_is_none_is_wrong_usage(arguments: tuple[str, ...], said: str, run: Run) -> None:
    ended = run("index", *arguments)
    assert ended.status == 2 and said in " ".join(ended.err.replace("│", " ").split())


def test_the_report_for_people_names_what_was_rejected(run: Run, pictures: Path, model: Path) -> None:
    (pictures / "empty.jpg").touch()
    ended = run("index", pictures, "--crop", "aligned", "--model", model)
    assert ended.status == 1
    assert "empty file" in ended.out and "6   added" in ended.out and "photographs a second" in ended.out


def test_what_is_passed_by_is_counted_and_named_and_can_be_included(run: Run, pictures: Path, model: Path) -> None:
    (pictures / "Thumbs").mkdir()
    (pictures / "0.png").rename(pictures / "Thumbs" / "0.png")
    (pictures / "layers.PSD").touch()
    command = ("index", pictures, "--crop", "aligned", "--model", model)
    ended = run(*command)
    assert ended.status == 0 and "Thumbs" in ended.out and "thumbnails" in ended.out
    assert "Of formats that are not read: 1 .psd." in ended.out and "0   without a face" in ended.out
    assert run(*command, "--include", "Thumbs", "--exclude", "1.*", "--exclude", "2.*", "--json").json["faces"] == 1
    again = run(*command)
    assert "2 photographs that the library knows from what is passed by: not deleted, but missing" in again.out
    assert again.status == 0 and run("find", EVERYBODY, "--json").json["total"] == 4


def test_what_was_to_be_excluded_and_is_not_is_told(run: Run, pictures: Path, model: Path) -> None:
    command = ("index", pictures, "--crop", "aligned", "--model", model)
    empty = run(*command, "--exclude", "")
    assert empty.status == 2 and "is a variable of your script unset?" in empty.err
    assert (
        "No name matches privat, so nothing is included or excluded by that" in run(*command, "--exclude", "privat").out
    )
    assert run(*command, "--exclude", pictures / "0.png", "--json").json["unused_globs"] == []
    assert run("find", EVERYBODY, "--json").json["total"] == 5


def test_find_answers_in_the_contracts_form(indexed: Ended, run: Run) -> None:
    found = run("find", EVERYBODY, "--json")
    assert found.status == 0
    assert (found.json["query"], found.json["total"]) == (EVERYBODY, 6)
    face = found.json["faces"][0]
    assert list(face) == ["face", "photo", "box", "confidence", "attributes", *SAID]
    assert (face["dated"], face["camera"], face["latitude"]) == ("file", None, None) and face["taken"][:2] == "20"
    assert face["box"] == [0, 0, 178, 218]
    assert list(face["attributes"]) == list(ATTRIBUTES)


def test_find_pages_and_sorts(indexed: Ended, run: Run) -> None:
    by_path = [Path(f["photo"]).name for f in run("find", EVERYBODY, "--sort", "path", "--json").json["faces"]]
    assert by_path == sorted(by_path)
    page = run("find", EVERYBODY, "--sort", "path", "--limit", 2, "--offset", 3, "--json").json
    assert page["total"] == 6 and [Path(f["photo"]).name for f in page["faces"]] == by_path[3:5]
    assert len(run("find", EVERYBODY, "--limit", 0, "--json").json["faces"]) == 6


def test_csv_has_a_row_a_face_and_a_column_an_attribute(indexed: Ended, run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("find", EVERYBODY, "--csv").out)))
    assert len(rows) == 6
    assert set(ATTRIBUTES) < set(rows[0])
    assert 0 <= float(rows[0]["confidence"]) <= 1


def test_paths_are_for_xargs(indexed: Ended, run: Run, pictures: Path) -> None:
    expected = {str(pictures / f"{number}.png") for number in range(6)}
    assert set(run("find", EVERYBODY, "--paths").out.splitlines()) == expected
    assert set(run("find", EVERYBODY, "-0").out.rstrip("\0").split("\0")) == expected


@pytest.mark.lengthy
def test_a_file_name_comes_out_byte_for_byte_and_is_shown_harmless(run: Run, pictures: Path, model: Path) -> None:
    name = b"caf\xe9\n\x1b[31m.png"
    (pictures / "0.png").rename(pictures / name.decode("utf-8", "surrogateescape"))
    command = [sys.executable, "-m", "ui.cli"]
    library = ["--library", str(pictures.parent / "bytes")]
    index = [*command, "index", str(pictures), "--crop", "aligned", "--model", str(model), *library]
    subprocess.run(index, check=True, capture_output=True)
    paths = subprocess.run([*command, "find", EVERYBODY, "-0", *library], check=True, capture_output=True).stdout
    assert name in [path.rsplit(b"/", 1)[-1] for path in paths.split(b"\0")]
    table = subprocess.run([*command, "find", EVERYBODY, *library], check=True, capture_output=True).stdout
    assert b"\x1b[31m" not in table
    as_json = subprocess.run([*command, "find", EVERYBODY, "--json", *library], check=True, capture_output=True).stdout
    assert any("\udce9" in face["photo"] for face in json.loads(as_json)["faces"])


def test_facets_count_every_attribute(indexed: Ended, run: Run) -> None:
    found = run("facets", "--json").json
    assert found["query"] is None and found["total"] == 6
    assert list(found["counts"]) == list(ATTRIBUTES)
    smiling = run("facets", "Smiling", "--json").json
    assert smiling["counts"]["Smiling"] == smiling["total"] == found["counts"]["Smiling"]
    assert "Smiling" in run("facets").out


def test_json_says_what_words_are_read_as_where_they_are_no_names(indexed: Ended, run: Run) -> None:
    for command in ("find", "facets"):
        assert run(command, "woman or glasses or Male", "--json").json["read_as"] == {
            "woman": "NOT Male",
            "glasses": "Eyeglasses",
        }
        assert "read_as" not in run(command, "NOT Male", "--json").json


def test_similar_finds_the_picture_itself_first(indexed: Ended, run: Run, pictures: Path, model: Path) -> None:
    found = run("similar", pictures / "3.png", "--crop", "aligned", "--model", model, "--json").json
    assert Path(found["faces"][0]["photo"]).name == "3.png"
    assert found["faces"][0]["similarity"] == pytest.approx(1, abs=1e-4)
    assert len(found["faces"]) == 6


def test_similar_to_a_face_leaves_it_out_and_stays_inside_the_query(indexed: Ended, run: Run) -> None:
    faces = run("find", "Smiling", "--json").json["faces"]
    reference = run("find", EVERYBODY, "--json").json["faces"][0]["face"]
    found = run("similar", "--face", reference, "--where", "Smiling", "--json").json["faces"]
    assert {f["face"] for f in found} == {f["face"] for f in faces} - {reference}


def test_similar_names_a_picture_that_it_cannot_use(indexed: Ended, run: Run, pictures: Path, model: Path) -> None:
    (pictures / "broken.jpg").write_text("no picture")
    ended = run("similar", pictures / "broken.jpg", "--model", model)
    assert ended.status == 1 and "broken.jpg: not a picture" in ended.err


def test_similar_wants_a_face(indexed: Ended, run: Run) -> None:
    assert run("similar").status == 2 and run("similar", "--unlike", 1).status == 2


def test_a_face_that_is_not_there_is_not_found(indexed: Ended, run: Run) -> None:
    ended = run("similar", "--face", 999)
    assert ended.status == 1 and "no face 999" in ended.err and ended.out == ""


@pytest.mark.parametrize(
    ("query", "position", "sentence"),
    [
        ("Smilling AND Male", 0, "Smiling"),
        ("(Male AND Smiling", 0, "never closed"),
        ("Male AND", 5, ""),
        ("", 0, ""),
        ("Male AND AND Smiling", 9, ""),
    ],
)
def test_a_query_error_is_wrong_usage_with_its_place(
    indexed: Ended, run: Run, query: str, position: int, sentence: str
) -> None:
    ended = run("find", query, "--json")
    assert ended.status == 2 and ended.out == ""
    assert sentence in ended.err
    caret = next(line for line in ended.err.splitlines() if line.strip() == "^")
    assert caret.index("^") == position + 2


def test_a_missing_library_is_named(run: Run, tmp_path: Path) -> None:
    ended = run("find", "Smiling")
    assert ended.status == 1 and str(tmp_path / "library") in ended.err
    assert not (tmp_path / "library").exists()


def test_a_folder_that_is_not_there_changes_nothing(indexed: Ended, run: Run, model: Path) -> None:
    ended = run("index", "/nowhere/at/all", "--model", model)
    assert ended.status == 1 and "/nowhere/at/all" in ended.err
    assert run("find", EVERYBODY, "--json").json["total"] == 6


def test_folders_that_are_there_are_indexed_and_the_others_named(run: Run, pictures: Path, model: Path) -> None:
    command = ("index", "/nowhere", pictures, "--crop", "aligned", "--model", model)
    ended = run(*command, "--json")
    assert ended.status == 1 and ended.json["photos"] == {
        "added": 6, "unchanged": 0, "moved": 0, "missing": 0, "rejected": 1
    }  # fmt: skip
    assert ended.json["rejected"][0]["photo"] == "/nowhere" and "no folder" in ended.json["rejected"][0]["reason"]
    assert "/nowhere" in run(*command).out


NOT_FOUND = (
    *(
        ("find", "@nobody"),
        ("facets", "@nobody"),
        ("export", "@nobody", "--to", "x.csv"),
        ("searches", "remove", "nobody"),
    ),
    *(("similar", "--face", 1, "--where", "@nobody"), ("similar", "--face", 999), ("similar", "no.jpg")),
    *(("correct", "--face", 999, "--set", "Bald"), ("correct", "@nobody", "--set", "Bald"), ("undo",), ("undo", 99)),
    *(
        ("erase", "999", "--yes"),
        ("erase", "--query", "@nobody", "--yes"),
        ("verify-set", "no.json"),
        ("tag", "no.jpg"),
    ),
    *(("people", "list", 99), ("people", "name", 99, "Ann"), ("people", "undo", 99)),
)
SENSELESS = (
    *(("find", "Smilling"), ("facets", "Smilling"), ("export", "Smilling", "--to", "x.csv"), ("nonsense",)),
    *(("similar", "--face", 1, "--where", "Smilling"), ("erase", "--query", "Smilling", "--yes")),
    *(("searches", "save", "x", "Smilling"), ("searches", "save", "", "Bald"), ("find", "Bald", "--json", "--csv")),
    *(("correct", "Smilling", "--set", "Bald"), ("correct", "--face", 1, "--set", "Smilling")),
    *(("similar", "--face", 1, "--unlike", 1), ("export", "Bald", "--to", "x.doc"), ("backup", "")),
)


def test_what_is_not_found_is_status_1_everywhere(
    indexed: Ended, run: Run, tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in NOT_FOUND:
        ended = run(*command, *(("--model", model) if command[0] == "tag" else ()))
        assert ended.status == 1 and (ended.out + ended.err).strip(), (command, ended)
        assert "Traceback" not in ended.err and "defect" not in ended.err, command


def test_what_cannot_be_meant_is_status_2_everywhere(indexed: Ended, run: Run) -> None:
    for command in SENSELESS:
        ended = run(*command)
        assert ended.status == 2 and ended.out == "" and "defect" not in ended.err, (command, ended)


def test_options_before_a_saved_searchs_command_are_refused_not_forgotten(
    indexed: Ended, run: Run, tmp_path: Path
) -> None:
    run("searches", "save", "mine", "Smiling")
    for command in (("save", "mine", "Male"), ("remove", "mine"), ("list",)):
        for option in (("--library", tmp_path / "other"), ("--json",)):
            ended = run("searches", *option, *command)
            assert ended.status == 2 and f"options go behind `{command[0]}`" in ended.err
    assert run("searches", "--json").json["searches"][0]["query"] == "Smiling"


@pytest.mark.parametrize("command", [("find", "Smiling", "--library"), ("backup",)])
def test_a_home_that_nobody_has_gets_a_sentence(indexed: Ended, run: Run, command: tuple[str, ...]) -> None:
    ended = run(*command, "~nobodyhere/x")
    assert ended.status == 2 and "no home folder is known for ~nobodyhere" in ended.err


def test_a_run_that_cannot_start_makes_no_library(run: Run, pictures: Path, model: Path, tmp_path: Path) -> None:
    nowhere = run("index", "/nowhere", "/nor/here", "--model", model)
    assert nowhere.status == 1 and "/nowhere" in nowhere.err and "/nor/here" in nowhere.err
    assert run("index", pictures, "--model", "vgg").status == 2
    assert run("index", pictures, "--model", model, "--device", "abacus").status == 2
    assert not (tmp_path / "library").exists()


def test_a_crop_that_is_named_looks_again_at_what_was_looked_at_otherwise(
    run: Run, pictures: Path, model: Path
) -> None:
    common = ("--model", model, "--device", "cpu", "--json")
    assert len(run("index", pictures, *common).json["without_face"]) == 6  # drawn faces are not found
    assert len(run("index", pictures, *common).json["without_face"]) == 6
    aligned = run("index", pictures, "--crop", "aligned", *common).json
    assert aligned["photos"]["added"] == 6 and aligned["photos"]["rejected"] == 0
    again = run("index", pictures, *common).json  # as the library's photographs were
    assert again["photos"]["unchanged"] == 6 and again["seconds"]["decode"] == 0


def test_a_picture_is_compared_as_the_library_was_indexed(
    indexed: Ended, run: Run, pictures: Path, model: Path
) -> None:
    found = run("similar", pictures / "2.png", "--model", model, "--json").json
    assert Path(found["faces"][0]["photo"]).name == "2.png"


def test_a_library_finds_its_model_again_from_another_folder(
    indexed: Ended, run: Run, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("index", pictures, "--json").json["photos"]["unchanged"] == 6


def test_what_cannot_be_written_gets_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    write_celeba(tmp_path / "celeba", 4, 2, 2)
    ended = run("train", tmp_path / "celeba", "--model", "tiny", "--out", tmp_path / "file")
    assert ended.status == 1 and "file" in ended.err and "Traceback" not in ended.err


def test_a_terminal_of_another_encoding_is_written_to(indexed: Ended, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "FACEQUERY_LIBRARY": str(tmp_path / "library")}
    command = [sys.executable, "-m", "ui.cli", "find", "mael"]
    ended = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert ended.returncode == 2 and b"mael" in ended.stderr and b"Traceback" not in ended.stderr


def test_an_unknown_model_is_named_with_those_there_are(run: Run, pictures: Path) -> None:
    ended = run("index", pictures, "--model", "vgg")
    assert ended.status == 2 and "vgg" in ended.err


def test_another_model_does_not_mix_into_a_library(indexed: Ended, run: Run, pictures: Path, tmp_path: Path) -> None:
    torch.manual_seed(1)
    checkpoint.save(tmp_path / "other", build("tiny"), Card("tiny", Preprocessing(32)))
    for arguments in (("index", pictures), ("similar", pictures / "0.png")):
        ended = run(*arguments, "--crop", "aligned", "--model", tmp_path / "other")
        assert ended.status == 1 and "do not compare" in ended.err


def test_a_library_by_a_newer_version_is_refused_untouched(indexed: Ended, run: Run, tmp_path: Path) -> None:
    import sqlite3

    database = tmp_path / "library" / "library.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = database.read_bytes()
    ended = run("find", "Smiling")
    assert ended.status == 1 and "newer" in ended.err
    assert database.read_bytes() == before


def test_wrong_usage_is_status_2(run: Run) -> None:
    assert run("find").status == 2
    assert run("find", "Smiling", "--sort", "size").status == 2
    assert run("nonsense").status == 2


def test_a_picture_without_a_face_is_no_failure(run: Run, tmp_path: Path, model: Path) -> None:
    folder = tmp_path / "landscapes"
    folder.mkdir()
    Image.linear_gradient("L").save(folder / "sky.png")
    ended = run("index", folder, "--model", model, "--device", "cpu", "--json")
    assert (ended.status, ended.json["rejected"]) == (0, [])
    assert ended.json["without_face"] == [str(folder / "sky.png")]
    assert run("similar", folder / "sky.png", "--model", model).status == 1


def test_a_dry_run_says_what_would_be_read_and_leaves_no_library(run: Run, pictures: Path, tmp_path: Path) -> None:
    told = run("index", pictures, "--dry-run", "--json")
    assert told.status == 0 and (told.json["new"], told.json["unchanged"]) == (6, 0)
    assert "6   new" in run("index", pictures, "--dry-run").out and not (tmp_path / "library").exists()
    assert run("index", pictures, "--dry-run", "--watch").status == 2


def test_a_cluster_that_cannot_be_had_is_a_sentence(
    run: Run, pictures: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(8):
        Image.new("RGB", (178, 218), (seed, 0, 0)).save(pictures / f"new {seed}.png")
    nowhere = run("index", pictures, "--model", model, "--engine", "ray", "--address", "127.0.0.1:1")
    assert nowhere.status == 1 and "There is no Ray cluster at 127.0.0.1:1" in nowhere.err
    monkeypatch.setattr("indexer.cluster.ray_data.find_spec", lambda name: None)
    without = run("index", pictures, "--library", tmp_path / "none", "--engine", "ray")
    assert without.status == 1 and "pip install 'facequery[ray]'" in without.err
    assert not (tmp_path / "none").exists(), "it is said before anything is made"
    assert run("index", pictures, "--address", "auto").status == 2


def test_folders_are_followed_before_the_first_run_and_read_as_a_whole_only_in_that(
    run: Run, pictures: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[object] = []
    index = pipeline.index

    def changes(_: Sequence[str], *, polling: bool) -> Iterator[int]:
        order.append(f"followed, polling {polling}")
        yield from (0, 3)

    def noted(*given: Any, **options: Any) -> Report:
        order.append(options["rehash"])
        return index(*given, **options)

    monkeypatch.setattr(watching, "changes", changes)
    monkeypatch.setattr(pipeline, "index", noted)
    run("index", pictures, "--model", model, "--device", "cpu", "--workers", "1", "--rehash", "--watch")
    assert order == ["followed, polling False", True, False]


def test_where_columns_do_not_fit_every_command_about_a_query_answers_and_says_why_it_is_late(
    run: Run, pictures: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACEQUERY_COLUMNS", "0")
    ended = run("index", pictures, "--crop", "aligned", "--model", model)
    assert ended.status == 0 and "too large for this machine's memory" in ended.err and "6   added" in ended.out
    late = [run("find", "Young", "--json", "--explain"), run("facets", "Young", "--json"), run("find", "Male")]
    assert all(one.status == 0 for one in late)
    assert all("The database itself was asked" in find.err for find in (late[0], late[2]))
    monkeypatch.delenv("FACEQUERY_COLUMNS")
    soon = [run("find", "Young", "--json", "--explain"), run("facets", "Young", "--json")]
    assert soon[0].err == "" and [one.json for one in soon[1:]] == [one.json for one in late[1:2]]
    assert {name: value for name, value in soon[0].json.items() if name != "expected"} == late[0].json
