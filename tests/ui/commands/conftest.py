from pathlib import Path

import pytest

from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.conftest import made_model
from tests.ui.ended import Run


@pytest.fixture
def smiles(tmp_path: Path) -> None:
    """A library of 25 faces, face n smiling with n hundredths."""
    with Library.create_or_open(tmp_path / "library") as library:
        fill(library, [a_photo(f"/{n}", a_face(n, Smiling=n / 100, Male=0.9 if n < 3 else 0.1)) for n in range(1, 26)])


@pytest.fixture
def two_models(run: Run, pictures: Path, tmp_path: Path) -> None:
    """A library of six drawn faces, tagged by the model `first`; there is another, `second`."""
    made_model(tmp_path / "second", seed=2)
    first = made_model(tmp_path / "first", seed=1)
    assert run("index", pictures, "--crop", "aligned", "--model", first).status == 0
