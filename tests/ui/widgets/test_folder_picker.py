"""Choosing a folder by clicking: inside the roots, and whatever the names are."""

import os
from pathlib import Path

import pytest

from indexer.scan import FolderError
from tests.bad_files import picture
from tests.ui.conftest import Open, at_ease
from ui.widgets.folder_picker import folders_in

HOSTILE = "**x** :smile: <b>[a](b)"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    for name in ("Pictures/2024", "Other", ".hidden", HOSTILE):
        (home / name).mkdir(parents=True)
    (home / os.fsdecode(b"\xff")).mkdir()
    picture(1).save(home / "Pictures" / "1.png")
    (home / "out").symlink_to("/etc")
    return home


def test_what_is_hidden_is_left_out_and_files_are_counted(home: Path) -> None:
    listed = folders_in(str(home), [str(home)])
    assert set(listed.folders) == {"Pictures", "Other", HOSTILE, "out", os.fsdecode(b"\xff")} and listed.files == 0
    assert folders_in(str(home / "Pictures"), [str(home)]) == (["2024"], 1)


@pytest.mark.parametrize("folder", ["/etc", "out", "..", "nowhere"])
def test_nothing_is_listed_outside_the_roots(home: Path, folder: str) -> None:
    with pytest.raises(FolderError):
        folders_in(str(home / folder), [str(home)])


def test_a_folder_is_chosen_by_clicking(opened: Open, home: Path) -> None:
    app = opened(home.parent / "library", home, at="add")
    app.button(key="picker-root-0").click().run()
    names = [button.label for button in app.button if (button.key or "").startswith("picker-folder")]
    assert len(names) == 5 and at_ease(app)
    place = next(n for n, label in enumerate(names) if label == "Pictures")
    app.button(key=f"picker-folder-{place}").click().run()
    app.button(key="picker-choose").click().run()
    assert app.text_input(key="folder-path").value == str(home / "Pictures")
    app.button(key="picker-up").click().run()
    app.button(key="picker-up").click().run()
    assert app.button(key="picker-root-0").label == str(home).replace("/", "\\/").replace("-", "\\-").replace(
        "_", "\\_"
    )


def test_a_folder_whose_name_cannot_be_typed_is_shown_and_not_offered(opened: Open, home: Path) -> None:
    app = opened(home.parent / "library", home, at="add")
    app.button(key="picker-root-0").click().run()
    disabled = [button.label for button in app.button if (button.key or "").startswith("picker-") and button.disabled]
    assert len(disabled) == 1 and at_ease(app)


def test_a_link_out_of_the_roots_leads_to_a_sentence(opened: Open, home: Path) -> None:
    app = opened(home.parent / "library", home, at="add")
    app.button(key="picker-root-0").click().run()
    out = next(button for button in app.button if button.label == "out")
    out.click().run()
    assert not app.exception and "is outside" in app.error[0].value
