"""The app without a browser, on throw-away libraries of pictures that show nobody."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from retrieval.library import Library
from tests.bad_files import picture
from tests.retrieval.made import a_face, a_photo, fill
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
    kinds = (app.markdown, app.caption, app.text, app.error, app.info, app.warning, app.subheader, app.metric)
    return "\n".join(str(element.value) for elements in kinds for element in elements)
