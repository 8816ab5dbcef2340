import io
from pathlib import Path
from zipfile import ZipFile

import pytest

from retrieval.library import Library
from tests.ui.commands.test_export import Shelf
from ui.chosen import Chosen
from ui.files.formats import FORMATS


def shelf(root: Path) -> Shelf:
    return Shelf(root).fill([b"a.png", b"b.png"])


@pytest.mark.parametrize("kind", FORMATS)
def test_a_query_a_list_and_ticked_faces_are_written_as_everything(tmp_path: Path, kind: str) -> None:
    with Library.open(shelf(tmp_path).folder) as library:
        library.shortlists.add("Casting", [2, 1], "tall")
        every = [Chosen.of_query(library, "Smiling >= 0"), Chosen.of_list(library, "casting")]
        for chosen in [*every, *([] if kind == "citation" else [Chosen.of_faces(library, [1])])]:
            file = io.BytesIO()
            wrote = FORMATS[kind].write(chosen, file)
            assert wrote.number == chosen.total and wrote.problems == () and file.getbuffer().nbytes


def test_sidecars_that_cannot_be_made_are_named_in_the_archive(tmp_path: Path) -> None:
    with Library.open(shelf(tmp_path).folder) as library:
        chosen, file = Chosen.of_faces(library, [1, 2]), io.BytesIO()
        Path(library.face(1).photo).unlink()
        wrote = FORMATS["xmp"].write(chosen, file)
    with ZipFile(file) as archive:
        assert "there is no such file" in archive.read("MISSING.txt").decode() and wrote.number == 1


def test_ticked_faces_cannot_be_cited(tmp_path: Path) -> None:
    with Library.open(shelf(tmp_path).folder) as library, pytest.raises(ValueError, match="can be cited"):
        FORMATS["citation"].write(Chosen.of_faces(library, [1]), io.BytesIO())
