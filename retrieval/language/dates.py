"""`taken:`: when a photograph was taken, by the calendar there: days, months and years, alone or from one to
another, both counted in.
"""

import calendar
import re
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import ColumnElement, and_

from retrieval.columns.bits import Ids, Words
from retrieval.columns.codes import Floats
from retrieval.columns.columns import Columns, Thresholds
from retrieval.errors import QueryError, shown
from retrieval.facts import DAY, EARLIEST, LATEST
from retrieval.language.terms import Value, certain
from retrieval.tables import schema

Date = tuple[int, ...]
"""A year, a month of it, or a day of that."""

FIRST_YEAR, LAST_YEAR = 1800, 9999
FORM = "taken:2023, taken:2023-05, taken:2023-05-17 or taken:2023-05..2023-08"
_DATE = re.compile(r"(\d{4})(?:[-/](\d\d?)(?:[-/](\d\d?))?)?", re.ASCII)
_SHORT = re.compile(r"\d\d?(?:[-/]\d\d?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Taken:
    """From the beginning of `first` to the end of `last`; None is any time before, or after. Never a photograph without
    a date.
    """

    first: Date | None
    last: Date | None
    position: int = field(default=0, compare=False)

    @classmethod
    def of(cls, value: Value) -> Self:
        first, dots, last = value.said.strip().partition("..")
        begin = _date(value, first) if first.strip() or not dots else None
        behind = value._replace(at=value.at + value.said.find("..") + 2)
        end = begin if not dots else _end(behind, begin, last) if last.strip() else None
        if begin is None and end is None:
            raise value.error(f"A time has a beginning or an end: {FORM}.")
        if begin and end and _start(begin) >= _stop(end):
            turned = f"taken:{_written(end)}..{_written(begin)}"
            raise QueryError("This time ends before it begins.", value.text, value.at, (turned,))
        return cls(begin, end, value.position)

    @property
    def seconds(self) -> tuple[int, int]:
        """When it begins, and when it is over."""
        return (
            EARLIEST if self.first is None else _start(self.first),
            LATEST + 1 if self.last is None else _stop(self.last),
        )

    def sql(self, thresholds: Thresholds) -> ColumnElement[bool]:
        taken, (start, stop) = schema.photo.c.taken, self.seconds
        return and_(taken.is_not(None), taken >= start, taken < stop)

    def bits(self, columns: Columns) -> Words:
        return columns.photographs.those(columns.photographs.sayings.between(*self.seconds))

    def confidence(self, columns: Columns, at: Ids | None = None) -> Floats:
        return certain(self.bits(columns), len(columns), at)

    def __str__(self) -> str:
        first, last = (_written(date) if date else "" for date in (self.first, self.last))
        return f"taken:{first}" if self.first == self.last else f"taken:{first}..{last}"


def _end(value: Value, begin: Date | None, text: str) -> Date:
    """The last day, month or year; where it was written without its year, what was probably meant is suggested."""
    if begin and _SHORT.fullmatch(text.strip()):
        year = f"{begin[0]:04}"
        meant = f"taken:{_written(begin)}..{year}-{text.strip()}"
        raise _error(value, text, "Both ends of a time have a year of four digits.", meant)
    return _date(value, text)


def _date(value: Value, text: str) -> Date:
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise _error(value, text, f"“{shown(text.strip())[:40]}” is no year, month or day: {FORM}.")
    year, *rest = date = tuple(int(part) for part in found.groups() if part)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _error(value, text, f"Photographs are of the years {FIRST_YEAR} to {LAST_YEAR}.")
    if rest and not 1 <= rest[0] <= 12:
        raise _error(value, text, f"A month is a number from 01 to 12, not {rest[0]:02}: taken:{year}-05.")
    if rest[1:] and not 1 <= rest[1] <= (days := calendar.monthrange(year, rest[0])[1]):
        month = f"{calendar.month_name[rest[0]]} {year}"
        raise _error(value, text, f"{month} has the days 01 to {days}, and no {rest[1]:02}.")
    return date


def _error(value: Value, text: str, problem: str, *suggestions: str) -> QueryError:
    """At the place of `text` in the query."""
    at = max(value.at, value.text.find(text.strip(), value.at))
    return QueryError(problem, value.text, at, suggestions)


def _start(date: Date) -> int:
    """The first second of it, as the library counts them."""
    return calendar.timegm((*(*date, 1, 1)[:3], 0, 0, 0))


def _stop(date: Date) -> int:
    """The first second behind it."""
    year, month, day = (*date, 12, 31)[:3] if len(date) != 2 else (*date, calendar.monthrange(*date)[1])
    return _start((year, month, day)) + DAY


def _written(date: Date) -> str:
    return "-".join(f"{part:02}" for part in date)
