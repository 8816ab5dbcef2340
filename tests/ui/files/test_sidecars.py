from pathlib import Path

from indexer.read import UnreadableImage
from retrieval.library import Library
from tests.ui.commands.test_export import Shelf
from ui.chosen import Chosen
from ui.files import sidecars


def test_each_photograph_has_a_document_or_a_reason(tmp_path: Path) -> None:
    with Library.open(Shelf(tmp_path).fill([b"a.png", b"b.png"]).folder) as library:
        chosen = Chosen.of_faces(library, [2, 1])
        first, second = (hit.photo for hit in chosen.hits("path"))
        Path(first).write_bytes(b"other")
        made = dict(sidecars.documents(chosen))
    assert isinstance(made[first], UnreadableImage) and not isinstance(made[second], UnreadableImage)
