"""A tagger without a network and a finder without weights, so that thousands of pictures index in seconds."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from indexer import look
from indexer.pipeline import Report, index
from indexer.seen import Eyes
from indexer.workers import Threads
from retrieval.attributes import ATTRIBUTES
from retrieval.library import Library
from retrieval.tables import schema
from retrieval.tables.records import FoundFace
from retrieval.writing.store import Model
from tests.bad_files import picture


class FakeTags(NamedTuple):
    probabilities: np.ndarray
    embeddings: np.ndarray


class FakeTagger:
    """Probabilities and a unit vector drawn from the sha256 of the prepared face."""

    name = fingerprint = "fake"
    shown = (0, 0, 178, 218)

    def __init__(self) -> None:
        self.batches: list[int] = []

    def prepare(self, face: Image.Image) -> np.ndarray:
        assert (face.size, face.mode) == ((178, 218), "RGB")
        return np.asarray(face.resize((8, 8)))

    def tag(self, faces: np.ndarray) -> FakeTags:
        self.batches.append(len(faces))
        seeds = [int.from_bytes(hashlib.sha256(face.tobytes()).digest()[:8]) for face in faces]
        return FakeTags(*map(np.stack, zip(*map(drawn, seeds), strict=True)))

    tag_all = tag

    def load_network(self) -> None:
        """There is none."""

    def model(self) -> dict[str, Any]:
        thresholds = dict.fromkeys(ATTRIBUTES, 0.5)
        return {"fingerprint": "fake", "name": "fake", "card": "{}", "thresholds": thresholds}


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    vector = chance.normal(size=512)
    return chance.random(40, dtype=np.float32), (vector / np.linalg.norm(vector)).astype(np.float32)


class FakeFinder:
    """As many faces as the picture's blue channel says at its top left: 0 to 3, side by side."""

    name, shrink = "fake", 2.0

    def find(self, image: Image.Image, scale: float = 1) -> list[FoundFace]:
        step = image.width // 4
        count = min(3, image.getpixel((0, 0))[2] // 64)
        return [self._face(step * k, step, image.height) for k in range(count)]

    def find_all(self, pictures: Sequence[tuple[Image.Image, float]]) -> list[list[FoundFace]]:
        return [self.find(*each) for each in pictures]

    def _face(self, left: int, width: int, height: int) -> FoundFace:
        shape = ((0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8))
        points = tuple((left + x * width, y * height) for x, y in shape)
        return FoundFace((left, 0, left + width, height), points, 0.99)


class Bench:
    """A folder of photographs, a library for it, and the ways to look at both."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "photos"
        self.folder.mkdir()
        self.library = Library.create_or_open(root / "library")
        self.tagger = FakeTagger()

    def put(self, name: str, data: bytes | int) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(data, int):
            picture(data).save(path)
        else:
            path.write_bytes(data)
        return path

    def index(self, *folders: Path | str, finder: Any = None, workers: int = 2, **options: Any) -> Report:
        eyes = Eyes(self.tagger, finder)
        return index(self.library, [str(f) for f in folders or (self.folder,)], Threads(eyes, workers), **options)

    def rows(self) -> list[dict[str, Any]]:
        with self.library.writer(Model(**self.tagger.model())) as writer, writer._transaction() as connection:
            return [dict(row) for row in connection.execute(select(schema.photo)).mappings()]

    def known(self, folder: Path | None = None) -> dict[str, Any]:
        with self.library.writer(Model(**self.tagger.model())) as writer:
            return writer.known(str(folder or self.folder))

    def faces(self) -> list[tuple[str, tuple[float, ...]]]:
        """Path and probabilities of every face that can be found."""
        hits = self.library.find("Male >= 0", limit=None).hits
        return sorted((hit.photo, tuple(hit.attributes.values())) for hit in hits)


def tags_of(path: Path) -> tuple[float, ...]:
    """What the fake tagger says of the one face that the picture is."""
    found, tags = look.faces_of(str(path), FakeTagger(), None)
    assert len(found) == 1
    return tuple(tags.probabilities[0].tolist())


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.library.close()


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sha256 of each file whose pixels were looked at."""
    seen: list[str] = []
    decode: Callable[..., Any] = look.decode

    def counting(data: bytes, **options: Any) -> Any:
        seen.append(hashlib.sha256(data).hexdigest())
        return decode(data, **options)

    monkeypatch.setattr(look, "decode", counting)
    return seen
