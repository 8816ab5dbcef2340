"""An installed wheel works from any folder: what it brings is used, not what lies in the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked as pip would."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, code: str, folder: Path) -> str:
    """Standard output of a program that sees the wheel and not the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    program = [sys.executable, "-P", "-c", code]
    done = subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_models_and_samples_come_with_it(installed: Path, tmp_path: Path) -> None:
    code = (
        "from classifiers.networks import checkpoint; from ui.shipped import samples_folder;"
        "print(checkpoint.shipped('densenet121'), samples_folder(), sep='\\n')"
    )
    models, samples = map(Path, run(installed, code, tmp_path).splitlines())
    assert models.is_relative_to(installed) and (models / "model.safetensors").stat().st_size > 10**7
    assert samples.is_relative_to(installed) and len(list(samples.glob("*.jpg"))) == 240


def test_a_library_is_made_by_its_own_migrations(installed: Path, tmp_path: Path) -> None:
    code = (
        "import migrations, pathlib; from retrieval.library import Library;"
        "library = Library.create_or_open(pathlib.Path('library'));"
        "print(migrations.__file__, library.totals().faces)"
    )
    source, faces = run(installed, code, tmp_path).split()
    assert Path(source).is_relative_to(installed) and faces == "0"


def test_it_holds_no_photograph_database_or_index(installed: Path) -> None:
    pictures = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".tif", ".bmp", ".gif"}
    data = {".db", ".faiss", ".npy", ".csv", ".parquet"}
    files = [path.relative_to(installed) for path in installed.rglob("*") if path.is_file()]
    assert [f for f in files if f.suffix in pictures and f.parts[:2] != ("ui", "samples")] == []
    assert [f for f in files if f.suffix in data] == []
