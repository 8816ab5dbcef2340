"""A query as the conditions it is made of, each with what one can do to it and how many faces would match then.

It knows no browser: how conditions are drawn, and what is clicked, is for others.
"""

from typing import Literal, NamedTuple

from retrieval.columns import bits
from retrieval.errors import QueryError
from retrieval.language import editing
from retrieval.language.editing import Branch, Edited
from retrieval.language.names import synonym
from retrieval.language.nodes import And, Columns, Not, Or, Quantified, Query, Term, children, leaves
from retrieval.language.query import Parsed, parse

MOST = 48  # conditions; of a longer query none is counted, each being asked twice

Kind = Literal["one", "not", "and", "or", "any", "all", "none", "only"]


class Change(NamedTuple):
    """Another query, where in it one goes on to write, and the faces that match it: None for one that is unfinished."""

    text: str
    caret: int
    faces: int | None


class Condition(NamedTuple):
    """One condition, or several with what joins them. `text` is as it was written, without its NOT where it is
    `denied`; `meaning` what the words of it stand for, where they are no name.
    """

    kind: Kind
    text: str
    denied: bool
    meaning: str | None
    parts: tuple["Condition", ...]
    dropped: Change
    turned: Change
    joined: Change


def conditions(query: Parsed, columns: Columns) -> Condition | None:
    """The whole query; None for one of very many conditions."""
    if len(leaves(query.tree)) > MOST:
        return None
    return _condition(query, columns, ())


def meanings(tree: Query) -> dict[str, str]:
    """What the words of a query are read as, where they are no names: `{"woman": "NOT Male"}`."""
    said = [leaf.said for leaf in leaves(tree) if isinstance(leaf, Term) and leaf.said]
    return {words: row.meaning for words in said if (row := synonym(words))}


def _condition(query: Parsed, columns: Columns, place: Branch) -> Condition:
    node = editing.at(query.tree, place)
    denied = isinstance(node, Not) and not editing.is_one(node) and editing.is_one(node.child)
    alone = denied or editing.is_one(node)
    inner = node.child if denied and isinstance(node, Not) else node
    parts = () if alone else tuple(_condition(query, columns, (*place, at)) for at in range(len(children(node))))
    return Condition(
        "one" if alone else _kind(node),
        editing.written(query.text, inner),
        denied,
        next(iter(meanings(inner).values()), None) if alone else None,
        parts,
        _change(editing.without(query, place), columns),
        _change(editing.turned(query, place), columns),
        Change(*editing.joined(query, place), None),
    )


def _kind(node: Query) -> Kind:
    match node:
        case Not():
            return "not"
        case And():
            return "and"
        case Or():
            return "or"
        case Quantified(quantifier):
            return quantifier
    return "one"


def _change(edited: Edited, columns: Columns) -> Change:
    if not edited.text:
        return Change(*edited, len(columns))
    try:
        return Change(*edited, bits.count(parse(edited.text).bits(columns)))
    except QueryError:  # one level deeper than a query may be
        return Change(*edited, None)
