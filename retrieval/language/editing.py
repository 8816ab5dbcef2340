"""A query as conditions that one can take away, turn around, or join with another, each keeping the words that it was
written in: `woman` stays `woman`. The words between them are written anew, so a `with` becomes AND.

A condition is a place in the tree: the number of a child, of its child, and so on. It knows text and tree, no faces.
"""

from collections.abc import Iterator
from typing import NamedTuple

from retrieval.language.cursor import Cursor
from retrieval.language.leaves import leaf
from retrieval.language.names import synonym
from retrieval.language.nodes import And, Leaf, Not, Or, Quantified, Query, Term, children
from retrieval.language.query import Parsed

Branch = tuple[int, ...]

_HOLE = Term("")  # where something is to be written


class Edited(NamedTuple):
    """Another query, and where in it one goes on to write."""

    text: str
    caret: int


def at(tree: Query, place: Branch) -> Query:
    """The condition at a place."""
    for number in place:
        tree = children(tree)[number]
    return tree


def is_one(node: Query) -> bool:
    """Whether it is a condition that has no others in it, as people see it: `woman` is one, though it means a NOT."""
    return isinstance(node, Leaf) or _is_said(node)


def without(query: Parsed, place: Branch) -> Edited:
    """The query less the condition at a place; empty where that was all of it."""
    rest = _dropped(query.tree, place)
    return Edited("", 0) if rest is None else _edited(query.text, rest)


def turned(query: Parsed, place: Branch) -> Edited:
    """NOT the condition, or the condition without its NOT."""
    node = at(query.tree, place)
    opposite = node.child if isinstance(node, Not) and not _is_said(node) else Not(node)
    return _edited(query.text, put(query.tree, place, opposite))


def joined(query: Parsed, place: Branch) -> Edited:
    """The condition OR another that is still to be written, where the caret is."""
    node = at(query.tree, place)
    if place and isinstance(at(query.tree, place[:-1]), Or):
        *above, number = place
        parts = at(query.tree, tuple(above)).children  # type: ignore[union-attr]
        both: Query = Or((*parts[: number + 1], _HOLE, *parts[number + 1 :]))
        return _edited(query.text, put(query.tree, tuple(above), both))
    both = Or((*node.children, _HOLE)) if isinstance(node, Or) else Or((node, _HOLE))
    return _edited(query.text, put(query.tree, place, both))


def written(text: str, node: Query) -> str:
    """The condition in the words of the query that it stands in."""
    return "".join(piece or "" for piece in _pieces(text, node))


def _edited(text: str, tree: Query) -> Edited:
    pieces = list(_pieces(text, tree))
    caret = pieces.index(None) if None in pieces else len(pieces)
    return Edited("".join(piece or "" for piece in pieces), sum(map(len, filter(None, pieces[:caret]))))


def _pieces(text: str, node: Query) -> Iterator[str | None]:
    """The text of a tree, None where the hole is."""
    if node is _HOLE:
        yield None
    elif is_one(node):
        yield _as_written(text, node)
    elif isinstance(node, Not):
        yield "NOT "
        yield from _inside(text, node.child, And, Or)
    elif isinstance(node, Quantified):
        yield f"{node.quantifier}("
        yield from _pieces(text, node.child)
        yield ")"
    else:
        looser = (And, Or) if isinstance(node, And) else (Or,)
        for number, child in enumerate(children(node)):
            yield f" {type(node).__name__.upper()} " if number else ""
            yield from _inside(text, child, *looser)


def _inside(text: str, child: Query, *looser: type) -> Iterator[str | None]:
    yield "(" if isinstance(child, looser) else ""
    yield from _pieces(text, child)
    yield ")" if isinstance(child, looser) else ""


def _as_written(text: str, node: Query) -> str:
    """Its words in the text; as the tree says them where a remark or a new line stands between."""
    one = node.child if isinstance(node, Not) else node
    assert isinstance(one, Leaf)
    cursor = Cursor(text)
    while cursor.token.position < one.position:
        cursor.take()
    leaf(cursor)
    said = text[one.position : cursor.previous.end]
    return str(node) if "\n" in said else said


def _is_said(node: Query) -> bool:
    """Whether it is the NOT of one word, such as `woman`."""
    term = node.child if isinstance(node, Not) else None
    return isinstance(term, Term) and (said := synonym(term.said)) is not None and said.denied


def _dropped(node: Query, place: Branch) -> Query | None:
    if not place:
        return None
    rest = _dropped(children(node)[place[0]], place[1:])
    if isinstance(node, And | Or):
        kept = [child for number, child in enumerate(node.children) if number != place[0]]
        if rest is None and len(kept) == 1:
            return kept[0]
    elif rest is None:
        return None
    return _with_child(node, place[0], rest)


def put(node: Query, place: Branch, new: Query) -> Query:
    """The query with another condition in that place."""
    if not place:
        return new
    return _with_child(node, place[0], put(children(node)[place[0]], place[1:], new))


def _with_child(node: Query, number: int, child: Query | None) -> Query:
    """With another child in that place, or, None, without it."""
    new = () if child is None else (child,)
    match node:
        case And(several) | Or(several):
            return type(node)((*several[:number], *new, *several[number + 1 :]))
        case Not():
            return Not(*new)
        case Quantified(quantifier):
            return Quantified(quantifier, *new)
    return node
