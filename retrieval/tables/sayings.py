"""Reads what photographs say of themselves out of the tables, as columns. LibraryDamaged for what ours never hold."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, or_, select, true

from retrieval.columns.bits import Ids, Mask
from retrieval.columns.sayings import Floats64, Sayings
from retrieval.facts import EARLIEST, LATEST
from retrieval.tables import schema
from retrieval.tables.rows import chunks, damaged


def read(connection: Connection, photos: Ids, after: int | None = None) -> Sayings:
    """Of the photographs with these numbers, in that order; with `after` all of them are greater than that one."""
    number = schema.photo.c.id
    return _those(connection, photos, true() if after is None else number > after, ())


def of_photographs(connection: Connection, photos: Ids, cameras: Sequence[str] = ()) -> Sayings:
    """The same of a few, as many as one statement may name; `cameras` are known to be the library's beside theirs."""
    return _those(connection, photos, schema.photo.c.id.in_(photos.tolist()), cameras)


def cameras(connection: Connection) -> list[str]:
    """Every camera that a photograph names."""
    camera = schema.photo.c.camera
    return list(connection.execute(select(camera).where(camera.is_not(None)).distinct().order_by(camera)).scalars())


def _those(connection: Connection, photos: Ids, which: ColumnElement[bool], cameras: Sequence[str]) -> Sayings:
    photo = schema.photo.c
    columns = (photo.id, photo.taken, photo.camera, photo.latitude, photo.longitude)
    said = or_(*[column.is_not(None) for column in columns[1:]])
    order = np.argsort(photos)
    table, names = Sayings.nothing(len(photos)).table, {camera: at for at, camera in enumerate(cameras)}
    for rows in chunks(connection, select(*columns).where(said, which).order_by(photo.id)):
        at, known = _places(photos, order, rows)
        table[:, at[known]] = _read(rows, names)[:, known]
    return Sayings(table, tuple(names))


def _places(photos: Ids, order: Ids, rows: list[tuple[Any, ...]]) -> tuple[Ids, Mask]:
    """Where each row belongs among the `photos`, whose `order` rises; and whether it is one of them at all."""
    if not len(photos):
        return np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    numbers = np.array([row[0] for row in rows], np.int64)
    at = order.take(np.searchsorted(photos[order], numbers), mode="clip")
    return at, photos[at] == numbers


def _read(rows: list[tuple[Any, ...]], names: dict[str, int]) -> Floats64:
    """float64[4, n], as in `Sayings`, of rows that begin with a number; new cameras join the `names`."""
    for _, _, camera, _, _ in rows:
        if camera is not None and camera not in names:
            if not isinstance(camera, str) or "\0" in camera:
                raise damaged("the name of a camera is none")
            names[camera] = len(names)
    try:
        found = np.array([(taken, names.get(camera), *place) for _, taken, camera, *place in rows], np.float64).T
    except (TypeError, ValueError, OverflowError) as error:
        raise damaged("what should be a date or a place is none") from error
    taken, place = found[0], np.abs(found[2:])
    dated = (taken >= EARLIEST) & (taken <= LATEST)
    placed = (place <= np.array([[90.0], [180.0]])).all(axis=0)
    if not (dated | np.isnan(taken)).all() or not (placed | np.isnan(place).all(axis=0)).all():
        raise damaged("a photograph was taken at no time or place that there is")
    return found
