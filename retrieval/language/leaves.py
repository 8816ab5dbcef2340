"""Reads one leaf of a query where a cursor stands: an attribute, or one of the words in `fields` in its form."""

from typing import cast

from retrieval.columns.codes import Comparison
from retrieval.errors import QueryError, shown
from retrieval.language.cursor import Cursor, keyword_of
from retrieval.language.fields import Field, listed, named
from retrieval.language.names import recognise, suggest, suggest_field
from retrieval.language.nodes import Query
from retrieval.language.terms import Term, Value
from retrieval.language.tokens import Token, unquoted

MOST = 9_999  # faces of a photograph that a query may speak of


def leaf(cursor: Cursor) -> Query:
    """The leaf at the cursor, which moves behind it; QueryError."""
    start = cursor.token
    if start.kind == "field":
        return _valued(cursor)
    if start.kind != "word" or keyword_of(start):
        raise _expected_a_name(cursor)
    field = named(start.text)
    return _attribute(cursor) if field is None else _bare(cursor, field)


def _bare(cursor: Cursor, field: Field) -> Query:
    """A field without a colon."""
    start, name = cursor.token, field.name
    match field.form:
        case "alone":
            return field.node(position=cursor.take().position)
        case "count":
            return _counted(cursor, field)
        case "quantifier":
            raise cursor.error(f"After {name} comes, in parentheses, what its faces are: {field.example}.", start)
        case "value":
            raise cursor.error(f"After {name} comes a colon: {field.example}.", start, (field.written,))


def _valued(cursor: Cursor) -> Query:
    start = cursor.take()
    field = named(start.text[:-1].rstrip(), "value")
    if field is None:
        raise _no_field(cursor, start)
    if not cursor.is_at("value"):
        place = start if cursor.is_at("end") else cursor.token
        raise cursor.error(f"After {field.written} something is missing: {field.example}.", place)
    value = cursor.take()
    said = unquoted(value.text)
    if not said:
        raise cursor.error(f"Between the quotation marks something is missing: {field.example}.", value)
    return field.node(Value(said, value.position, start.position, cursor.text))


def _counted(cursor: Cursor, field: Field) -> Query:
    start = cursor.take()
    if not cursor.is_at("comparison"):
        problem = f"After {field.name} comes =, <, >, <= or >= and how many the photograph has: {field.example}."
        raise cursor.error(problem, start)
    compare = cursor.take()
    if compare.text == "==":
        raise cursor.error(f"Equality is written with one sign: {field.example}.", compare, ("=",))
    if not cursor.is_at("number"):
        place = compare if cursor.is_at("end") else cursor.token
        raise cursor.error(f"After {compare.text} comes a whole number of {field.name}.", place)
    number = cursor.take()
    if not (number.text.isdigit() and len(number.text) <= 9 and 1 <= int(number.text) <= MOST):
        problem = f"A face's photograph has a whole number of {field.name}, from 1 to {MOST:,}."
        raise cursor.error(problem, number)
    return field.node(compare.text, int(number.text), position=start.position)


def _attribute(cursor: Cursor) -> Term:
    start = cursor.token
    name = _name(cursor)
    if not cursor.is_at("comparison"):
        return Term(name, position=start.position)
    return Term(name, *_comparison(cursor), position=start.position)


def _name(cursor: Cursor) -> str:
    words = cursor.words()
    if found := recognise(words):
        name, length = found
        cursor.take(length)
        return name
    suggestions, length = suggest(words, cursor.following(len(words)).text)
    problem = f"No attribute is called “{shown(' '.join(words[:length])[:40])}”."
    if not suggestions:
        problem += " The 40 names are listed by `facequery facets`."
    raise cursor.error(problem, cursor.token, suggestions)


def _comparison(cursor: Cursor) -> tuple[Comparison, float]:
    compare = cursor.take()
    if compare.text in ("=", "=="):
        raise cursor.error("A probability is compared with >=, <=, > or <, not with =.", compare, (">=", "<="))
    if not cursor.is_at("number"):
        problem = f"After {compare.text} comes a number between 0 and 1."
        raise cursor.error(problem, compare if cursor.is_at("end") else cursor.token)
    number = cursor.take()
    value = float(number.text)
    if not 0 <= value <= 1:
        percent = (f"{value / 100:g}",) if 2 <= value <= 100 else ()
        raise cursor.error("A threshold is a probability, between 0 and 1.", number, percent)
    return cast(Comparison, compare.text), value


def _no_field(cursor: Cursor, start: Token) -> QueryError:
    word = start.text.rstrip(": \t\r\n")
    problem = f"“{shown(word)[:40]}:” is not known; a colon belongs behind {listed('value').replace(':', '')}."
    return cursor.error(problem, start, suggest_field(word))


def _expected_a_name(cursor: Cursor) -> QueryError:
    if cursor.is_at("end"):
        return cursor.error(f"Something is missing after {cursor.previous.text}.", cursor.previous)
    return cursor.error(f"Here should be the name of an attribute, not {shown(cursor.token.text)[:40]}.", cursor.token)
