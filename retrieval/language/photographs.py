"""`camera:`, `near:` and `folder:`: by what a photograph was taken, where it was, and in which folder it lies."""

import glob
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import reduce
from typing import Self

from sqlalchemy import ColumnElement, Integer, Text, and_, func, literal

from retrieval.columns.bits import Ids, Words
from retrieval.columns.codes import Floats
from retrieval.columns.columns import Columns, Thresholds
from retrieval.errors import QueryError, shown
from retrieval.language.terms import Value, certain, lowered, quoted
from retrieval.tables import schema

UNITS = {"km": 1000.0, "m": 1.0, "mi": 1609.344}  # metres
PARTING = "-_"  # what parts the words of a camera's name, beside a space
FORM = "near:48.85,2.35,10km"
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PLACE = re.compile(rf"({_NUMBER})\s*,\s*({_NUMBER})\s*,\s*({_NUMBER})\s*({'|'.join(UNITS)})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Camera:
    """The name of the camera has these words, one behind the other, in any case; `-` and `_` part words too. Never a
    photograph that does not say its camera.

    Which cameras there are only the library knows, so one that it does not know is a QueryError where columns are
    asked; `text` is the whole query, for that error.
    """

    name: str
    position: int = field(default=0, compare=False)
    text: str = field(default="", compare=False, repr=False)

    @classmethod
    def of(cls, value: Value) -> Self:
        if "\0" in value.said or not words(value.said).strip(" "):
            raise value.error('The name of a camera has letters or digits: camera:"X100".')
        return cls(value.said, value.position, value.text)

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        camera = schema.photo.c.camera
        plain = func.lower(func.composed(camera))
        for sign in PARTING:
            plain = func.replace(plain, sign, " ", type_=Text)
        return and_(camera.is_not(None), (" " + plain + " ").contains(words(self.name), autoescape=True))

    def bits(self, columns: Columns) -> Words:
        sayings = columns.photographs.sayings
        if not any(map(self.means, sayings.names)):
            raise self._unknown(sayings.names)
        return columns.photographs.those(sayings.by(self.means))

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return certain(self.bits(columns), len(columns), at)

    def __str__(self) -> str:
        return f"camera:{quoted(self.name)}"

    def means(self, name: str) -> bool:
        """Whether a camera of that name is one of those that are asked for."""
        return words(self.name) in f" {_plain(name)} "

    def _unknown(self, names: Iterable[str]) -> QueryError:
        problem = f"No photograph in the library was taken by a camera “{shown(self.name)[:40]}”."
        if not names:
            problem += " None says its camera; `facequery index FOLDER` reads what the photographs there say."
        meant = tuple(f"camera:{quoted(name)}" for name in likely(self.name, names))
        return QueryError(problem, self.text or str(self), self.position, meant)


@dataclass(frozen=True, slots=True)
class Near:
    """Taken so far from a place, or nearer, along a great circle; `radius` in the `unit`, the place in degrees to the
    north and to the east. Never a photograph that does not say its place.
    """

    latitude: float
    longitude: float
    radius: float
    unit: str = "km"
    position: int = field(default=0, compare=False)

    @classmethod
    def of(cls, value: Value) -> Self:
        found = _PLACE.fullmatch(value.said.strip())
        if found is None:
            problem = f"A place is degrees to the north, to the east, and how far from there, in km, m or mi: {FORM}."
            raise value.error(problem)
        latitude, longitude, radius = map(float, found.groups()[:3])
        if abs(latitude) > 90 or abs(longitude) > 180:
            raise value.error(f"Degrees to the north are from -90 to 90, and to the east from -180 to 180: {FORM}.")
        if not 0 < radius < float("inf"):
            raise value.error(f"How far from there is more than 0: {FORM}.")
        return cls(latitude, longitude, radius, found[4].lower(), value.position)

    @property
    def metres(self) -> float:
        return self.radius * UNITS[self.unit]

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        row = schema.photo.c
        far = func.metres(self.latitude, self.longitude, row.latitude, row.longitude)
        return and_(row.latitude.is_not(None), row.longitude.is_not(None), far <= self.metres)

    def bits(self, columns: Columns) -> Words:
        near = columns.photographs.sayings.near(self.latitude, self.longitude, self.metres)
        return columns.photographs.those(near)

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return certain(self.bits(columns), len(columns), at)

    def __str__(self) -> str:
        return f"near:{_short(self.latitude)},{_short(self.longitude)},{_short(self.radius)}{self.unit}"


@dataclass(frozen=True, slots=True)
class Folder:
    """The photograph lies in a folder of this name, at any depth; several names with `/` between are folders one in the
    other, and a `/` first begins at the root. Upper and lower case are different, as for `path:`.
    """

    name: str
    position: int = field(default=0, compare=False)

    @classmethod
    def of(cls, value: Value) -> Self:
        return cls(value.on_disk("folder"), value.position)

    @property
    def pattern(self) -> str:
        """The same as `path:` has it."""
        name = self.name.strip("/")
        inside = f"{glob.escape(name)}/" if name else ""
        return f"/{inside}" if self.name.startswith("/") else inside

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        path = schema.photo.c.path
        return func.path_matches(path, literal(self.pattern, path.type), type_=Integer) == 1

    def bits(self, columns: Columns) -> Words:
        photographs = columns.photographs
        return photographs.those(photographs.paths.matching(self.pattern))

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return certain(self.bits(columns), len(columns), at)

    def __str__(self) -> str:
        return f"folder:{quoted(self.name)}"


def words(name: str) -> str:
    """The words of a name in lower case, with a space before, between and behind them."""
    return f" {_plain(name).strip(' ')} "


def _plain(name: str) -> str:
    return reduce(lambda plain, sign: plain.replace(sign, " "), PARTING, lowered(name))


def likely(asked: str, names: Iterable[str]) -> list[str]:
    """Up to three of the names that were probably meant: those with what was asked for in them, then those like it."""
    known = list(dict.fromkeys(names))
    within = [name for name in known if lowered(asked) in lowered(name)]
    return list(dict.fromkeys([*within, *get_close_matches(asked, known, 3, 0.3)]))[:3]


def _short(number: float) -> str:
    return repr(number).removesuffix(".0")
