"""What can be done to a library inside one transaction, in terms of photographs. The transaction itself is not its
business: `Writer.batch` begins and ends it.
"""

import json
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update

from retrieval.attributes import ATTRIBUTES
from retrieval.facts import Facts
from retrieval.tables import schema
from retrieval.tables.generation import advance
from retrieval.tables.records import Face, Photo
from retrieval.tables.rows import parts
from retrieval.writing.carry_over import copy_rows, forget, heard, left_behind, pass_on, set_aside
from retrieval.writing.dating import fact_values, of_file
from retrieval.writing.tombstones import Barred

# Built once: SQLAlchemy takes longer to build a statement than SQLite to run it.
_INSERT = {table.name: insert(table) for table in (schema.photo, schema.face, schema.attribute, schema.embedding)}
_NUMBERED = {
    table.name: insert(table).returning(table.c.id, sort_by_parameter_order=True)
    for table in (schema.photo, schema.face)
}
_KNOWN = (schema.photo.c.id, schema.photo.c.path, schema.photo.c.sha256, schema.photo.c.added)
_AT_PATHS = select(*_KNOWN).where(schema.photo.c.path.in_(bindparam("at", expanding=True)))


class Batch:
    """Photographs added, copied, moved and marked together; all of it is committed, or none."""

    def __init__(self, connection: Connection, model: int) -> None:
        self._connection = connection
        self._model = model
        self._changed = self._altered = False
        self._barred = Barred(connection)
        self._waiting: dict[str, Photo] = {}  # by path

    def add(self, photo: Photo) -> None:
        """Stores a photograph with its faces. One that was known at that path is set aside if it had other bytes, until
        `settle`; if the same were looked at again, the new faces take over what was said. What was erased does not come
        back.
        """
        kept = self._barred.without(photo)
        if kept is None:
            return
        if kept.path in self._waiting:
            self.write()
        self._waiting[kept.path] = kept

    def copy(self, known_id: int, path: str, size: int, mtime_ns: int) -> None:
        """The bytes of a known photograph, found at another path as well: a photograph with faces of its own."""
        self.write()
        query = select(schema.photo).where(schema.photo.c.id == int(known_id))
        source = self._connection.execute(query).mappings().one()
        if source["path"] == path:
            return self.touch(known_id, size, mtime_ns)
        values = {**source, "path": path, "size": size, "mtime_ns": mtime_ns, "missing": 0, "added": int(time.time())}
        values |= of_file(mtime_ns) if source["dated"] == "file" else {}
        del values["id"]
        with self._at(path, values, for_known=True) as row:
            return self._copy_faces(known_id, row)

    def move(self, known_id: int, path: str, size: int, mtime_ns: int) -> None:
        """The known photograph was renamed: its faces stay. What was known at the new path is set aside."""
        self.write()
        photo = schema.photo.c
        there = self._set_aside(path, known_id, for_known=True)
        sha256 = self._connection.execute(select(photo.sha256).where(photo.id == int(known_id))).scalar()
        self._update(known_id, path=path, size=size, mtime_ns=mtime_ns, missing=0)
        self._redate(known_id, mtime_ns)
        self._alter()
        self._pass_on_same(there, sha256)

    def touch(self, known_id: int, size: int, mtime_ns: int) -> None:
        """The known photograph is where it was, with the same bytes and another date; no answer differs by that, unless
        it says no date of its own.
        """
        self._update(known_id, size=size, mtime_ns=mtime_ns)
        self._redate(known_id, mtime_ns)
        self.mark_found([known_id])

    def tell(self, known_id: int, facts: Facts) -> None:
        """What a known photograph says of itself, which was not known."""
        row = schema.photo.c
        mtime_ns = self._connection.execute(select(row.mtime_ns).where(row.id == int(known_id))).scalar_one()
        self._update(known_id, **fact_values(facts, mtime_ns))
        self._alter()

    def mark_missing(self, ids: Iterable[int]) -> None:
        """These photographs were not found: their faces are left out of answers until they are back."""
        self._mark(ids, missing=1)

    def mark_found(self, ids: Iterable[int]) -> None:
        """These photographs are back."""
        self._mark(ids, missing=0)

    def settle(self, ids: Iterable[int]) -> None:
        """At the end of a run: these photographs were found nowhere, or their paths have other bytes. What was said of
        them is passed on; those that were set aside are forgotten, unless that would forget what was said.
        """
        self.write()
        for photo in left_behind(self._connection, map(int, ids)):
            self._alter(pass_on(self._connection, photo))

    def missing(self, ids: Iterable[int]) -> int:
        """How many of these are in the library, and missing."""
        photo = schema.photo.c
        count = select(func.count()).where(photo.missing == 1)
        numbers = (count.where(photo.id.in_(part)) for part in parts(sorted(set(map(int, ids)))))
        return sum(self._connection.execute(query).scalar_one() for query in numbers)

    def write(self) -> None:
        """Writes what waits: the rows of many photographs in one statement take a third of the time."""
        photos, self._waiting = self._waiting, {}
        if not photos:
            return
        there = {row.path: self._made_way(row, for_known=False) for row in self._known_at(photos)}
        rows = [_photo_values(photo) | _first_seen(there.get(path)) for path, photo in photos.items()]
        self._add_faces(zip(self._inserted(schema.photo, rows), photos.values(), strict=True))
        self._replace([row.id for path, row in there.items() if row.sha256 in (None, photos[path].sha256)])

    def finish(self) -> None:
        """Writes what waits, and moves the generation on if anything was changed; called once, before the commit."""
        self.write()
        if self._changed:
            advance(self._connection, altered=self._altered)

    @contextmanager
    def _at(self, path: str, values: dict[str, Any], *, for_known: bool) -> Iterator[int]:
        """A new row at `path`, which gets its faces in the block; the one that was there is set aside."""
        there = self._set_aside(path, for_known=for_known)
        yield self._insert(schema.photo, values | _first_seen(there))
        self._pass_on_same(there, values["sha256"])

    def _set_aside(self, path: str, known_id: int | None = None, *, for_known: bool) -> Any:
        """Makes room at `path` for a photograph; the row of the one that was there, or None."""
        there = next(self._known_at([path]), None)
        if there is None or there.id == known_id:
            return None
        return self._made_way(there, for_known=for_known)

    def _known_at(self, paths: Iterable[str]) -> Iterator[Any]:
        """What is known of the photographs at those paths."""
        for part in parts(list(paths)):
            yield from self._connection.execute(_AT_PATHS, {"at": part}).all()

    def _made_way(self, there: Any, *, for_known: bool) -> Any:
        """The row of a photograph that another one takes the place of."""
        set_aside(self._connection, there.id, there.path, for_known=for_known)
        self._alter()
        return there

    def _replace(self, photos: list[int]) -> None:
        """Does at once what `settle` does for others, of photographs in whose places their own bytes are: most have
        nothing to pass on.
        """
        carried = heard(self._connection, photos)
        forget(self._connection, set(photos) - carried)
        for photo in sorted(carried):
            self._alter(pass_on(self._connection, photo))

    def _pass_on_same(self, there: Any, sha256: str | None) -> None:
        """Replaces what was there, unless other bytes took its place."""
        if there is not None and there.sha256 in (None, sha256):
            self._replace([there.id])

    def _add_faces(self, photos: Iterable[tuple[int, Photo]]) -> None:
        """The faces of photographs that have those numbers."""
        faces = [(row, face) for row, photo in photos for face in photo.faces]
        if not faces:
            return
        rows = [{**_face_values(face), "photo": photo, "model": self._model} for photo, face in faces]
        numbers = self._inserted(schema.face, rows)
        said, vectors = list[dict[str, Any]](), list[dict[str, Any]]()
        for number, (_, face) in zip(numbers, faces, strict=True):
            said.append({"face": number, **dict(zip(ATTRIBUTES, face.probabilities.tolist(), strict=True))})
            vectors.append({"face": number, "vector": face.embedding.astype("<f4").tobytes()})
        self._connection.execute(_INSERT["attribute"], said)
        self._connection.execute(_INSERT["embedding"], vectors)

    def _copy_faces(self, source: int, target: int) -> None:
        face = schema.face.c
        rows = self._connection.execute(select(schema.face).where(face.photo == source).order_by(face.id)).mappings()
        for row in rows.all():
            values = {name: value for name, value in row.items() if name != "id"}
            new = self._insert(schema.face, {**values, "photo": target})
            for table in (schema.attribute, schema.embedding, schema.descriptor, *schema.SAID):
                copy_rows(self._connection, table, row["id"], new)

    def _mark(self, ids: Iterable[int], missing: int) -> None:
        photo = schema.photo.c
        for part in parts(sorted(map(int, ids))):
            mine = update(schema.photo).where(photo.id.in_(part), photo.missing != missing)
            self._execute(mine.values(missing=missing))

    def _update(self, photo: int, **values: Any) -> None:
        statement = update(schema.photo).where(schema.photo.c.id == int(photo)).values(**values)
        if self._connection.execute(statement).rowcount != 1:
            raise ValueError(f"There is no photograph {photo} in the library.")

    def _redate(self, photo: int, mtime_ns: int) -> None:
        """One without a date of its own is as old as its file."""
        row, date = schema.photo.c, of_file(mtime_ns)
        mine = (row.id == int(photo)) & (row.dated == "file") & row.taken.is_distinct_from(date["taken"])
        self._execute(update(schema.photo).where(mine).values(**date))

    def _insert(self, table: Table, values: dict[str, Any]) -> int:
        self._changed = True
        key = self._connection.execute(_INSERT[table.name], values).inserted_primary_key
        assert key is not None
        return int(key[0])

    def _inserted(self, table: Table, rows: list[dict[str, Any]]) -> list[int]:
        """The numbers of new rows, in their order."""
        self._changed = True
        return list(self._connection.execute(_NUMBERED[table.name], rows).scalars())

    def _execute(self, statement: Any) -> None:
        self._alter(self._connection.execute(statement).rowcount != 0)

    def _alter(self, changed: bool = True) -> None:
        """Something that was there is another now."""
        self._changed |= changed
        self._altered |= changed


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
        "finder": photo.finder,
        **fact_values(photo.facts, photo.mtime_ns),
    }


def _first_seen(there: Any) -> dict[str, Any]:
    """When the path of a photograph was first seen that is there no more."""
    return {} if there is None else {"added": there.added}


def _face_values(face: Face) -> dict[str, Any]:
    left, top, right, bottom = map(int, face.box)
    points = None if face.landmarks is None else json.dumps([[float(x), float(y)] for x, y in face.landmarks])
    score = None if face.score is None else float(face.score)
    return {"left": left, "top": top, "right": right, "bottom": bottom, "landmarks": points, "score": score}
