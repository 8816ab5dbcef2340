"""The page of the people: groups, and what can be said of them."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from retrieval.library import Library
from retrieval.writing import store
from tests.bad_files import picture
from tests.retrieval.made import MODEL, a_face, a_photo, fill
from tests.ui import conftest
from tests.ui.conftest import Open, asked, at_ease, everything, grid, pressed

HOSTILE = [
    *("", " ", "**bold**", "<script>alert(1)</script>", ":smile:", ":material/home:", "`" * 9, "$x^2$", "[a](b)"),
    *(
        "x" * 201,
        "x" * 200,
        "a\x00b",
        "\x1b[31m",
        "\u202e",
        "👩‍👩‍👧",
        "'; DROP TABLE person",
        "Anna\nBerta",
        "\\",
        "@anna",
    ),
]


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Two people of three photographs each, found already."""
    folder = tmp_path / "photographs"
    folder.mkdir()
    photographs = []
    for at in range(6):
        picture(at, (200, 200)).save(folder / f"{at}.png")
        photographs.append(a_photo(str(folder / f"{at}.png"), a_face(at % 2), data=f"{at}"))
    with Library.create_or_open(tmp_path / "library") as library:
        fill(library, photographs)
        library.people.group()
    return tmp_path / "library"


def groups(library: Path) -> dict[int, tuple[str | None, tuple[int, ...]]]:
    with Library.open(library) as opened:
        return {person.id: (person.name, person.faces) for person in opened.people.listed()}


def ticked(app: AppTest, place: str, *numbers: int) -> AppTest:
    for number in numbers:
        app.checkbox(key=f"tick-{place}-{number}").check().run()
    return app


def named(app: AppTest, group: int, name: str) -> AppTest:
    app.text_input(key=f"called-{group}").set_value(name)
    return pressed(app, "name")


def test_groups_are_found_and_said_to_be_suggestions(opened: Open, people: Path, tmp_path: Path) -> None:
    with Library.open(people) as library:
        for person in library.people.listed():
            library.people.reject(person.id, person.faces)
    app = opened(people, at="people")
    assert at_ease(app) and "No groups yet" in app.info[0].value
    assert "Suggestions by likeness" in everything(app) and "CelebA" not in everything(app), "its card has no figures"


def test_it_is_said_how_good_such_suggestions_were(opened: Open, people: Path) -> None:
    card = {"people": {"figures": {"test": {"images": 1500, "people": 300, "precision": 0.97, "recall": 0.4}}}}
    with Library.open(people) as library, library.writer(replace(MODEL, card=json.dumps(card))):
        pass
    app = opened(people, at="people")
    assert at_ease(app) and "Suggestions by likeness, to be set right by you. On CelebA's test" in everything(app)
    assert "97 of 100 pairs" in everything(app) and "40 of 100" in everything(app)


def test_a_click_finds_groups(opened: Open, people: Path) -> None:
    with Library.open(people) as library:
        fill(library, [a_photo(str(people / f"more{at}.png"), a_face(7), data=f"m{at}") for at in range(2)])
    app = opened(people, at="people")
    assert "**2 groups**" in everything(app)
    pressed(app, "group")
    assert at_ease(app) and "**3 groups**" in everything(app) and "3 groups of faces" in everything(app)
    assert len(groups(people)) == 3


def test_a_group_is_opened_named_and_found_by_its_name(opened: Open, people: Path) -> None:
    app = pressed(opened(people, at="people"), "open-1")
    assert at_ease(app) and app.query_params == {"group": "1"} and "3 faces" in everything(app)
    named(app, 1, " Anna ")
    number = int(app.query_params["group"])
    assert at_ease(app) and groups(people)[number] == ("Anna", (1, 3, 5))
    assert app.subheader[0].value == "Anna" and [hit["score"] for hit in grid(app)["hits"]] == ["✓"] * 3
    app = opened(people, at="people")
    app.button_group(key="which").set_value("Named").run()
    assert "**1 group**" in everything(app) and "**Anna**" in everything(app)
    app.button_group(key="which").set_value("Not named yet").run()
    assert at_ease(app) and "**Anna**" not in everything(app)


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_is_shown_as_it_is_or_refused(opened: Open, people: Path, name: str) -> None:
    app = named(opened(people, at="people", group="1"), 1, name)
    assert not app.exception and len(app.error) <= 1
    app = opened(people, at="people")
    assert at_ease(app)
    assert not any(raw in everything(app) for raw in ("<script>", "**bold**", ":smile:", "$x^2$", "[a](b)"))


def test_a_name_that_is_taken_says_what_to_do(opened: Open, people: Path) -> None:
    with Library.open(people) as library:
        library.people.name(1, "Anna")
    app = named(opened(people, at="people", group="2"), 2, "Anna")
    assert not app.exception and "merge the two" in app.error[0].value


def test_groups_are_merged_from_the_list_and_it_is_undone(opened: Open, people: Path) -> None:
    app = opened(people, at="people")
    assert app.button(key="merge").disabled
    ticked(app, "groups", 1, 2)
    pressed(app, "merge")
    assert at_ease(app) and list(groups(people).values()) == [(None, (1, 2, 3, 4, 5, 6))]
    pressed(app, "undo-last")
    assert at_ease(app) and len(groups(people)) == 2


def test_groups_are_merged_from_one_that_resembles(opened: Open, people: Path) -> None:
    app = ticked(opened(people, at="people", group="2"), "near-2", 1)
    pressed(app, "merge-near")
    assert at_ease(app) and list(groups(people).values()) == [(None, (1, 2, 3, 4, 5, 6))]
    assert int(app.query_params["group"]) in groups(people)


def test_faces_are_rejected_and_stay_rejected(opened: Open, people: Path) -> None:
    app = conftest.ticked(opened(people, at="people", group="1"), "reject", 3)
    assert at_ease(app) and groups(people)[1] == (None, (1, 5))
    pressed(pressed(app, "back"), "group")
    assert groups(people)[1] == (None, (1, 5))


def test_faces_are_split_off(opened: Open, people: Path) -> None:
    app = conftest.ticked(opened(people, at="people", group="1"), "split", 3, 5)
    assert at_ease(app) and sorted(faces for _, faces in groups(people).values()) == [(1,), (2, 4, 6), (3, 5)]
    offered = [box.key for box in app.checkbox if box.key and box.key.startswith("tick-near-1-")]
    assert offered == ["tick-near-1-2"], "not what was just split off"
    pressed(app, "undo-last")
    assert at_ease(app) and sorted(faces for _, faces in groups(people).values()) == [(1, 3, 5), (2, 4, 6)]


def test_a_group_of_which_nothing_is_left_leads_back_to_all(opened: Open, people: Path) -> None:
    app = asked(opened(people, at="people", group="1"), "reject", but=[], announced=3)
    assert at_ease(app) and app.query_params == {} and "**1 group**" in everything(app)


def test_a_group_leads_to_the_search_for_its_likes(opened: Open, people: Path) -> None:
    app = opened(people, at="people", group="1")
    links = {link.label: link.proto.query_string for link in app.page_link}
    assert links == {"More like these": "like=1%2C3%2C5"}


def test_a_name_leads_to_the_search_for_its_faces(opened: Open, people: Path) -> None:
    name = 'Anna "A" \\ & <b>?'
    with Library.open(people) as library:
        library.people.name(1, name)
    app = opened(people, at="people", group="1")
    link = next(link for link in app.page_link if link.label == "Show in search")
    (query,) = parse_qs(link.proto.query_string)["q"]
    app = opened(people, q=query)
    assert at_ease(app) and "3 faces\n" in everything(app)


@pytest.mark.parametrize("group", ["99", "9007199254740992", "-1", "x", "1e3", "٣", "1,2", "<b>", "\x00", "9" * 400])
def test_a_group_that_is_not_there_is_a_sentence(opened: Open, people: Path, group: str) -> None:
    app = opened(people, at="people", group=group)
    assert not app.exception and len(app.error) <= 1
    if app.error:
        pressed(app, "back")
        assert at_ease(app) and "**2 groups**" in everything(app)


def test_photographs_that_are_gone_are_placeholders(opened: Open, people: Path) -> None:
    for file in (people.parent / "photographs").iterdir():
        file.unlink()
    assert at_ease(opened(people, at="people")) and at_ease(opened(people, at="people", group="1"))


def test_a_busy_library_says_so(opened: Open, people: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PATIENCE", 0.01)
    app = opened(people, at="people", group="1")
    with Library.open(people) as library, library.writer(MODEL):
        for said in (conftest.ticked, conftest.ticked, named):
            said(app, 1, "Anna") if said is named else said(app, "reject", 3)
            assert not app.exception and "being written by process" in app.error[0].value
        pressed(pressed(app, "back"), "group")
        assert not app.exception and "being written by process" in app.error[0].value


def test_an_empty_library_says_what_to_do(opened: Open, tmp_path: Path) -> None:
    Library.create_or_open(tmp_path / "library").close()
    app = opened(tmp_path / "library", at="people")
    assert at_ease(app) and "Add a folder" in app.info[0].value
    assert [link.label for link in app.page_link] == ["Add photographs"]
