"""A library that has something in every table: made by what people and indexers do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert

from retrieval.library import Library
from retrieval.stores.store import Store
from retrieval.tables import schema
from retrieval.tables.pages import Row, pages, tables
from retrieval.tables.records import Pattern, Sought
from retrieval.writing.store import Editor
from tests.retrieval.crowd import CLOSE, PEOPLE
from tests.retrieval.made import MODEL, a_face, a_photo, describe, descriptor, fill


def fill_all(library: Library) -> None:
    """Twelve faces, of which the last was erased, with all that can be said of them."""
    for at, row in enumerate(PEOPLE):
        face = a_face(at)
        fill(
            library,
            [a_photo(f"/photographs/\udcff/{at}", replace(face, embedding=row.astype(np.float16).astype(np.float32)))],
        )
    describe(library, {face: descriptor(face) for face in range(1, 12)})
    with library.writer(MODEL) as writer:
        writer.remember(["/photographs"], [Pattern("/photographs", "Thumbs", True)])
        writer.seek(Sought("mtcnn", None, 20, 0.5))
    _say(library)
    library.erase([12])


def _say(library: Library) -> None:
    library.correct([1, 2], {"Bald": True})
    library.save_search("mine", "Bald AND NOT Male")
    library.shortlists.add("Casting", [3, 1], "tall")
    assert library.people.group(CLOSE, by="look")
    first, second = [person.id for person in library.people.listed()][:2]
    library.people.name(first, "Anna")
    library.people.reject(second, [library.people.person(second).faces[0]])
    library.people.merge(first, second)
    review = library.reviews.begin("Smiling")
    library.reviews.judge(review.id, dict.fromkeys(range(1, 5), None))
    with Editor(library.store) as editor, editor.transaction() as connection:
        action = connection.execute(insert(schema.action).values(_AN_ACTION)).inserted_primary_key
        moved = {"action": action and action[0], "attribute": "Bald", "model": MODEL.fingerprint, "faces": 3}
        connection.execute(
            insert(schema.recalibration).values(moved | {"shift": 0.5, "slope": 0.9, "before": 0.25, "after": 0.125})
        )


_AN_ACTION = {"kind": "calibrate", "made": 1, "undone": 0, "summary": "moved"}


@contextmanager
def reading(store: Store) -> Iterator[Connection]:
    engine = store.reader()
    try:
        with store.transaction(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def rows(store: Store) -> dict[str, list[Row]]:
    """All that is in a library."""
    with reading(store) as connection:
        known: list[Any] = [schema.library, *tables()]
        return {table.name: [row for page in pages(connection, table) for row in page] for table in known}
