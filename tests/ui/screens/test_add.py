"""The page "Add photographs": a folder goes in, a report comes out, and nothing outside the roots is read."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from classifiers.cards.card import ModelError
from indexer import decisions, look
from indexer.read import Bytes, VanishedImage, read_bytes
from indexer.seen import Eyes
from indexer.workers import Threads
from retrieval.library import Library
from retrieval.stores.sqlite.lock import held
from tests.bad_files import picture
from tests.indexer.conftest import FakeTagger
from tests.ui.conftest import Open, at_ease, everything
from tests.ui.session.test_job import until
from ui.session import models
from ui.session.handles import job_for
from ui.widgets import samples


class SlowTagger(FakeTagger):
    """Tags when its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()

    def tag(self, faces: Any) -> Any:
        assert self.gate.wait(20)
        return super().tag(faces)

    tag_all = tag


@pytest.fixture
def tagger(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowTagger]:
    tagger = SlowTagger()
    monkeypatch.setattr(models, "workers_for", lambda library, crop: Threads(Eyes(tagger, None)))
    yield tagger
    tagger.gate.set()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    (home / "Pictures").mkdir(parents=True)
    for seed in range(5):
        picture(seed).save(home / "Pictures" / f"{seed}.png")
    (home / "Pictures" / "**bad**.jpg").write_text("no picture")
    os.close(os.open(os.fsencode(home / "Pictures") + b"/\xff\n.png", os.O_CREAT))
    return home


def submitted(app: AppTest, folder: str) -> AppTest:
    app.text_input[0].set_value(folder)
    next(button for button in app.button if button.label == "Add photographs").click()
    return app.run()


def finished(app: AppTest, library: Path) -> AppTest:
    until(lambda: not job_for(library).running)
    return app.run()


def test_a_folder_is_indexed_and_reported(opened: Open, home: Path, tagger: SlowTagger) -> None:
    library = home.parent / "library"
    app = finished(submitted(opened(library, home, at="add"), str(home / "Pictures")), library)
    assert at_ease(app)
    assert {metric.label: metric.value for metric in app.metric} == {
        "New faces": "5",
        "Added": "5",
        "Unchanged": "0",
        "Moved": "0",
        "Missing": "0",
        "Without a face": "0",
        "Rejected": "2",
    }
    rejected = app.dataframe[0].value
    assert sorted(rejected["Why it was rejected"]) == ["empty file", "not a picture (no known format)"]
    assert any("**bad**.jpg" in name for name in rejected["Photograph"])
    with Library.open(library) as made:
        assert made.totals().faces == 5
    again = finished(submitted(app, "Pictures"), library)
    assert {metric.label: metric.value for metric in again.metric}["Unchanged"] == "5"


def test_what_vanishes_while_it_is_added_is_told(
    opened: Open, home: Path, tagger: SlowTagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def vanishing(path: str) -> Bytes:
        if path.endswith("3.png"):
            raise VanishedImage("there is no such file", passing=True)
        return read_bytes(path)

    for reader in (decisions, look):
        monkeypatch.setattr(reader, "read_bytes", vanishing)
    library = home.parent / "library"
    app = finished(submitted(opened(library, home, at="add"), "Pictures"), library)
    assert at_ease(app)
    figures = {metric.label: metric.value for metric in app.metric}
    assert (figures["Added"], figures["Vanished"]) == ("4", "1")
    assert any("Vanished" in table.value and "3.png" in table.value["Vanished"][0] for table in app.dataframe)


def test_progress_is_shown_and_the_page_can_be_left(opened: Open, home: Path, tagger: SlowTagger) -> None:
    library = home.parent / "library"
    tagger.gate.clear()
    app = submitted(opened(library, home, at="add"), "Pictures")
    until(lambda: job_for(library).pace is not None and job_for(library).pace.progress.total == 7)  # type: ignore[union-attr]
    app.run()
    assert at_ease(app)
    assert "of 7 photographs" in app.progress[0].text
    assert next(button for button in app.button if button.label == "Add photographs").disabled
    assert at_ease(opened(library, home))  # searching works meanwhile
    tagger.gate.set()
    finished(app, library)
    assert at_ease(app) and app.metric[0].value == "5"
    assert "5 faces" in everything(opened(library, home))


def test_a_run_can_be_stopped(opened: Open, home: Path, tagger: SlowTagger) -> None:
    library = home.parent / "library"
    tagger.gate.clear()
    for seed in range(70):  # more than a batch
        picture(seed + 100).save(home / "Pictures" / f"more{seed}.png")
    app = submitted(opened(library, home, at="add"), "Pictures")
    next(button for button in app.button if button.label == "Stop").click().run()
    tagger.gate.set()
    finished(app, library)
    assert at_ease(app) and "Stopped" in app.info[0].value


@pytest.mark.parametrize("folder", ["/", "/etc", "..", "{home}/../library", "{home}/out", "/nowhere"])
def test_a_folder_outside_the_roots_is_refused(opened: Open, home: Path, tagger: SlowTagger, folder: str) -> None:
    (home / "out").symlink_to("/etc")
    app = submitted(opened(home.parent / "library", home, at="add"), folder.format(home=home))
    assert not app.exception and "is outside" in app.error[0].value.replace("\\", "")
    assert not job_for(home.parent / "library").running and not (home.parent / "library").exists()


@pytest.mark.parametrize("folder", ["", "missing", "Pictures/0.png", "x" * 5000, "<b>x</b>", "pipe"])
def test_a_bad_folder_is_refused_with_a_sentence(opened: Open, home: Path, tagger: SlowTagger, folder: str) -> None:
    os.mkfifo(home / "pipe")
    app = submitted(opened(home.parent / "library", home, at="add"), folder)
    assert not app.exception and len(app.error) == 1
    assert not (home.parent / "library").exists()


def test_a_library_that_somebody_else_writes_is_said_to_be_busy(opened: Open, home: Path, tagger: SlowTagger) -> None:
    library = home.parent / "library"
    Library.create_or_open(library).close()
    with held(library):
        app = finished(submitted(opened(library, home, at="add"), "Pictures"), library)
    assert not app.exception and f"process {os.getpid()}" in app.error[0].value


def test_a_model_that_is_not_there_is_a_sentence(
    opened: Open, home: Path, tagger: SlowTagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(library: Library, crop: str) -> None:
        raise ModelError("There is no model.")

    monkeypatch.setattr(models, "workers_for", missing)
    app = submitted(opened(home.parent / "library", home, at="add"), "Pictures")
    assert not app.exception and "There is no model" in app.error[0].value


def test_an_error_that_is_not_ours_is_not_swallowed(opened: Open, home: Path, tagger: SlowTagger) -> None:
    tagger.prepare = lambda face: 1 / 0  # type: ignore[assignment, return-value]
    library = home.parent / "library"
    app = finished(submitted(opened(library, home, at="add"), "Pictures"), library)
    assert "ZeroDivisionError" in str(app.exception[0].value) or "division" in str(app.exception[0].value)
    assert at_ease(app.run())


def test_the_photographs_are_only_read(opened: Open, home: Path, tagger: SlowTagger, written: set[str]) -> None:
    library = home.parent / "library"
    finished(submitted(opened(library, home, at="add"), "Pictures"), library)
    opened(library, home, q="Male OR NOT Male")
    assert written and not [path for path in written if path.startswith(str(home))]


def test_the_finder_is_only_for_photographs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert models.finder_for("aligned") is None


def test_an_empty_library_offers_the_sample_faces(
    opened: Open, home: Path, tagger: SlowTagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = home.parent / "library"
    monkeypatch.setattr(samples, "samples_folder", lambda: home / "Pictures")
    app = opened(library, home)
    app.button(key="samples").click().run()
    app = finished(opened(library, home, at="add"), library)
    assert {metric.label: metric.value for metric in app.metric}["New faces"] == "5"
    assert not [button for button in app.button if button.key == "samples"], "it is no longer empty"
    assert "5 faces" in everything(opened(library, home))


def test_a_run_is_held_and_goes_on_and_shows_the_faces_that_came(opened: Open, home: Path, tagger: SlowTagger) -> None:
    library = home.parent / "library"
    for seed in range(140):  # more than two batches
        picture(seed + 100).save(home / "Pictures" / f"more{seed}.png")
    tagger.gate.clear()
    app = submitted(opened(library, home, at="add"), "Pictures")
    app.button(key="pause").click().run()
    tagger.gate.set()
    app.run()
    assert job_for(library).running and "paused" in app.progress[0].text.lower()
    app.button(key="resume").click().run()
    app = finished(app, library)
    assert at_ease(app) and app.metric[0].value == "145"
