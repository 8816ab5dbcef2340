"""The page "Search", as its URL and its buttons."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from retrieval.columns import cache
from retrieval.errors import QueryError, shown
from retrieval.facts import Facts
from retrieval.language import query
from retrieval.language.nodes import Query
from retrieval.language.query import parse
from retrieval.library import Library
from retrieval.pictures import bounds
from tests.bad_files import bad_files, encoded, picture
from tests.retrieval.made import ENVIRONMENT, MODEL
from tests.ui.conftest import (
    FACES,
    Open,
    Shelf,
    asked,
    at_ease,
    cards,
    everything,
    grid,
    make_shelf,
    pressed,
    ticked,
    typed,
)
from ui.screens.similar import LIMIT
from ui.server import APP, UPLOAD
from ui.session import models
from ui.words import percent

HOSTILE = [
    *("Eyeglases", "AND", "NOT", "OR Smiling", "Smiling AND", "Smiling OR", "(Smiling", "Smiling)", "()", ")("),
    *("Smiling >", "Smiling > 2", "Smiling > -1", "Smiling > nan", "Smiling > 1e400", "> 0.5", "Smiling >> 0.5"),
    *("'; DROP TABLE face; --", '"Smiling"', "Smiling; SELECT 1", "Smiling = 1", "1=1", "%", "_", "*", "\\"),
    *("<script>alert(1)</script>", "**Smiling**", "[a](javascript:alert(1))", "![x](http://evil.example/x.png)"),
    *("`" * 9, "``` \n# boo", "$x^2$", ":smile:", ":red[Smiling]", ":material/home:", "Ѕmiling", "Smi\u200bling"),
    *("\x00", "\x1b[31m", "Smiling\u202e", "(" * 17 + "Smiling" + ")" * 17, "NOT " * 17 + "Male"),
    *("Male " * 257, "x" * 5000, 'path:"x"', "any(Smiling)", "faces > 2", "🙂", "big nse"),
]
NAMES = [
    *(b"\xff\xfe.png", "é.png".encode(), "e\u0301.png".encode(), b"new\nline.png", b"tab\t.png", b"'quote'.png"),
    *(b'"double".png', b"--; DROP TABLE photo.png", b"100%.png", b"under_score.png", b"<script>alert(1)<\xff.png"),
    *(b"<img src=x onerror=alert(1)>.png", "\u202etxt.png".encode(), "👩‍👩‍👧.png".encode(), b"n" * 251 + b".png"),
    *(b"-dash.png", b" space.png", b"UPPER.PNG", b"**bold**.png", b":smile:.png", b":red[x].png", b"$x^2$.png"),
    *(b"\x1b[31mred.png", b"`code`.png"),
]
EVERYBODY = "Smiling OR NOT Smiling"


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"precision": "0.9"},
        {"precision": "1", "q": "Smiling AND NOT Smiling"},
        {"like": "1"},
        {"like": "1,2", "unlike": "3", "within": "1"},
        {"q": "@smiles"},
    ],
    ids=str,
)
def test_a_page_reads_its_query_once(
    opened: Open, own_shelf: Shelf, monkeypatch: pytest.MonkeyPatch, params: dict[str, str]
) -> None:
    with Library.open(own_shelf.library) as library:
        library.save_search("smiles", EVERYBODY)
    read: list[str] = []

    def counted(text: str) -> Query:
        read.append(text)
        return query._Parser(text).query()

    monkeypatch.setattr(query, "_parsed", counted)
    app = opened(own_shelf.library, **{"q": EVERYBODY, **params})
    assert at_ease(app) and read == [params.get("q", EVERYBODY).replace("@smiles", EVERYBODY)]
    for tool in [tool["what"] for tool in grid(app).get("tools", [])]:
        read.clear()
        assert at_ease(ticked(app, tool, 1)) and len(read) == 1


def test_a_query_shows_its_faces_the_surest_first(opened: Open, shelf: Shelf) -> None:
    app = opened(shelf.library, q="Smiling AND NOT Male")
    with Library.open(shelf.library) as library:
        answer = library.find("Smiling AND NOT Male")
    assert at_ease(app)
    assert grid(app)["title"] == f"{answer.total} faces" and " ms" in grid(app)["note"]
    assert [(hit["face"], hit["photo_name"], hit["score"]) for hit in grid(app)["hits"]] == [
        (hit.face, Path(hit.photo).name, percent(hit.score)) for hit in answer.hits
    ]


def test_without_a_query_there_are_all_faces(opened: Open, shelf: Shelf) -> None:
    app = opened(shelf.library)
    assert at_ease(app)
    assert len(cards(app)) == grid(app)["total"] == FACES
    assert f"{FACES} faces" in everything(app)


def test_a_library_whose_columns_do_not_fit_into_memory_is_searched_and_says_why_it_is_late(
    opened: Open, own_shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(own_shelf.library) as library:
        expected = [hit.face for hit in library.find("Smiling OR Male")]
    cache.clear(own_shelf.library)
    monkeypatch.setenv("FACEQUERY_COLUMNS", "0")
    assert cards(app := opened(own_shelf.library, q="Smiling OR Male")) == expected != [] and at_ease(app)
    assert any("The database itself was asked" in note for note in grid(app)["notes"])
    assert len(cards(app := opened(own_shelf.library))) == 3 and at_ease(app)
    similar = opened(own_shelf.library, like="1")
    assert not similar.exception and "The library is too large for this machine" in everything(similar)


def test_a_typed_query_becomes_the_url(opened: Open, few: Shelf) -> None:
    app = opened(few.library, q="Male", sort="path")
    typed(app, "Smiling > 0.25")
    assert at_ease(app)
    assert (app.query_params["q"], app.query_params["sort"]) == ("Smiling > 0.25", "path")


@pytest.mark.parametrize("page", ["2", "3", "999999999999", "0", "-1", "x", "٣", "1e3", "9" * 400])
def test_an_address_of_a_page_from_earlier_leads_to_all_faces(opened: Open, few: Shelf, page: str) -> None:
    app = opened(few.library, page=page)
    assert at_ease(app) and len(cards(app)) == 3


@pytest.mark.lengthy
def test_faces_can_be_sorted_by_file_name(opened: Open, shelf: Shelf) -> None:
    app = opened(shelf.library)
    app.selectbox(key="sort").set_value("path").run()
    assert [hit["photo_name"] for hit in grid(app)["hits"]][:2] == ["000.png", "001.png"]


def test_words_that_are_opinions_say_so(opened: Open, few: Shelf) -> None:
    app = opened(few.library, q="Attractive AND Pointy_Nose")
    said = grid(app)["notes"]
    assert any("Attractive" in sentence and "opinion" in sentence for sentence in said)
    assert any("Pointy nose" in sentence and "disagreed" in sentence for sentence in said)
    plain = opened(few.library, q="Smiling")
    assert grid(plain)["notes"] == []
    assert any("non-commercial research only" in caption.value for caption in plain.sidebar.caption)


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_query_gives_one_box_and_nothing_else(opened: Open, few: Shelf, query: str) -> None:
    app = opened(few.library, q=query)
    assert not app.exception
    assert len(app.error) == 1 or at_ease(app)
    assert not cards(app) or at_ease(app)


def test_an_error_shows_the_place_and_one_click_mends_it(opened: Open, few: Shelf) -> None:
    app = opened(few.library, q="Smiling AND NOT Eyeglases")
    problem, _, code = app.error[0].value.partition("\n\n")
    assert "Eyeglases" in problem
    assert code.split("\n") == ["```", "Smiling AND NOT Eyeglases", " " * 16 + "^", "```"]
    pressed(app, "suggestion-0")
    assert app.query_params["q"] == "Smiling AND NOT Eyeglasses"
    assert at_ease(app)


def test_any_name_of_a_file_is_shown_as_it_is(opened: Open, tmp_path: Path) -> None:
    shelf = make_shelf(tmp_path, [*NAMES])
    app = opened(shelf.library, sort="added")
    assert at_ease(app)
    texts = {hit["photo_name"] for hit in grid(app)["hits"]}
    assert {shown(os.fsdecode(name)).replace(" space", "␣space") for name in NAMES} <= texts
    assert not any(ord(character) < 32 for text in texts for character in text)
    assert not any(b"script" in os.fsencode(markdown.value) for markdown in app.markdown)
    for number in range(1, len(NAMES) + 1, 4):
        assert at_ease(asked(app, "open", face=number)), NAMES[number - 1]
    assert at_ease(asked(app, "similar", face=1))


def test_a_photograph_that_is_gone_or_broken_opens_all_the_same(opened: Open, own_shelf: Shelf) -> None:
    (own_shelf.photographs / "0.png").unlink()
    (own_shelf.photographs / "1.png").write_bytes(b"no picture")
    (own_shelf.photographs / "2.png").write_bytes(encoded(picture(5, (3, 3)), "PNG"))
    app = opened(own_shelf.library, sort="path")
    assert at_ease(app) and len(cards(app)) == 3
    for number in (1, 2, 3):
        assert at_ease(asked(app, "open", face=number))


def test_faces_can_be_sorted_by_when_they_were_taken(opened: Open, own_shelf: Shelf) -> None:
    with Library.open(own_shelf.library) as library, library.writer(MODEL) as writer, writer.batch() as batch:
        for number, taken in ((1, 5), (2, 9), (3, 7)):
            batch.tell(number, Facts(taken))
    app = opened(own_shelf.library)
    app.selectbox(key="sort").set_value("taken").run()
    assert cards(app)[:3] == [2, 3, 1]


@pytest.mark.parametrize(
    "said",
    [
        *({}, {"face": "1"}, {"face": -1}, {"face": 1.5}, {"face": None}, {"face": [1]}, {"face": 10**400}),
        *({"faces": [1]}, {"faces": "1", "announced": 1}, {"faces": [0], "announced": 1}, {"faces": [True]}),
        *({"faces": [1], "announced": 2}, {"faces": [], "announced": 0}, {"but": [], "announced": -1}, {"but": None}),
    ],
    ids=str,
)
@pytest.mark.parametrize("what", ["similar", "say", "open", "nonsense"])
def test_what_no_grid_says_is_passed_over(opened: Open, few: Shelf, what: str, said: dict[str, object]) -> None:
    app = asked(opened(few.library, q=EVERYBODY), what, **said)
    assert at_ease(app) and app.query_params == {"q": EVERYBODY} and len(cards(app)) == 3
    assert not app.dataframe and not [button for button in app.button if str(button.key).startswith("say-")]


def test_a_face_that_has_gone_meanwhile_is_a_sentence(opened: Open, few: Shelf) -> None:
    app = asked(opened(few.library), "similar", face=99)
    assert not app.exception and "no face 99" in app.error[0].value


def test_similar_faces_are_a_click_away_inside_the_query_or_not(opened: Open, shelf: Shelf) -> None:
    app = opened(shelf.library, q="Smiling")
    asked(app, "similar", face=(face := cards(app)[0]))
    assert app.query_params["like"] == str(face)
    with Library.open(shelf.library) as library:
        free = library.similar_to(face, limit=LIMIT)
        inside = library.similar_to(face, where="Smiling", limit=LIMIT)
    assert at_ease(app) and cards(app) == [hit.face for hit in free.hits]
    app.checkbox[0].check().run()
    assert at_ease(app) and cards(app) == [hit.face for hit in inside.hits]
    assert app.query_params["within"] == "1"
    next(button for button in app.button if button.label == "Back to the search").click().run()
    assert "like" not in app.query_params and app.query_params["q"] == "Smiling"


@pytest.mark.parametrize("face", ["999", "9007199254740992", "99999999999999999999", "-1", "x", ""])
def test_a_face_that_is_not_there_is_said_to_be_gone(opened: Open, few: Shelf, face: str) -> None:
    app = opened(few.library, like=face)
    assert not app.exception
    if app.error:
        pressed(app, "without-gone")
        assert at_ease(app) and "like" not in app.query_params


def test_an_empty_library_says_what_to_do(opened: Open, tmp_path: Path) -> None:
    Library.create_or_open(tmp_path / "library").close()
    app = opened(tmp_path / "library")
    assert at_ease(app) and "Add a folder" in app.info[0].value
    assert [link.label for link in app.page_link] == ["Add photographs"]


def test_a_missing_library_says_what_to_do_and_is_not_made(opened: Open, tmp_path: Path) -> None:
    app = opened(tmp_path / "library")
    assert at_ease(app) and "no library yet" in app.info[0].value
    assert not (tmp_path / "library").exists()


def test_a_newer_library_is_refused_and_not_touched(opened: Open, own_shelf: Shelf) -> None:
    file = own_shelf.library / "library.db"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = file.read_bytes()
    app = opened(own_shelf.library)
    assert not app.exception and "newer" in app.error[0].value
    assert file.read_bytes() == before


def test_a_damaged_library_is_one_box(opened: Open, own_shelf: Shelf) -> None:
    (own_shelf.library / "library.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    app = opened(own_shelf.library)
    assert not app.exception and len(app.error) == 1


def test_another_library_in_the_same_place_is_seen(opened: Open, own_shelf: Shelf, tmp_path: Path) -> None:
    assert "3 faces" in everything(opened(own_shelf.library))
    other = make_shelf(tmp_path / "other", ["a.png"])
    shutil.rmtree(own_shelf.library)
    other.library.rename(own_shelf.library)
    assert "1 face\n" in everything(opened(own_shelf.library))


class OneColour:
    """Finds as many faces as it is told to; every face is alike."""

    def __init__(self, faces: int) -> None:
        self.faces = faces

    def seen(self, data: bytes, *_: object) -> list[models.Seen]:
        from indexer.read import decode

        decode(data)
        vector = np.zeros(512, np.float32)
        vector[0] = 1
        return [models.Seen(encoded(picture(n), "JPEG"), vector) for n in range(self.faces)]


@pytest.fixture
def faces_in_pictures(monkeypatch: pytest.MonkeyPatch) -> OneColour:
    eye = OneColour(1)
    monkeypatch.setattr(models, "tagger_for", lambda library: None)
    monkeypatch.setattr(models, "finder_for", lambda *_: None)
    monkeypatch.setattr(models, "seen_in", eye.seen)
    return eye


def handed_over(app: AppTest, name: str, data: bytes) -> AppTest:
    app.file_uploader[0].set_value((name, data, "image/png"))
    return app.run()


def test_a_picture_finds_faces_like_the_one_in_it(opened: Open, few: Shelf, faces_in_pictures: OneColour) -> None:
    app = handed_over(opened(few.library), "**me**.png", encoded(picture(), "PNG"))
    assert at_ease(app) and len(cards(app)) == 3
    assert "**me**.png" in [text.value for text in app.text]
    asked(app, "similar", face=cards(app)[2])
    assert "like" in app.query_params and at_ease(app)


def test_a_picture_is_looked_at_again_by_another_model(
    opened: Open, tmp_path: Path, faces_in_pictures: OneColour, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, looked = make_shelf(tmp_path, ["0.png"]), list[str]()
    monkeypatch.setattr(models, "tagger_for", lambda library: looked.append(library.model.fingerprint))
    app = handed_over(opened(shelf.library), "me.png", encoded(picture(), "PNG")).run()
    assert len(looked) == 1
    with closing(sqlite3.connect(shelf.library / "library.db")) as raw, raw:
        raw.execute("UPDATE model SET fingerprint = 'another'")
    app.run()
    assert looked[1:] == ["another"]


def test_a_new_question_leaves_the_picture(opened: Open, few: Shelf, faces_in_pictures: OneColour) -> None:
    app = handed_over(opened(few.library), "me.png", encoded(picture(), "PNG"))
    typed(app, "Male OR NOT Male")
    assert at_ease(app) and app.file_uploader[0].value is None
    assert all(hit["score"].endswith("%") for hit in grid(app)["hits"]) and cards(app)


def test_a_question_about_likes_keeps_their_face(opened: Open, few: Shelf) -> None:
    app = opened(few.library, q="Male", like="1", within="1")
    typed(app, "Male OR NOT Male")
    assert at_ease(app) and app.query_params["like"] == "1" and len(cards(app)) == 2
    typed(app, "")
    assert at_ease(app) and "like" not in app.query_params and len(cards(app)) == 3


def test_of_several_faces_in_a_picture_one_is_chosen(opened: Open, few: Shelf, faces_in_pictures: OneColour) -> None:
    faces_in_pictures.faces = 3
    app = handed_over(opened(few.library), "three.png", encoded(picture(), "PNG"))
    assert any("3 faces" in caption.value for caption in app.caption)
    pressed(app, "meant-2")
    assert at_ease(app) and app.session_state.meant == 2
    next(button for button in app.button if button.label == "Back to the search").click().run()
    assert at_ease(app) and app.file_uploader[0].value is None


def test_a_picture_without_a_face_says_so(opened: Open, few: Shelf, faces_in_pictures: OneColour) -> None:
    faces_in_pictures.faces = 0
    app = handed_over(opened(few.library), "wall.png", encoded(picture(), "PNG"))
    assert "No face" in app.warning[0].value and not app.exception


def test_bad_pictures_handed_over_are_a_sentence_and_leave_nothing_on_disk(
    opened: Open, few: Shelf, faces_in_pictures: OneColour, written: set[str]
) -> None:
    app = opened(few.library)
    written.clear()
    for file in bad_files()[::4]:
        handed_over(app, f"{Path(file.name).stem or 'x'}.png", file.data)
        assert not app.exception, file.name
        assert bool(app.error) == bool(file.verdict) or file.verdict is None, file.name
    assert not written


def test_a_picture_with_too_many_bytes_or_pixels_is_refused_as_by_the_command_line(
    opened: Open, few: Shelf, faces_in_pictures: OneColour, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert UPLOAD * 2**20 > bounds.MAX_BYTES  # what is a little too large reaches the app, which says why
    app = opened(few.library)
    assert "At most 64 MiB and 64 megapixels." in everything(app)
    large = encoded(Image.new("L", (8001, 8000)), "PNG")
    assert "large.png cannot be used: larger than 64 megapixels" in plain(handed_over(app, "large.png", large))
    monkeypatch.setattr(bounds, "MAX_BYTES", 1000)
    assert "long.png cannot be used: larger than 64 MiB" in plain(handed_over(app, "long.png", bytes(1001)))


def plain(app: AppTest) -> str:
    """The error on the page, without what keeps it from being Markdown."""
    return app.error[0].value.replace("\\", "").replace("\u2060", "")


@pytest.mark.parametrize("query", ["Smiling > 0,9", "Smilling AND Bld"])
def test_the_page_gives_every_suggestion_that_the_command_line_gives(opened: Open, few: Shelf, query: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse(query)
    app = opened(few.library, q=query)
    assert not app.exception
    said = [text.value for text in app.text] + [button.label for button in app.button]
    assert all(any(suggestion in text for text in said) for suggestion in raised.value.suggestions)


def test_a_query_with_two_slips_is_mended_by_two_clicks(opened: Open, few: Shelf) -> None:
    app = opened(few.library, q="Smilling AND Balld")
    for mended in ("Smiling AND Balld", "Smiling AND Bald"):
        pressed(app, "suggestion-0")
        assert app.query_params["q"] == mended
    assert at_ease(app)


@pytest.mark.lengthy
def test_browsing_loads_no_network(few: Shelf) -> None:
    program = (
        "import sys\nfrom streamlit.testing.v1 import AppTest\n"
        f"app = AppTest.from_file({str(APP)!r}, default_timeout=60)\napp.query_params['q'] = 'Male OR NOT Male'\n"
        "app.run()\nassert not app.exception and app.get('bidi_component')\n"
        "assert not {'torch', 'torchvision', 'openvino'} & set(sys.modules)"
    )
    environment = {**ENVIRONMENT, "FACEQUERY_LIBRARY": str(few.library)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=100)


def test_the_library_is_only_read(opened: Open, few: Shelf) -> None:
    before = (few.library / "library.db").read_bytes()
    opened(few.library, q="Smiling", like="1")
    assert (few.library / "library.db").read_bytes() == before
