"""Hypothesis strategies for query trees."""

from collections.abc import Callable, Iterable

from hypothesis import strategies as st

from retrieval.attributes import ATTRIBUTES
from retrieval.nodes import And, Not, Or, Query, Term, depth

numbers = st.one_of(st.sampled_from([0.0, 0.5, 1.0, 1e-5, 5e-324]), st.floats(0, 1))


def terms(thresholds: st.SearchStrategy[float] = numbers) -> st.SearchStrategy[Query]:
    names = st.sampled_from(ATTRIBUTES)
    compared = st.builds(Term, names, st.sampled_from([">=", ">", "<", "<="]), thresholds)
    return st.one_of(st.builds(Term, names), compared)


def queries(thresholds: st.SearchStrategy[float] = numbers, leaves: int = 25) -> st.SearchStrategy[Query]:
    """Trees as the parser would build them: And and Or flattened, within the limits."""

    def grow(children: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
        several = st.lists(children, min_size=2, max_size=4)
        return st.one_of(st.builds(Not, children), several.map(joined(And)), several.map(joined(Or)))

    return st.recursive(terms(thresholds), grow, max_leaves=leaves).filter(lambda query: depth(query) <= 16)


def joined(kind: Callable[[tuple[Query, ...]], Query]) -> Callable[[Iterable[Query]], Query]:
    def flatten(children: Iterable[Query]) -> Query:
        parts: list[Query] = []
        for child in children:
            parts.extend(child.children if type(child) is kind else [child])  # type: ignore[union-attr]
        return kind(tuple(parts))

    return flatten
