"""Makes a library of faces that nobody has, to measure with: as many as one likes, the same for the same seed.

    python benchmarks/synthetic.py /tmp/lib-1m 1_000_000
    python benchmarks/synthetic.py /tmp/lib-10m 10_000_000 --no-embeddings

The 40 probabilities come out of a few hidden causes, so that attributes go together and most are near 0 or 1, as a
model's are; a quarter of the photographs hold several faces; the embeddings are identities of about twenty faces each,
in 64 of 512 dimensions, with noise. Photographs are of twelve years, by a few cameras, and half of them say where they
were taken. Rows go straight through sqlite3: the tables are the product's own.
"""

import argparse
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.attributes import ATTRIBUTES
from retrieval.library import Library
from retrieval.stores.sqlite.connections import FILE
from retrieval.tables.records import DIMENSIONS

BLOCK = 50_000  # faces made and written at once
CAUSES = 8
LATENT = 64  # dimensions in which identities differ
ALIKE = 20  # faces of one identity
SHARE_OF_SIZES = (0.75, 0.13, 0.06, 0.03, 0.02, 0.01)  # photographs with one face, two, ...
SHARE_OF_FACES = (  # that have each attribute, about as in CelebA
    0.11, 0.27, 0.51, 0.20, 0.02, 0.15, 0.24, 0.23, 0.24, 0.15,
    0.05, 0.21, 0.14, 0.06, 0.05, 0.07, 0.06, 0.04, 0.39, 0.45,
    0.42, 0.48, 0.04, 0.12, 0.83, 0.28, 0.04, 0.28, 0.08, 0.07,
    0.06, 0.48, 0.21, 0.32, 0.19, 0.05, 0.47, 0.12, 0.07, 0.77,
)  # fmt: skip
DAY = 86_400
BEGIN = 1_600_000_000  # seconds since 1970
CAMERAS = (None, "FUJIFILM X100V", "Canon EOS 5D", "Apple iPhone 12", "SONY ILCE-7M3")


class World(NamedTuple):
    """What all faces have in common."""

    base: NDArray[np.float32]
    loadings: NDArray[np.float32]
    projection: NDArray[np.float32]
    identities: NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("faces", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-embeddings", action="store_true")
    arguments = parser.parse_args()
    started = time.perf_counter()
    make(arguments.library, arguments.faces, arguments.seed, embeddings=not arguments.no_embeddings)
    print(f"{arguments.faces:,} faces in {time.perf_counter() - started:.1f} s: {arguments.library}")


def make(folder: Path, faces: int, seed: int = 1, *, embeddings: bool = True) -> None:
    """Fills a new library in `folder`."""
    Library.create_or_open(folder).close()
    dice = np.random.default_rng(seed)
    world = a_world(dice, faces)
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "cache_size=-200000"):  # lost if the machine fails
            connection.execute(f"PRAGMA {pragma}")
        if connection.execute("SELECT count(*) FROM face").fetchone()[0]:
            raise SystemExit(f"{folder} has faces already; name a new folder.")
        connection.execute("BEGIN")
        insert(connection, "model", [a_model(dice)])
        for block in blocks(dice, faces):
            write(connection, dice, world, block, embeddings)
        stamp = dice.bytes(16).hex()
        connection.execute("UPDATE library SET generation = generation + 1, stamp = ?1, faces = ?1", [stamp])
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


def a_world(dice: np.random.Generator, faces: int) -> World:
    loadings = dice.normal(0, 1.6, (CAUSES, len(ATTRIBUTES)))
    spread = np.sqrt((loadings**2).sum(axis=0) + 1)
    return World(
        base=(spread * [NormalDist().inv_cdf(share) for share in SHARE_OF_FACES]).astype(np.float32),
        loadings=loadings.astype(np.float32),
        projection=dice.normal(size=(LATENT, DIMENSIONS)).astype(np.float32) / LATENT**0.5,
        identities=dice.normal(size=(max(1, faces // ALIKE), LATENT)).astype(np.float32),
    )


def a_model(dice: np.random.Generator) -> dict[str, Any]:
    thresholds = dict(zip(ATTRIBUTES, dice.uniform(0.25, 0.6, len(ATTRIBUTES)).round(4).tolist(), strict=True))
    values = {"card": "{}", "thresholds": json.dumps(thresholds), "created": BEGIN}
    return {"id": 1, "fingerprint": hashlib.sha256(b"synthetic").hexdigest(), "name": "synthetic", **values}


def blocks(dice: np.random.Generator, faces: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """The first face of each block, counted from 1, and the photograph of each of its faces."""
    first, photo = 1, 0
    while first <= faces:
        sizes = dice.choice(len(SHARE_OF_SIZES), BLOCK, p=SHARE_OF_SIZES) + 1
        photos = np.repeat(np.arange(photo + 1, photo + 1 + BLOCK), sizes)[: min(BLOCK, faces - first + 1)]
        yield first, photos
        first, photo = first + len(photos), int(photos[-1])


def write(
    connection: sqlite3.Connection,
    dice: np.random.Generator,
    world: World,
    block: tuple[int, NDArray[np.int64]],
    embeddings: bool,
) -> None:
    first, photos = block
    ids = range(first, first + len(photos))
    insert(connection, "photo", (a_photo(photo) for photo in np.unique(photos).tolist()))
    insert(connection, "face", (a_face(face, photo) for face, photo in zip(ids, photos.tolist(), strict=True)))
    values = probabilities(dice, world, len(photos)).tolist()
    rows(connection, "attribute", ("face", *ATTRIBUTES), ([face, *row] for face, row in zip(ids, values, strict=True)))
    if embeddings:
        vectors = directions(dice, world, len(photos))
        blobs = ([face, vector.tobytes()] for face, vector in zip(ids, vectors, strict=True))
        rows(connection, "embedding", ("face", "vector"), blobs)


def a_photo(photo: int) -> dict[str, Any]:
    path = f"/photos/{2000 + photo % 25}/{photo % 365:03}/IMG_{photo:08}.jpg"
    where = (40 + photo * 7919 % 1500 / 100, photo * 104_729 % 2500 / 100) if photo % 2 else (None, None)
    return {
        "id": photo, "path": path.encode(), "sha256": hashlib.sha256(path.encode()).hexdigest(), "size": 2_000_000,
        "mtime_ns": 0, "width": 4000, "height": 3000, "outcome": "faces", "crop": "auto", "reason": None,
        "missing": 0, "added": BEGIN + photo // 10_000 * DAY,
        "taken": None if photo % 20 == 0 else BEGIN - photo * 15_485_863 % (4400 * DAY), "dated": "picture",
        "camera": CAMERAS[photo % len(CAMERAS)], "latitude": where[0], "longitude": where[1],
    }  # fmt: skip


def a_face(face: int, photo: int) -> dict[str, Any]:
    left, top = face * 37 % 3500, face * 53 % 2500
    box = {"left": left, "top": top, "right": left + 200, "bottom": top + 245}
    return {"id": face, "photo": photo, **box, "landmarks": None, "score": 0.99, "model": 1}


def probabilities(dice: np.random.Generator, world: World, count: int) -> NDArray[np.float32]:
    """float32[count, 40]."""
    causes = dice.standard_normal((count, CAUSES), np.float32)
    logits = world.base + causes @ world.loadings + dice.standard_normal((count, len(ATTRIBUTES)), np.float32)
    return (1 / (1 + np.exp(-logits))).astype(np.float32)


def directions(dice: np.random.Generator, world: World, count: int) -> NDArray[np.float32]:
    """float32[count, 512] of unit length."""
    who = dice.integers(len(world.identities), size=count)
    latent = world.identities[who] + 0.35 * dice.standard_normal((count, LATENT), np.float32)
    vectors = latent @ world.projection + 0.1 * dice.standard_normal((count, DIMENSIONS), np.float32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype("<f4")


def insert(connection: sqlite3.Connection, table: str, values: Iterable[dict[str, Any]]) -> None:
    listed = list(values)
    rows(connection, table, tuple(listed[0]), (list(row.values()) for row in listed))


def rows(connection: sqlite3.Connection, table: str, columns: tuple[str, ...], values: Iterable[list[Any]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", values)


if __name__ == "__main__":
    main()
