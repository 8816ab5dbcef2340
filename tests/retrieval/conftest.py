from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.library import Library
from tests.retrieval.made import copy_of


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    Library.create_or_open(folder).close()
    return folder


@pytest.fixture
def library(template: Path, tmp_path: Path) -> Iterator[Library]:
    with copy_of(template, tmp_path / "library") as library:
        yield library
