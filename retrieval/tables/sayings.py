"""Reads what photographs say of themselves out of the tables, as columns. LibraryDamaged for what ours never hold."""

from typing import Any

import numpy as np
from sqlalchemy import Connection, func, select

from retrieval.columns.bits import Ids
from retrieval.columns.sayings import UNKNOWN, Sayings
from retrieval.facts import EARLIEST, LATEST
from retrieval.tables import schema
from retrieval.tables.rows import chunks, damaged


def read(connection: Connection, photos: Ids) -> Sayings:
    """Of the photographs with these numbers, in that order."""
    photo = schema.photo.c
    columns = (photo.id, photo.taken, photo.camera, photo.latitude, photo.longitude)
    said = func.coalesce(photo.taken, photo.camera, photo.latitude).is_not(None)
    order = np.argsort(photos)
    found, names = Sayings.nothing(len(photos)), dict[str, int]()
    for rows in chunks(connection, select(*columns).where(said).order_by(photo.id)):
        numbers = np.array([row[0] for row in rows], np.int64)
        there = np.searchsorted(photos[order], numbers).clip(max=max(0, len(photos) - 1))
        at = order[there] if len(photos) else there
        known = photos[at] == numbers if len(photos) else np.zeros(len(rows), np.bool_)
        _put(found, at[known], [row for row, one in zip(rows, known.tolist(), strict=True) if one], names)
    return Sayings(found.taken, found.cameras, found.places, tuple(names))


def _put(found: Sayings, at: Ids, rows: list[tuple[Any, ...]], names: dict[str, int]) -> None:
    """The rows of photographs at those places, each with its number first."""
    try:
        found.taken[at] = [UNKNOWN if row[1] is None else row[1] for row in rows]
        found.places[:, at] = np.array([row[3:] for row in rows], np.float64).reshape(-1, 2).T
    except (TypeError, ValueError, OverflowError) as error:
        raise damaged("what should be a date or a place is none") from error
    found.cameras[at] = [-1 if row[2] is None else names.setdefault(row[2], len(names)) for row in rows]
    _check(found, at, names)


def _check(found: Sayings, at: Ids, names: dict[str, int]) -> None:
    taken, places = found.taken[at], np.abs(found.places[:, at])
    dated = (taken >= EARLIEST) & (taken <= LATEST)
    placed = (places <= np.array([[90.0], [180.0]])).all(axis=0)
    if not (dated | (taken == UNKNOWN)).all() or not (placed | np.isnan(places).all(axis=0)).all():
        raise damaged("a photograph was taken at no time or place that there is")
    if any(not isinstance(name, str) or "\0" in name for name in names):
        raise damaged("the name of a camera is none")
