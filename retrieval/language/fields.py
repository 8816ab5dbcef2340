"""The words of the query language that name no attribute, a row each: the only place where one is said to exist.

The parser, its messages, what it supposes was meant, the app's help and the README's table all follow from FIELDS. It
knows what a word makes, and not how a query is cut into words. A new word is a row here and a leaf in `terms`, `dates`,
`photographs` or `lists`.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple

from retrieval.language.called import Listed, Person, TaggedBy
from retrieval.language.dates import Taken
from retrieval.language.nodes import Quantified, Query
from retrieval.language.photographs import Camera, Folder, Near
from retrieval.language.terms import Corrected, Faces, Path

Form = Literal["value", "count", "alone", "quantifier"]


class Field(NamedTuple):
    """A word, what it makes of what is written with it, how it is used, what it finds, and what people may call it
    instead. What `node` is called with depends on the form:

    value        name:text      the `terms.Value` behind the colon
    count        name >= 2      the comparison, the number, and `position`
    alone        name           `position`
    quantifier   name(query)    `name`, and the tree in the parentheses
    """

    name: str
    form: Form
    node: Callable[..., Query]
    example: str
    help: str
    synonyms: tuple[str, ...] = ()

    @property
    def written(self) -> str:
        """The word as one begins to write it."""
        return f"{self.name}:" if self.form == "value" else self.name


_ROWS = (
    Field("any", "quantifier", Quantified, "any(Smiling)", "faces in whose photograph somebody smiles"),
    Field("all", "quantifier", Quantified, "all(Smiling)", "faces in whose photograph everybody smiles"),
    Field("none", "quantifier", Quantified, "none(Smiling)", "faces in whose photograph nobody smiles"),
    Field("only", "quantifier", Quantified, "only(Smiling)", "a face that smiles, and no other in its photograph does"),
    Field("faces", "count", Faces, "faces = 2", "faces of photographs with that many"),
    Field(
        "path",
        "value",
        Path.of,
        'path:"*/2024/*"',
        "where the file lies: a pattern over the whole path (`path:*2024*` for any part of it)",
        ("file", "photo", "filename"),
    ),
    Field(
        "folder",
        "value",
        Folder.of,
        'folder:"Holidays"',
        "photographs in a folder of that name, at any depth",
        ("in", "album", "dir"),
    ),
    Field(
        "taken",
        "value",
        Taken.of,
        "taken:2023-05..2023-08",
        "when it was taken: a year, a month, a day, or from one to another, both counted in (`taken:2023`)",
        ("date", "when", "year", "month", "day", "shot"),
    ),
    Field(
        "camera",
        "value",
        Camera.of,
        'camera:"X100"',
        "by which camera: words of its make and model",
        ("phone", "device"),
    ),
    Field(
        "near",
        "value",
        Near.of,
        "near:48.85,2.35,10km",
        "where it was taken: degrees to the north and to the east, and how far from there (km, m, mi)",
        ("place", "location", "gps", "around", "where"),
    ),
    Field("corrected", "alone", Corrected, "corrected", "faces of which you said something"),
    Field("model", "value", TaggedBy.of, "model:densenet121", "faces that this model tagged", ("by",)),
    Field(
        "list", "value", Listed.of, 'list:"Casting"', "faces on the shortlist that is called so", ("shortlist", "on")
    ),
    Field("person", "value", Person.of, 'person:"Anna Maria"', "faces of the group that is called so", ("name", "who")),
)

FIELDS: dict[str, Field] = {field.name: field for field in _ROWS}


def of_form(form: Form) -> list[Field]:
    """The words that are written in this way."""
    return [field for field in FIELDS.values() if field.form == form]


def listed(form: Form) -> str:
    """`path:, model: and person:`, as they are written."""
    *others, last = [field.written for field in of_form(form)]
    return f"{', '.join(others)} and {last}" if others else last


def named(word: str, form: Form | None = None) -> Field | None:
    """The field of that name in any case, if it is of that form. Only ASCII: no look-alike passes for one."""
    field = FIELDS.get(word.lower()) if word.isascii() else None
    return field if field is None or form in (None, field.form) else None
