"""What can be done to a library inside one transaction, in terms of photographs. The transaction itself is not its
business: `Writer.batch` begins and ends it.
"""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, literal, select, update

from retrieval.attributes import ATTRIBUTES
from retrieval.tables import schema
from retrieval.tables.generation import advance
from retrieval.tables.records import Face, Photo
from retrieval.tables.rows import parts
from retrieval.writing.carry_over import hand_over, places
from retrieval.writing.tombstones import Barred

# Built once: SQLAlchemy takes longer to build a statement than SQLite to run it.
_INSERT = {table.name: insert(table) for table in (schema.photo, schema.face, schema.attribute, schema.embedding)}
_AT_PATH = select(schema.photo.c.id, schema.photo.c.sha256).where(schema.photo.c.path == bindparam("at"))


class Batch:
    """Photographs added, copied, moved and marked together; all of it is committed, or none."""

    def __init__(self, connection: Connection, model: int) -> None:
        self._connection = connection
        self._model = model
        self._changed = False
        self._barred = Barred(connection)

    def add(self, photo: Photo) -> None:
        """Stores a photograph with its faces; one that was known at that path is replaced, and its faces go. What
        people said of them goes over to the new faces in their places that are like them. What was erased does not come
        back.
        """
        kept = self._barred.without(photo)
        if kept is None:
            return
        photo = kept
        with self._replaced(photo.path, _photo_values(photo)) as row:
            for face in photo.faces:
                self._add_face(row, face)

    def copy(self, known_id: int, path: str, size: int, mtime_ns: int) -> None:
        """The bytes of a known photograph, found at another path as well: a photograph with faces of its own."""
        query = select(schema.photo).where(schema.photo.c.id == int(known_id))
        source = self._connection.execute(query).mappings().one()
        if source["path"] == path:
            return self.touch(known_id, size, mtime_ns)
        values = {**source, "path": path, "size": size, "mtime_ns": mtime_ns, "missing": 0, "added": int(time.time())}
        del values["id"]
        with self._replaced(path, values) as row:
            return self._copy_faces(known_id, row)

    def move(self, known_id: int, path: str, size: int, mtime_ns: int) -> None:
        """The known photograph was renamed: its faces stay. What was known at the new path is replaced."""
        photo = schema.photo.c
        there = self._connection.execute(_AT_PATH, {"at": path}).one_or_none()
        if there is not None and there.id != known_id:
            mine = self._connection.execute(select(photo.sha256).where(photo.id == int(known_id))).scalar()
            before, after = places(self._connection, there.id), places(self._connection, known_id)
            hand_over(self._connection, before, after, same_bytes=there.sha256 == mine)
            self._execute(delete(schema.photo).where(photo.id == there.id))
        self._update(known_id, path=path, size=size, mtime_ns=mtime_ns, missing=0)
        self._changed = True

    def touch(self, known_id: int, size: int, mtime_ns: int) -> None:
        """The known photograph is where it was, with the same bytes and another date; no answer differs by that."""
        self._update(known_id, size=size, mtime_ns=mtime_ns)
        self.mark_found([known_id])

    def mark_missing(self, ids: Iterable[int]) -> None:
        """These photographs were not found: their faces are left out of answers until they are back."""
        self._mark(ids, missing=1)

    def mark_found(self, ids: Iterable[int]) -> None:
        """These photographs are back."""
        self._mark(ids, missing=0)

    def finish(self) -> None:
        """Moves the generation on if anything was changed; called once, before the commit."""
        if self._changed:
            advance(self._connection)

    @contextmanager
    def _replaced(self, path: str, values: dict[str, Any]) -> Iterator[int]:
        """The row at `path`, updated, or a new one. In the block it gets its faces; those it had go at the end."""
        known = self._connection.execute(_AT_PATH, {"at": path}).one_or_none()
        if known is None:
            yield self._insert(schema.photo, values)
            return
        row = known.id
        before = places(self._connection, row)
        gone = [place.face for place in before]
        del values["added"]  # when this path was first seen
        self._update(row, **values)
        self._changed = True
        yield int(row)
        after = [place for place in places(self._connection, row) if place.face not in gone]
        hand_over(self._connection, before, after, same_bytes=known.sha256 == values["sha256"])
        self._execute(delete(schema.face).where(schema.face.c.id.in_(gone)))

    def _add_face(self, photo: int, face: Face) -> None:
        row = self._insert(schema.face, {**_face_values(face), "photo": photo, "model": self._model})
        probabilities = dict(zip(ATTRIBUTES, face.probabilities.tolist(), strict=True))
        vector = face.embedding.astype("<f4").tobytes()
        self._connection.execute(_INSERT["attribute"], {"face": row, **probabilities})
        self._connection.execute(_INSERT["embedding"], {"face": row, "vector": vector})

    def _copy_faces(self, source: int, target: int) -> None:
        face = schema.face.c
        rows = self._connection.execute(select(schema.face).where(face.photo == source).order_by(face.id)).mappings()
        for row in rows.all():
            values = {name: value for name, value in row.items() if name != "id"}
            new = self._insert(schema.face, {**values, "photo": target})
            for table in (schema.attribute, schema.embedding, schema.descriptor, *schema.SAID):
                self._execute(_copy_rows(table, row["id"], new))

    def _mark(self, ids: Iterable[int], missing: int) -> None:
        photo = schema.photo.c
        for part in parts(sorted(map(int, ids))):
            mine = update(schema.photo).where(photo.id.in_(part), photo.missing != missing)
            self._execute(mine.values(missing=missing))

    def _update(self, photo: int, **values: Any) -> None:
        statement = update(schema.photo).where(schema.photo.c.id == int(photo)).values(**values)
        if self._connection.execute(statement).rowcount != 1:
            raise ValueError(f"There is no photograph {photo} in the library.")

    def _insert(self, table: Table, values: dict[str, Any]) -> int:
        self._changed = True
        key = self._connection.execute(_INSERT[table.name], values).inserted_primary_key
        assert key is not None
        return int(key[0])

    def _execute(self, statement: Any) -> None:
        self._changed |= self._connection.execute(statement).rowcount != 0


def _photo_values(photo: Photo) -> dict[str, Any]:
    return {
        "path": photo.path,
        "sha256": photo.sha256,
        "size": int(photo.size),
        "mtime_ns": int(photo.mtime_ns),
        "width": photo.width,
        "height": photo.height,
        "outcome": photo.outcome,
        "crop": photo.crop,
        "reason": photo.reason,
        "missing": 0,
        "added": int(time.time()),
    }


def _face_values(face: Face) -> dict[str, Any]:
    left, top, right, bottom = map(int, face.box)
    points = None if face.landmarks is None else json.dumps([[float(x), float(y)] for x, y in face.landmarks])
    score = None if face.score is None else float(face.score)
    return {"left": left, "top": top, "right": right, "bottom": bottom, "landmarks": points, "score": score}


def _copy_rows(table: Table, source: int, target: int) -> Any:
    """INSERT ... SELECT of a face's rows of `table` for another face."""
    copied = [column for column in table.c if column.name not in ("id", "face")]
    rows = select(literal(target), *copied).where(table.c.face == source)
    return insert(table).from_select(["face", *[column.name for column in copied]], rows)
