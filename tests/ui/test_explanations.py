"""Why a face matches, on the terminal, in JSON and in the app."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from retrieval.answers.explain import Explanation, Reason
from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.conftest import Open, Shelf, at_ease, everything, pressed
from ui.cli import app
from ui.explanations import as_dict, turning


@pytest.fixture
def family(tmp_path: Path) -> Path:
    """Two faces in one photograph, and 60 in others."""
    with Library.create_or_open(tmp_path / "library") as library:
        two = a_face(1, Male=0.9, Smiling=0.6), a_face(2, Male=0.2, Smiling=0.7)
        fill(library, [a_photo("/a\n*b*.jpg", *two), *(a_photo(f"/{at}", a_face(at, Male=0.6)) for at in range(60))])
        return library.folder


def find(library: Path, *arguments: str) -> tuple[int, str, str]:
    ended = CliRunner().invoke(app, ["find", *arguments, "--library", str(library)])
    return ended.exit_code, ended.stdout, ended.stderr


def test_each_face_is_told_with_its_terms_and_what_would_flip_it(family: Path):
    status, told, _ = find(family, "only(Male) AND Smiling AND path:a*", "--explain")
    assert status == 0
    assert "face 1" in told and "/a␊*b*.jpg" in told
    assert "0.900 of 0.500" in told and "+0.400" in told and "Male of face 2" in told and "-0.300" in told
    assert "It would not match if Smiling did not hold (by 0.100), or Male of face 2 did hold (by 0.300)" in told


def test_the_answer_says_how_good_it_should_be_and_can_be_made_better(family: Path):
    _, told, _ = find(family, "Male")
    assert "on photographs like CelebA's: 60% of them right" in told
    _, told, _ = find(family, "Male", "--precision", "0.89", "--json")
    answer = json.loads(told)
    assert answer["total"] == 1
    assert answer["expected"]["precision"] == pytest.approx(0.9)
    assert answer["expected"]["least"] == pytest.approx(0.9)


def test_an_unreachable_precision_says_how_sure_the_surest_is(family: Path):
    status, told, notes = find(family, "Male", "--precision", "0.95")
    assert (status, told.strip()) == (0, "0 faces")
    assert "No set of faces should be 95% right: the surest face is at 90.0%." in notes
    status, _, notes = find(family, "Male", "--precision", "95")
    assert status == 2
    assert "0.95" in notes


def test_nothing_is_expected_where_nothing_was_guessed(family: Path):
    assert "expected" not in find(family, "faces = 2")[1]


def test_an_answer_is_written_in_one_form(family: Path):
    assert find(family, "Male", "--json", "--csv")[0] == 2


def test_an_attribute_graded_d_is_said_to_be_a_hint(family: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("classifiers.cards.reliability.grades", lambda card: {"Oval_Face": "D", "Male": "A"})
    _, _, notes = find(family, "Male AND NOT Oval_Face")
    assert "Oval face, grade D: a hint at best." in notes
    assert "grade A" not in notes


def test_in_json_each_face_has_its_explanation(family: Path):
    _, told, _ = find(family, "Smiling AND any(Male)", "--explain", "--json", "--limit", "2")
    plain = json.loads(find(family, "Smiling AND any(Male)", "--json", "--limit", "2")[1])
    document = json.loads(told)
    explanations = [face.pop("explanation") for face in document["faces"]]
    assert document == plain
    for face, explanation in zip(document["faces"], explanations, strict=True):
        assert explanation["matches"] and explanation["confidence"] == face["confidence"]
        assert explanation["reasons"][0]["term"] == "Smiling"
        assert all(explanation["reasons"][at]["flips"] for at in explanation["flips"])


@pytest.mark.parametrize("other", ["--csv", "--paths", "-0"])
def test_what_has_no_room_for_reasons_is_refused(family: Path, other: str):
    assert find(family, "Male", "--explain", other)[0] == 2


def test_a_query_that_is_nearly_another_is_noted_beside_the_answer(family: Path):
    status, told, noted = find(family, "Male AND NOT Male > 0.9999", "--json")
    assert status == 0 and json.loads(told)["total"] == 61
    assert noted.endswith(
        "Note: NOT Male > 0.9999 changes none of 61 faces: without it, this is nearly the same query.\n"
    )
    assert "contradict" in find(family, "Male AND NOT Male")[2] and find(family, "Male")[2] == ""


def test_an_answer_that_no_single_term_changes_says_so():
    explanation = Explanation(1, "Male OR Smiling", True, 0.9, (Reason(1, "Male", True, False, 0.9, 0.5, 0.4),))
    assert turning(explanation) == "No single term would change this." and as_dict(explanation)["flips"] == []


def test_the_app_notes_no_tautology_where_there_is_a_quantifier(few: Shelf, opened: Open):
    page = opened(few.library, q="Male OR NOT Male OR any(Smiling) AND path:*")
    assert at_ease(page) and "Every face matches" not in everything(page)


def test_the_app_notes_a_contradiction(few: Shelf, opened: Open):
    page = opened(few.library, q="Male AND NOT Male")
    assert at_ease(page) and "contradict each other" in everything(page)


@pytest.mark.parametrize("query", ["model:nobody", "path:*.png AND model:tinny", 'any(path:"**x**<b>") Male'])
def test_the_app_survives_queries_of_files_and_models(few: Shelf, opened: Open, query: str):
    page = opened(few.library, q=query)
    assert not page.exception
    assert bool(page.error) == ("model:" in query)


def test_an_answer_of_nothing_says_what_to_drop(family: Path):
    query = "Male AND faces = 2 AND NOT Smiling"
    status, told, notes = find(family, query)
    assert status == 0 and told.strip() == "0 faces"
    assert "No face matches. Without faces = 2: 28 faces; without NOT Smiling: 1 face." in notes
    document = json.loads(find(family, query, "--json")[1])
    assert document["without"][0] == {"condition": "faces = 2", "query": "Male AND NOT Smiling", "total": 28}
    assert json.loads(find(family, query, "--json", "--explain")[1])["without"] == document["without"]
    assert json.loads(find(family, document["without"][0]["query"], "--json")[1])["total"] == 28
    assert "without" not in json.loads(find(family, "Male", "--json")[1])
    assert json.loads(find(family, "faces = 7", "--json")[1])["without"] == []


@pytest.mark.parametrize("command", [("facets",), ("similar", "--face", "1", "--where")])
def test_every_command_that_finds_nothing_says_what_to_drop(family: Path, command: tuple[str, ...]):
    query = "Male AND faces = 2 AND NOT Smiling"
    ended = CliRunner().invoke(app, [*command, query, "--library", str(family)])
    assert ended.exit_code == 0
    assert "Without faces = 2: 28 faces" in ended.stderr


def test_the_page_without_faces_goes_on_without_a_condition(opened: Open, few: Shelf):
    page = opened(few.library, q="Smiling >= 0 AND path:**nowhere** AND faces = 1")
    assert at_ease(page) and "No face matches" in page.info[0].value
    (label,) = [button.label for button in page.button if button.key == "without-0"]
    assert label.replace("\\", "").replace("\u2060", "") == 'Without path:"**nowhere**": 3 faces'
    pressed(page, "without-0")
    assert page.query_params["q"] == "Smiling >= 0.0 AND faces = 1" and "3 faces" in everything(page)
