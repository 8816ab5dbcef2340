"""Reads one leaf of a query where a cursor stands: an attribute, a path, a number of faces, a model, a person, or
`corrected`.
"""

import os
from typing import cast

from retrieval.columns.codes import Comparison
from retrieval.errors import QueryError, shown
from retrieval.language.cursor import Cursor, keyword_of
from retrieval.language.names import FIELDS, QUANTIFIERS, recognise, suggest, suggest_field
from retrieval.language.terms import Corrected, Faces, FacesComparison, Leaf, Path, Person, TaggedBy, Term
from retrieval.language.tokens import Token, unquoted

MOST = 9_999  # faces of a photograph that a query may speak of


def leaf(cursor: Cursor) -> Leaf:
    """The leaf at the cursor, which moves behind it; QueryError."""
    start = cursor.token
    if start.kind == "field":
        return _field(cursor)
    if start.kind != "word" or keyword_of(start):
        raise _expected_a_name(cursor)
    match start.text.lower() if start.text.isascii() else "":
        case "corrected":
            cursor.take()
            return Corrected(start.position)
        case "faces":
            return _faces(cursor)
        case word if word in QUANTIFIERS:
            raise cursor.error(f"After {word} comes, in parentheses, what its faces are: {word}(Smiling).", start)
        case "path" | "model" | "person" as word:
            raise cursor.error(f"After {word} comes a colon: {_example(word + ':')}.", start, (word + ":",))
    return _attribute(cursor)


def _field(cursor: Cursor) -> Path | TaggedBy | Person:
    field = cursor.take()
    name = _name_of(field)
    if name not in FIELDS:
        raise _no_field(cursor, field)
    if not cursor.is_at("value"):
        place = field if cursor.is_at("end") else cursor.token
        raise cursor.error(f"After {name} something is missing: {_example(name)}.", place)
    value = cursor.take()
    text = unquoted(value.text)
    if not text:
        raise cursor.error(f"Between the quotation marks something is missing: {_example(name)}.", value)
    if name == "model:":
        return TaggedBy(text, field.position, cursor.text)
    if name == "person:":
        return Person(text, field.position, cursor.text)
    return Path(_pattern(cursor, text, value), field.position)


def _pattern(cursor: Cursor, text: str, value: Token) -> str:
    """The pattern as the disk would give such a name back to Python."""
    try:
        octets = os.fsencode(text)
    except UnicodeEncodeError:
        octets = b"\0"
    if b"\0" in octets:
        raise cursor.error("No file's name has such a character.", value)
    return os.fsdecode(octets)


def _faces(cursor: Cursor) -> Faces:
    faces = cursor.take()
    if not cursor.is_at("comparison"):
        raise cursor.error("After faces comes =, <, >, <= or >= and how many the photograph has: faces = 2.", faces)
    compare = cursor.take()
    if compare.text == "==":
        raise cursor.error("Equality is written with one sign: faces = 2.", compare, ("=",))
    if not cursor.is_at("number"):
        place = compare if cursor.is_at("end") else cursor.token
        raise cursor.error(f"After {compare.text} comes a whole number of faces.", place)
    number = cursor.take()
    if not (number.text.isdigit() and len(number.text) <= 9 and 1 <= int(number.text) <= MOST):
        problem = f"A face's photograph has a whole number of faces, from 1 to {MOST:,}."
        raise cursor.error(problem, number)
    return Faces(cast(FacesComparison, compare.text), int(number.text), faces.position)


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


def _no_field(cursor: Cursor, field: Token) -> QueryError:
    word = field.text.rstrip(": \t\r\n")
    problem = f"“{shown(word)[:40]}:” is not known; a colon belongs behind path, model and person."
    return cursor.error(problem, field, suggest_field(word))


def _name_of(field: Token) -> str:
    return field.text[:-1].rstrip().lower() + ":"


def _example(field: str) -> str:
    return {"path:": 'path:"*/2024/*"', "model:": "model:densenet121", "person:": 'person:"Anna"'}[field]


def _expected_a_name(cursor: Cursor) -> QueryError:
    if cursor.is_at("end"):
        return cursor.error(f"Something is missing after {cursor.previous.text}.", cursor.previous)
    return cursor.error(f"Here should be the name of an attribute, not {shown(cursor.token.text)[:40]}.", cursor.token)
