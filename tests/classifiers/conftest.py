"""A small CelebA of drawn faces, in Kaggle's layout, whose labels can be seen in the pictures."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from threadpoolctl import threadpool_limits

from classifiers.cards.preprocessing import Preprocessing
from classifiers.networks import checkpoint
from classifiers.networks.architectures import build
from classifiers.networks.dlib_file import Weights
from classifiers.sets import celeba, face_sets
from classifiers.sets.face_sets import FaceSet
from classifiers.teaching import described
from retrieval.attributes import ATTRIBUTES
from tests.classifiers.dlibs import written

TRAIN, VAL, TEST = 64, 16, 16


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Tiny networks gain nothing by threads, and threads that wait for a busy core cost seconds."""
    torch.set_num_threads(1)
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def celeba_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """96 drawn faces: every attribute is a band of its own that is either light or dark."""
    folder = tmp_path_factory.mktemp("celeba")
    write_celeba(folder, TRAIN, VAL, TEST)
    return folder


def write_celeba(folder: Path, train: int, val: int, test: int, seed: int = 0) -> None:
    """A CelebA of that many images a partition."""
    random = np.random.default_rng(seed)
    labels = random.random((train + val + test, 40)) < np.linspace(0.2, 0.8, 40)
    (folder / "img_align_celeba").mkdir(parents=True)
    names = [f"{number:06d}.jpg" for number in range(1, len(labels) + 1)]
    for name, row in zip(names, labels, strict=True):
        draw_face(row).save(folder / "img_align_celeba" / name, quality=95)
    attributes = [[name, *(1 if has else -1 for has in row)] for name, row in zip(names, labels.tolist(), strict=True)]
    write_csv(folder / "list_attr_celeba.csv", ["image_id", *ATTRIBUTES], attributes)
    parts = [0] * train + [1] * val + [2] * test
    write_csv(folder / "list_eval_partition.csv", ["image_id", "partition"], zip(names, parts, strict=True))
    write_csv(folder / "identity_CelebA.csv", ["image_id", "identity"], ([n, i // 4] for i, n in enumerate(names)))


def draw_face(labels: np.ndarray) -> Image.Image:
    """178 x 218 pixels, the same mirrored: an attribute is a band, inner or outer, light where it is true."""
    image = Image.new("RGB", (178, 218), (90, 90, 90))
    draw = ImageDraw.Draw(image)
    for index, has in enumerate(labels.tolist()):
        top = 22 + index % 20 * 9.8
        sides = ((49, 128),) if index < 20 else ((9, 48), (129, 168))
        for left, right in sides:
            draw.rectangle((left, top, right, top + 9.8), fill=(230, 220, 210) if has else (20, 30, 40))
    return image


def write_csv(path: Path, header: list[str], rows: object) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])  # type: ignore[misc]


@pytest.fixture
def further(tmp_path: Path) -> Path:
    """Twelve faces of whom Male is known of two in three, and nothing else; four are of one person."""
    random = np.random.default_rng(7)
    (tmp_path / "more").mkdir()
    rows = []
    for number, labels in enumerate(random.random((12, 40)) < 0.5):
        draw_face(labels).save(tmp_path / "more" / f"{number}.png")
        rows.append([f"more/{number}.png", (int(labels[20]), -1, "")[number % 3], "bert" if number < 4 else ""])
    write_csv(tmp_path / "more.csv", ["image", "Male", "identity"], rows)
    return tmp_path / "more.csv"


@pytest.fixture
def sets(celeba_folder: Path, further: Path) -> list[FaceSet]:
    return [face_sets.of_celeba(celeba.load(celeba_folder).split("train")), face_sets.read(further)]


@pytest.fixture
def teacher(tmp_path: Path) -> Path:
    torch.manual_seed(1)
    checkpoint.save(tmp_path / "teacher", build("tiny"), checkpoint.Card("tiny", Preprocessing(24)))
    return tmp_path / "teacher"


@pytest.fixture
def dlibs(monkeypatch: pytest.MonkeyPatch) -> Weights:
    """The extra `people`, with random numbers in its network."""
    weights = written()[1]
    monkeypatch.setattr(described, "installed", lambda: weights)
    return weights
