"""Hypothesis strategies for query trees."""

import datetime
import os
from collections.abc import Callable, Iterable

from hypothesis import strategies as st

from retrieval.attributes import ATTRIBUTES
from retrieval.language.nodes import (
    And,
    Camera,
    Corrected,
    Faces,
    Folder,
    Listed,
    Near,
    Not,
    Or,
    Path,
    Person,
    Quantified,
    Query,
    TaggedBy,
    Taken,
    Term,
    depth,
)

numbers = st.one_of(st.sampled_from([0.0, 0.5, 1.0, 1e-5, 5e-324]), st.floats(0, 1))
comparisons = st.sampled_from([">=", ">", "<", "<="])
words = st.text(min_size=1, max_size=12).filter(lambda text: "\0" not in text)
patterns = st.binary(min_size=1, max_size=12).filter(lambda octets: b"\0" not in octets).map(os.fsdecode)
names = words.filter(lambda text: bool(text.strip(" -_")))
folders = st.binary(min_size=1, max_size=12).filter(lambda octets: b"\0" not in octets).map(os.fsdecode)
degrees = st.one_of(st.sampled_from([0.0, -0.0, 90.0, 48.85]), st.floats(-90, 90))
radii = st.one_of(st.sampled_from([10.0, 0.5, 5e-324, 1e300]), st.floats(0, 30_000, exclude_min=True))
places = st.builds(Near, degrees, degrees.map(lambda north: 2 * north), radii, st.sampled_from(["km", "m", "mi"]))
days = st.dates(datetime.date(1800, 1, 1)).map(lambda day: (day.year, day.month, day.day))
dates = st.tuples(days, st.integers(1, 3)).map(lambda pair: pair[0][: pair[1]])
counts = st.builds(Faces, st.one_of(comparisons, st.just("=")), st.integers(1, 5) | st.integers(1, 9999))


def times(moments: st.SearchStrategy[tuple[int, ...]] = dates) -> st.SearchStrategy[Query]:
    """From one date to another, or without a beginning or an end."""
    one = moments.map(lambda date: Taken(date, date))
    open_ended = moments.flatmap(lambda date: st.sampled_from([Taken(date, None), Taken(None, date)]))
    both = st.tuples(moments, moments).map(sorted).map(lambda pair: Taken(*pair))
    return st.one_of(one, open_ended, both)


def terms(thresholds: st.SearchStrategy[float] = numbers) -> st.SearchStrategy[Query]:
    names = st.sampled_from(ATTRIBUTES)
    return st.one_of(st.builds(Term, names), st.builds(Term, names, comparisons, thresholds))


def leaves(
    thresholds: st.SearchStrategy[float] = numbers,
    paths: st.SearchStrategy[str] = patterns,
    models: st.SearchStrategy[str] = words,
    people: st.SearchStrategy[str] = words,
    said: st.SearchStrategy[Query] | None = None,
    lists: st.SearchStrategy[str] = words,
) -> st.SearchStrategy[Query]:
    """Terms, and what photographs say of themselves, each a third of the time."""
    known = (st.builds(TaggedBy, models), st.builds(Person, people), st.builds(Listed, lists))
    others = st.one_of(st.builds(Path, paths), counts, st.builds(Corrected), *known)
    return st.one_of(terms(thresholds), others, sayings() if said is None else said)


def sayings(
    moments: st.SearchStrategy[tuple[int, ...]] = dates,
    cameras: st.SearchStrategy[str] = names,
    near: st.SearchStrategy[Query] = places,
    within: st.SearchStrategy[str] = folders,
) -> st.SearchStrategy[Query]:
    return st.one_of(times(moments), st.builds(Camera, cameras), near, st.builds(Folder, within))


def queries(
    leaf: st.SearchStrategy[Query] | None = None, most: int = 25, *, quantified: bool = True
) -> st.SearchStrategy[Query]:
    """Trees as the parser would build them: And and Or flattened, within the limits."""

    def grow(children: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
        several = st.lists(children, min_size=2, max_size=4)
        of_photographs = st.builds(Quantified, st.sampled_from(["any", "all", "none", "only"]), children)
        grown = [st.builds(Not, children), several.map(joined(And)), several.map(joined(Or))]
        return st.one_of(*grown, *([of_photographs] if quantified else []))

    return st.recursive(leaves() if leaf is None else leaf, grow, max_leaves=most).filter(within_limits)


def within_limits(query: Query) -> bool:
    return depth(query) <= 16 and len(str(query)) <= 4096


def joined(kind: Callable[[tuple[Query, ...]], Query]) -> Callable[[Iterable[Query]], Query]:
    def flatten(children: Iterable[Query]) -> Query:
        parts: list[Query] = []
        for child in children:
            parts.extend(child.children if type(child) is kind else [child])  # type: ignore[union-attr]
        return kind(tuple(parts))

    return flatten
