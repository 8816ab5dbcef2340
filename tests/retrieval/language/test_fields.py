"""A word of the query language stands in one row, and is found wherever one may read of it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.errors import QueryError
from retrieval.language import names, query
from retrieval.language.fields import FIELDS, Field
from retrieval.language.nodes import Corrected, Faces, Not, Person, Quantified
from retrieval.language.query import parse
from ui.widgets.asking import language

README = Path(__file__).parents[3] / "README.md"
ADDED = (
    Field("nick", "value", Person.of, 'nick:"Annie"', "faces of a person by a pet name", ("alias",)),
    Field("crowd", "count", Faces, "crowd > 5", "faces in a crowd", ("throng",)),
    Field("checked", "alone", Corrected, "checked", "faces that somebody looked at", ("ticked",)),
    Field("twice", "quantifier", Quantified, "twice(Smiling)", "a photograph in which two smile", ("double",)),
)


@pytest.fixture(params=ADDED, ids=lambda field: field.form)
def added(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    """A word that only this test knows."""
    field: Field = request.param
    monkeypatch.setitem(FIELDS, field.name, field)
    yield field
    query._parsed.cache_clear()
    names._suggested.cache_clear()


def refused(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        parse(text)
    return caught.value


def rows_of_the_readme() -> list[str]:
    """The lines of the table of what one may ask."""
    section = README.read_text().split("### Asking", 1)[1].split("\n#", 1)[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


def row(field: Field) -> str:
    return f"| `{field.example}` | {field.help} |"


def test_a_row_is_all_that_the_parser_needs(added: Field):
    asked = parse(f"NOT {added.example.upper() if added.form == 'alone' else added.example}")
    made = {
        "value": Person("Annie"),
        "count": Faces(">", 5),
        "alone": Corrected(),
        "quantifier": Quantified("twice", parse("Smiling")),  # type: ignore[arg-type]
    }
    assert asked == Not(made[added.form])  # type: ignore[arg-type]


def test_a_row_is_all_that_the_messages_need(added: Field):
    if added.form == "alone":
        return
    bare = {"value": added.name, "count": f"Male {added.name}", "quantifier": f"{added.name} Male"}[added.form]
    assert added.name in refused(bare).problem and added.example in refused(bare).problem
    if added.form == "value":
        assert added.example in refused("nick:").problem and added.example in refused('nick:""').problem
        assert "person and nick" in refused("Smiling: 0.9").problem
        assert "person: and nick:" in refused('Male "Annie"').problem


def test_a_row_is_all_that_suggestions_need(added: Field):
    called = added.synonyms[0]
    for meant in (f"{added.name[:-1]}x", called):
        text = {"value": f"{meant}:x", "count": f"{meant} > 5", "alone": meant, "quantifier": f"{meant}(Male)"}
        assert refused(text[added.form]).suggestions[0] == added.written, meant


def test_a_row_is_all_that_the_apps_help_needs(added: Field):
    assert f"`{added.example}`: {added.help}" in language()


def test_a_row_asks_for_one_in_the_readme_and_in_the_grammar(added: Field):
    assert row(added) not in rows_of_the_readme() and added.name not in words_of_the_grammar()


@pytest.mark.parametrize("name", FIELDS)
def test_the_readme_says_of_a_word_what_its_row_says(name: str):
    assert rows_of_the_readme().count(row(FIELDS[name])) == 1


def test_the_readme_speaks_of_no_word_that_has_no_row():
    known = {row(field) for field in FIELDS.values()}
    written = [re.match(r"\| `(\w+)[:(]|\| `(faces|corrected)", line) for line in rows_of_the_readme()]
    assert {found.string for found in written if found} == known


def words_of_the_grammar() -> set[str]:
    grammar = (query.__doc__ or "").split("\n\n")[1]
    return set(re.findall(r"[a-z]+", grammar))


def test_the_grammar_names_every_word():
    assert words_of_the_grammar() >= FIELDS.keys()


@pytest.mark.parametrize("name", FIELDS)
def test_an_example_is_a_query_and_is_written_out_with_its_word(name: str):
    asked = parse(FIELDS[name].example)
    assert str(asked).startswith(FIELDS[name].written) and parse(str(asked)) == asked


def test_no_word_is_called_as_another_is():
    said = [word for field in FIELDS.values() for word in (field.name, *field.synonyms)]
    assert len(said) == len(set(said))
