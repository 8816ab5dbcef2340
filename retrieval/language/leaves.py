"""Reads one leaf of a query where a cursor stands: an attribute, or one of the words in `fields` in its form."""

from typing import cast

from retrieval.columns.codes import Comparison
from retrieval.errors import QueryError, shown
from retrieval.language.cursor import Cursor, keyword_of
from retrieval.language.fields import Field, listed, named
from retrieval.language.names import doubt, recognise, suggest, suggest_field, understand
from retrieval.language.nodes import Not, Query
from retrieval.language.synonyms import Synonym
from retrieval.language.terms import Term, Value
from retrieval.language.tokens import Token, unquoted

OPPOSITE: dict[Comparison, Comparison] = {">": "<", ">=": "<=", "<": ">", "<=": ">="}
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


def _attribute(cursor: Cursor) -> Query:
    """By its name, or by words that are said for it; a name that is longer than these comes first."""
    start, words = cursor.token, cursor.words()
    named, said = recognise(words), understand(words)
    if said and (named is None or said[1] > named[1]):
        return _said(cursor, *said)
    if named is None:
        raise _no_name(cursor, words)
    cursor.take(named[1])
    if not cursor.is_at("comparison"):
        return Term(named[0], position=start.position)
    return Term(named[0], *_comparison(cursor), position=start.position)


def _said(cursor: Cursor, synonym: Synonym, length: int) -> Query:
    start, words = cursor.token, " ".join(cursor.words()[:length])
    cursor.take(length)
    if not cursor.is_at("comparison"):
        term = Term(synonym.name, position=start.position, said=words)
        return Not(term) if synonym.denied else term
    compare, number = _comparison(cursor)
    if synonym.denied:
        problem = f"“{shown(words)}” is {synonym.meaning}; a threshold belongs behind the name of the attribute."
        meant = f"{synonym.name} {OPPOSITE[compare]} {round(1 - number, 6):g}"
        raise cursor.error(problem, start, (meant,), cursor.previous.end - start.position)
    return Term(synonym.name, compare, number, start.position, words)


def _no_name(cursor: Cursor, words: list[str]) -> QueryError:
    start = cursor.token
    if found := doubt(words):
        shaky, length = found
        problem = f"“{shown(' '.join(words[:length]))}” is not taken for an attribute. {shaky.reason}."
        end = cursor.following(length - 1).end
        return cursor.error(problem, start, shaky.nearest, end - start.position)
    suggestions, length = suggest(words, cursor.following(len(words)).text)
    problem = f"No attribute is called “{shown(' '.join(words[:length])[:40])}”."
    if not suggestions:
        problem += " The 40 names are listed by `facequery facets`."
    return cursor.error(problem, start, suggestions)


def _comparison(cursor: Cursor) -> tuple[Comparison, float]:
    compare = cursor.take()
    if compare.text in ("=", "=="):
        raise cursor.error("A probability is compared with >=, <=, > or <, not with =.", compare, (">=", "<="))
    if not cursor.is_at("number"):
        problem = f"After {compare.text} comes a number between 0 and 1."
        raise cursor.error(problem, compare if cursor.is_at("end") else cursor.token)
    number = cursor.take()
    if decimals := _after_comma(cursor, number):
        problem = "The decimals of a number stand behind a point."
        raise cursor.error(problem, number, (f"{number.text}.{decimals}",))
    value = float(number.text)
    if not 0 <= value <= 1:
        percent = (f"{value / 100:g}",) if 2 <= value <= 100 else ()
        raise cursor.error("A threshold is a probability, between 0 and 1.", number, percent)
    return cast(Comparison, compare.text), value


def _after_comma(cursor: Cursor, number: Token) -> str:
    """The digits that follow a number and a comma without a space; nothing where none do."""
    comma, digits = cursor.token, cursor.following()
    together = comma.kind == "," and comma.position == number.end and digits.position == comma.end
    return digits.text if together and digits.text.isdecimal() else ""


def _no_field(cursor: Cursor, start: Token) -> QueryError:
    word = start.text.rstrip(": \t\r\n")
    problem = f"“{shown(word)[:40]}:” is not known; a colon belongs behind {listed('value').replace(':', '')}."
    return cursor.error(problem, start, suggest_field(word))


def _expected_a_name(cursor: Cursor) -> QueryError:
    if cursor.is_at("end"):
        last = "the comma" if cursor.previous.kind == "," else cursor.previous.text
        return cursor.error(f"Something is missing after {last}.", cursor.previous)
    return cursor.error(f"Here should be the name of an attribute, not {shown(cursor.token.text)[:40]}.", cursor.token)
