"""An answer as a table in a file, a row a face with all 40 probabilities and what its photograph says of itself: CSV,
or Parquet.
"""

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import shown
from retrieval.facts import SAID
from retrieval.library import Answer, Hit

SIDES = ("left", "top", "right", "bottom")

Notes = Mapping[int, str]
"""What is noted of a face, by its number."""


def write_csv(pages: Iterable[Answer], file: BinaryIO, notes: Notes | None = None) -> int:
    """The columns of `find --csv`, and for a shortlist its notes; a name's bytes that are no UTF-8 are written as they
    are. Returns how many faces.
    """
    text = io.TextIOWrapper(file, "utf-8", errors="surrogateescape", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["face", "photo", *SIDES, "confidence", *ATTRIBUTES, *SAID, *_column(notes)])
    faces = 0
    for page in pages:
        writer.writerows([*_row(hit), *(() if notes is None else [notes.get(hit.face)])] for hit in page.hits)
        faces += len(page.hits)
    text.detach()
    return faces


def write_parquet(pages: Iterable[Answer], file: BinaryIO, notes: Notes | None = None) -> int:
    """The same columns, numbers as they are in the library. `photo` is text for people, with a � for what is no
    character; `path` has the name's bytes; `taken` is what the clock on the wall showed, and `utc_offset` its seconds
    ahead of UTC. Returns how many faces.
    """
    import pyarrow.parquet as pq  # type: ignore[import-untyped, unused-ignore]

    schema, faces = _schema(_column(notes)), 0
    with pq.ParquetWriter(file, schema) as writer:
        for page in pages:
            writer.write_table(_table(page.hits, schema, notes))
            faces += len(page.hits)
    return faces


def _column(notes: Notes | None) -> tuple[str, ...]:
    return () if notes is None else ("note",)


def _row(hit: Hit) -> list[object]:
    probabilities = (f"{hit.attributes[name]:.6f}" for name in ATTRIBUTES)
    return [hit.face, hit.photo, *hit.box, f"{hit.score:.6f}", *probabilities, *hit.said.values()]


def _table(hits: list[Hit], schema: Any, notes: Notes | None) -> Any:
    import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]

    columns: dict[str, list[Any]] = {
        "face": [hit.face for hit in hits],
        "photo": [shown(hit.photo) for hit in hits],
        "path": [os.fsencode(hit.photo) for hit in hits],
        **{side: [hit.box[place] for hit in hits] for place, side in enumerate(SIDES)},
        "confidence": [hit.score for hit in hits],
        **{name: [hit.attributes[name] for hit in hits] for name in ATTRIBUTES},
        **{name: [hit.said[name] for hit in hits] for name in SAID[1:]},
        "taken": [hit.facts.taken for hit in hits],
        "utc_offset": [hit.facts.utc_offset for hit in hits],
        **{name: [(notes or {}).get(hit.face) for hit in hits] for name in _column(notes)},
    }
    return pa.Table.from_pydict(columns, schema)


def _schema(more: Sequence[str]) -> Any:
    import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]

    return pa.schema([
        ("face", pa.int64()), ("photo", pa.string()), ("path", pa.binary()), *[(side, pa.int32()) for side in SIDES],
        ("confidence", pa.float32()), *[(name, pa.float32()) for name in ATTRIBUTES],
        ("taken", pa.timestamp("s")), ("utc_offset", pa.int32()), ("dated", pa.string()), ("camera", pa.string()),
        ("lens", pa.string()), ("latitude", pa.float64()), ("longitude", pa.float64()),
        *[(name, pa.string()) for name in more],
    ])  # fmt: skip
