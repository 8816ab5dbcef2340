"""What every run of training is tested with."""

from pathlib import Path

import pytest

from classifiers.sets import celeba


@pytest.fixture
def data(celeba_folder: Path) -> celeba.CelebA:
    return celeba.load(celeba_folder)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")
