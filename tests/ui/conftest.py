"""The app without a browser, and the program, on throw-away libraries of pictures that show nobody."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from retrieval.library import Library
from tests.bad_files import picture
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.ended import Ended, Run
from ui.server import APP, variables

FACES = 70  # two pages


class Shelf(NamedTuple):
    """A library and the folder of its photographs."""

    library: Path
    photographs: Path


Open = Callable[..., AppTest]


def make_shelf(root: Path, names: list[str | bytes]) -> Shelf:
    """A library of one face a photograph, of 200 x 200 pixels each; the names may hold any bytes."""
    shelf = Shelf(root / "library", root / "photographs")
    shelf.photographs.mkdir(parents=True)
    paths = [os.path.join(os.fsencode(shelf.photographs), os.fsencode(name)) for name in names]  # noqa: PTH118
    for seed, path in enumerate(paths):
        with open(path, "wb") as file:
            picture(seed, (200, 200)).save(file, "PNG")
    with Library.create_or_open(shelf.library) as library:
        fill(library, [a_photo(os.fsdecode(path), a_face(seed)) for seed, path in enumerate(paths)])
    return shelf


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Two pages of faces, for tests that only look."""
    return make_shelf(tmp_path_factory.mktemp("shelf"), [f"{number:03}.png" for number in range(FACES)])


@pytest.fixture(scope="session")
def few(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three faces, for tests that only look."""
    return make_shelf(tmp_path_factory.mktemp("few"), ["0.png", "1.png", "2.png"])


@pytest.fixture
def own_shelf(tmp_path: Path) -> Shelf:
    """For tests that change something."""
    return make_shelf(tmp_path, [f"{number}.png" for number in range(3)])


@pytest.fixture(scope="session", autouse=True)
def no_components() -> Iterator[None]:
    """AppTest reads the metadata of every installed package at every run, looking for components; we have none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", list)
        yield


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens the app on a library at a page, as a URL with these parameters would, and runs it once."""

    def open_app(library: Path, *roots: Path, at: str = "", **params: str) -> AppTest:
        for name, value in variables(library, roots or (library.parent,)).items():
            monkeypatch.setenv(name, value)
        app = AppTest.from_file(str(APP), default_timeout=30)
        app._page_hash = calc_hash(at) if at else ""  # `switch_page` knows pages in files only
        app.query_params.update(params)
        return app.run()

    return open_app


@pytest.fixture(scope="session", autouse=True)
def closed() -> Iterator[None]:
    """Closes the libraries that the app has kept open."""
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


def at_ease(app: AppTest) -> bool:
    """Nothing is wrong on the page."""
    return not app.exception and not app.error


def everything(app: AppTest) -> str:
    """All that a person can read on the page."""
    in_grid = [grid(app).get("title", ""), grid(app).get("note", "")]
    kinds = (app.markdown, app.caption, app.text, app.error, app.info, app.warning, app.subheader, app.metric)
    return "\n".join([*in_grid, *(str(element.value) for elements in kinds for element in elements)])


def pressed(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return app.run()


def grid(app: AppTest) -> dict[str, Any]:
    """What the page gives the grid of faces, which runs in a browser; `{}` where there is none."""
    parts = [json.loads(part.proto.json) for part in app.get("bidi_component")]
    return next((part for part in parts if part["part"] == "gallery"), {"hits": []})


def cards(app: AppTest) -> list[int]:
    """The faces in the grid, as far as they come with the page."""
    return [hit["face"] for hit in grid(app)["hits"]]


def asked(app: AppTest, what: str, **said: object) -> AppTest:
    """The page after the grid has told it something, as a click in it does."""
    return _told(app, "gallery", {"what": what, **said})


def typed(app: AppTest, query: str) -> AppTest:
    """The page after a query was written into its field, and Enter."""
    return _told(app, "querybar", query)


def field(app: AppTest) -> str:
    """What the query field shows."""
    (part,) = [part for part in map(_given, app.get("bidi_component")) if part["part"] == "querybar"]
    return str(part["query"])


def _given(part: Any) -> dict[str, Any]:
    return dict(json.loads(part.proto.json))


def _told(app: AppTest, name: str, value: object) -> AppTest:
    (part,) = [part.proto for part in app.get("bidi_component") if _given(part)["part"] == name]
    states = app._tree.get_widget_states()
    event = {"event": "asked", "value": value}
    states.widgets.add(id=f"$$STREAMLIT_INTERNAL_KEY_{part.id}__events", json_trigger_value=json.dumps(event))
    return app._run(states)


def ticked(app: AppTest, what: str, *faces: int) -> AppTest:
    """The page after a tool of the grid was used on these faces."""
    return asked(app, what, faces=list(faces), announced=len(faces))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program in this process, on a library of this test's own; `typed` is what a person answers."""
    from ui import cli

    def run(*arguments: object, typed: str = "") -> Ended:
        monkeypatch.setenv("FACEQUERY_LIBRARY", str(tmp_path / "library"))
        monkeypatch.setattr(sys, "argv", ["facequery", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Ended(int(ended.value.code or 0), *capsys.readouterr())

    return run


def made_model(folder: Path, seed: int = 0) -> Path:
    """A tiny network, as it was before training."""
    import torch

    from classifiers.cards.preprocessing import Preprocessing
    from classifiers.networks import checkpoint
    from classifiers.networks.architectures import build

    torch.manual_seed(seed)
    checkpoint.save(folder, build("tiny"), checkpoint.Card("tiny", Preprocessing(32)))
    return folder


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Six drawn faces."""
    from tests.classifiers.conftest import draw_face

    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(6):
        draw_face(np.random.default_rng(number).random(40) < 0.5).save(folder / f"{number}.png")
    return folder


@pytest.fixture
def indexed(run: Run, pictures: Path, model: Path) -> Ended:
    return run("index", pictures, "--crop", "aligned", "--model", model, "--json")
