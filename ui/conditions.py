"""Conditions of a query that a part of the page stands for: one time, one folder, one camera, one place, one threshold
of each attribute. Each can be read out of a query, put into it in place of the one before, and taken away.

Only what the whole query plainly asks for counts: a part of an OR is nobody's but the person's who wrote it. All other
conditions keep their words: `woman` stays `woman`.
"""

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import QueryError
from retrieval.language.editing import written
from retrieval.language.nodes import And, Camera, Folder, Near, Not, Or, Query, Taken, Term
from retrieval.language.query import Parsed, parse, parsed

TAKEN, FOLDER, CAMERA, NEAR = "taken", "folder", "camera", "near"
_KINDS = {Taken: TAKEN, Folder: FOLDER, Camera: CAMERA, Near: NEAR}
_OPPOSITE = {">=": "<", ">": "<=", "<": ">=", "<=": ">"}


def said(query: Parsed | None, kind: str) -> Query | None:
    """What the query asks for of that kind (TAKEN, ..., or the name of an attribute), if it does."""
    return next((part for part in _parts(query) if _kind(part) == kind), None)


def without(query: Parsed | None, kind: str) -> Parsed | None:
    """The query less its conditions of that kind; None where nothing is left."""
    return _joined(query, [part for part in _parts(query) if _kind(part) != kind])


def placed(query: Parsed | None, condition: str) -> str:
    """The query with the condition in place of those of its kind, else behind the others; QueryError."""
    wanted = parse(condition)
    parts, kind = _parts(query), _kind(wanted)
    at = next((at for at, part in enumerate(parts) if _kind(part) == kind and kind), len(parts))
    before, behind = ([part for part in some if not kind or _kind(part) != kind] for some in (parts[:at], parts[at:]))
    return _text(_joined(query, [*before, wanted, *behind], wanted))


def toggled(query: Parsed | None, condition: str) -> str:
    """As `placed`; but where the query has that very condition already, it is taken back."""
    wanted = parse(condition)
    if wanted in _parts(query):
        return _text(_joined(query, [part for part in _parts(query) if part != wanted]))
    return placed(query, condition)


def narrowed(query: Parsed | None, name: str, wanted: bool) -> str:
    """The query AND the attribute (AND NOT, if not wanted); said so before, at any threshold, it is taken back, and the
    opposite replaced.
    """
    if chosen(query).get(name) is wanted:
        return _text(without(query, name))
    return placed(query, name if wanted else f"NOT {name}")


def chosen(query: Parsed | None) -> dict[str, bool]:
    """The attributes that the query asks for (True) or excludes (False), at whatever threshold."""
    terms = [(part, _term(part)) for part in _parts(query)]
    return {
        term.name: (term.operator in (None, ">", ">=")) is not isinstance(part, Not) for part, term in terms if term
    }


def threshold(query: Parsed | None, name: str) -> tuple[str, float | None] | None:
    """How the query asks for an attribute: the comparison, and with what; None for the model's own threshold."""
    part = said(query, name)
    term = None if part is None else _term(part)
    if term is None:
        return None
    compare = term.operator or ">="
    return (_OPPOSITE[compare] if isinstance(part, Not) else compare), term.threshold


def asked(query: Parsed | None, said: object) -> str | None:
    """The query that a part of the page asks for next: `{"what": "place" | "toggle", "condition": ...}`,
    `{"what": "drop", "kind": ...}` or `{"what": "narrow", "name": ..., "wanted": ...}`. None for whatever else it says.
    """
    try:
        match said:
            case {"what": "place", "condition": str(condition)}:
                return placed(query, condition)
            case {"what": "toggle", "condition": str(condition)}:
                return toggled(query, condition)
            case {"what": "drop", "kind": str(kind)}:
                return _text(without(query, kind))
            case {"what": "narrow", "name": str(name), "wanted": bool(wanted)} if name in ATTRIBUTES:
                return narrowed(query, name, wanted)
    except QueryError:
        return None
    return None


def _parts(query: Parsed | None) -> list[Query]:
    """The conditions that must all be true."""
    if query is None:
        return []
    return list(query.tree.children) if isinstance(query.tree, And) else [query.tree]


def _kind(part: Query) -> str | None:
    if term := _term(part):
        return term.name
    return _KINDS.get(type(part))


def _term(part: Query) -> Term | None:
    inner = part.child if isinstance(part, Not) else part
    return inner if isinstance(inner, Term) else None


def _joined(query: Parsed | None, parts: list[Query], new: Query | None = None) -> Parsed | None:
    """The parts of a query, each in the words of the person who wrote it, and one that is `new` among them;
    QueryError where that is too long.
    """
    flat = [one for part in parts for one in (part.children if isinstance(part, And) else (part,))]
    if not flat:
        return None
    added = [] if new is None else [new, *(new.children if isinstance(new, And) else ())]
    words = [
        str(part) if query is None or any(part is one for one in added) else written(query.text, part) for part in flat
    ]
    if len(flat) > 1:
        words = [f"({said})" if isinstance(part, Or) else said for said, part in zip(words, flat, strict=True)]
    return parsed(" AND ".join(words))


def _text(query: Parsed | None) -> str:
    return query.text if query else ""
