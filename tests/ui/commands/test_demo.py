from pathlib import Path

import pytest
from PIL import Image

from tests.ui.ended import Run
from ui.commands import demo


@pytest.mark.lengthy
def test_the_demo_writes_its_sheet_into_a_folder_of_its_own(
    run: Run, pictures: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(demo, "samples_folder", lambda: pictures)
    (tmp_path / "contact-sheet.png").write_text("mine")
    for _ in range(2):
        assert run("demo", "--query", "Young OR NOT Young", "--model", model).status == 0
    with Image.open(tmp_path / "demo" / "contact-sheet.png") as sheet:
        assert sheet.format == "PNG"
    assert (tmp_path / "contact-sheet.png").read_text() == "mine"
    assert run("demo", "--query", "Young OR NOT Young", "--model", model, "--out", pictures).status == 2
