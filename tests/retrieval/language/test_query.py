import gc
import random
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.errors import QueryError
from retrieval.language.nodes import (
    And,
    Corrected,
    Faces,
    Not,
    Or,
    Path,
    Person,
    Quantified,
    Query,
    TaggedBy,
    Term,
    leaves,
)
from retrieval.language.query import parse
from retrieval.language.terms import quoted
from tests.retrieval.trees import queries

MALE, SMILING, YOUNG = Term("Male"), Term("Smiling"), Term("Young")
ANY_MALE = Quantified("any", MALE)
SOUP = ["AND", "OR", "NOT", "and", "Or", "nOt", "(", ")", ")", "(", ">", "<", ">=", "<=", "0.5", "1", ".5", "1e-3"]
SOUP += ["2", "-1", "Male", "smiling", "big", "nose", "5_o_Clock_Shadow", "5", "o'clock"]
SOUP += ["“", "”", "path:“x”", "＞", "（", "\u00a0", "\u200d"]
SOUP += ["adn", "glasses", "path:", '"x"', "any(", "faces", "=", "&", "%", ";--", "\x00", "\n", "\u202e", "日本", "é"]
SOUP += [
    "any",
    "all(",
    "NONE (",
    "only",
    "path :",
    "model:",
    '"',
    '\\"',
    "#",
    "# x\n",
    "corrected",
    "faces =",
    "==",
    "3",
    "*",
]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Big_Nose AND NOT Eyeglasses", And((Term("Big_Nose"), Not(Term("Eyeglasses"))))),
        ("male smiling", And((MALE, SMILING))),
        ("Male OR Smiling AND Young", Or((MALE, And((SMILING, YOUNG))))),
        ("(Male OR Smiling) AND Young", And((Or((MALE, SMILING)), YOUNG))),
        ("NOT Male AND Smiling", And((Not(MALE), SMILING))),
        ("NOT (Male AND Smiling)", Not(And((MALE, SMILING)))),
        ("not not Male", Not(Not(MALE))),
        ("Male AND (Smiling AND (Young))", And((MALE, SMILING, YOUNG))),
        ("(Male OR Smiling) OR Young", Or((MALE, SMILING, YOUNG))),
        ("Male NOT Smiling", And((MALE, Not(SMILING)))),
        ("Male(Smiling)", And((MALE, SMILING))),
        ("smiling>0.9", Term("Smiling", ">", 0.9)),
        ("Smiling >= .25 Male<=1", And((Term("Smiling", ">=", 0.25), Term("Male", "<=", 1.0)))),
        ("Young < 1e-3", Term("Young", "<", 0.001)),
        ("Male > 0.5 5 o'clock shadow", And((Term("Male", ">", 0.5), Term("5_o_Clock_Shadow")))),
        ("BIG-nose\u00a0male", And((Term("Big_Nose"), MALE))),
        ("any(Male) AND NOT ALL (Smiling OR Young)", And((ANY_MALE, Not(Quantified("all", Or((SMILING, YOUNG))))))),
        ("only(none(Male))", Quantified("only", Quantified("none", MALE))),
        ("any(Male)any(Male)", And((ANY_MALE, ANY_MALE))),
        ('path:"*/My Pictures/*"', Path("*/My Pictures/*")),
        (r'Path : "a\"b\\c\d #(x)"', Path(r'a"b\c\d #(x)')),
        ("(path:/a/*.jpg) male", And((Path("/a/*.jpg"), MALE))),
        ("path:a#b", Path("a")),
        ("path:caf\udce9", Path("caf\udce9")),
        ("path:caf\udcc3\udca9", Path("café")),  # as the disk gives these bytes back
        ("faces=2 faces >= 3", And((Faces("=", 2), Faces(">=", 3)))),
        ("NOT Corrected", Not(Corrected())),
        ('model:tiny OR MODEL:"My Model"', Or((TaggedBy("tiny"), TaggedBy("My Model")))),
        ('person:Anna NOT Person: "Anna Maria"', And((Person("Anna"), Not(Person("Anna Maria"))))),
        ("Male # or not\nAND Young # the end", And((MALE, YOUNG))),
        ("path:“a b” male", And((Path("a b"), MALE))),
        ("path:„a b“", Path("a b")),
        ("path:»a b«", Path("a b")),
        ("path:«a b»", Path("a b")),
        ("person:”Anna Maria”", Person("Anna Maria")),
        ("path:＂a b＂", Path("a b")),
        ('path:"“a”"', Path("“a”")),  # and between straight ones they are themselves
        ("path:*“a”*", Path("*“a”*")),
        (r"path:“\“a\” \\”", Path("“a” \\")),
        ("# first\n#\n Male", MALE),
    ],
)
def test_a_query_is_read_as_it_is_meant(text: str, query: Query):
    assert parse(text) == query


@pytest.mark.parametrize(
    ("text", "position", "says", "suggests"),
    [
        ("", 0, "empty", ()),
        (" \n ", 0, "empty", ()),
        ("Male AND Smilling", 9, "Smilling", ("Smiling",)),
        ("Big Noes", 0, "Big Noes", ("Big_Nose",)),
        ("Male AND", 5, "missing after AND", ()),
        ("AND", 0, "not AND", ()),
        ("Male AND OR Young", 9, "not OR", ()),
        ("NOT", 0, "missing after NOT", ()),
        ("(Male", 0, "never closed", ()),
        ("Male AND (Young OR (Bald)", 9, "never closed", ()),
        ("Male)", 4, "never opened", ()),
        ("()", 1, "not )", ()),
        ("Male > 90", 7, "between 0 and 1", ("0.9",)),
        ("Male > -1", 7, "-", ("NOT",)),
        ("Male >", 5, "comes a number", ()),
        ("Male > Young", 7, "comes a number", ()),
        ("Male > 0.5.5", 7, "comes a number", ()),
        ("(Male) > 0.5", 7, "behind the name", ()),
        ("Male > 0.5 > 0.6", 11, "behind the name", ()),
        ("Male = 1", 5, "=", (">=", "<=")),
        ("Male & Young", 5, "&", ("AND",)),
        ("Smiling adn Male", 8, "adn", ("AND",)),
        ("xyzzyq", 0, "facequery facets", ()),
        ("anny(Male)", 0, "anny", ("any",)),
        ("Male AND onyl (Young)", 9, "onyl", ("only",)),
        ("any Male", 0, "in parentheses", ()),
        ("all", 0, "in parentheses", ()),
        ("none()", 5, "not )", ()),
        ("any(Male", 3, "never closed", ()),
        ("any(NOT)", 7, "not )", ()),
        ("face = 2", 0, "face", ("faces",)),
        ("Male faces", 5, "faces = 2", ()),
        ("faces = 2.5", 8, "whole number", ()),
        ("faces >= 0", 9, "from 1", ()),
        ("faces = 1e3", 8, "whole number", ()),
        ("faces = two", 8, "whole number", ()),
        ("faces =", 6, "whole number", ()),
        ("faces == 2", 6, "one sign", ("=",)),
        ("corected", 0, "corected", ("corrected",)),
        ("corrected > 0.5", 10, "behind the name", ()),
        ("pth:*.jpg", 0, "pth", ("path:",)),
        ("Male AND album:x", 9, "album", ("folder:",)),
        ("Male AND file:x", 9, "file", ("path:",)),
        ("when:2023", 0, "when", ("taken:",)),
        ("taken:2023-13", 6, "A month is a number from 01 to 12", ()),
        ("taken:2023-00", 6, "A month is a number from 01 to 12", ()),
        ("taken:2023-02-29", 6, "February 2023 has the days 01 to 28", ()),
        ("taken:23", 6, "is no year", ()),
        ("taken:May", 6, "is no year", ()),
        ("taken:1799", 6, "years 1800 to 9999", ()),
        ("Male taken:..", 11, "a beginning or an end", ()),
        ("taken:2023..May", 12, "is no year", ()),
        ("taken:2023-05..08", 15, "year of four digits", ("taken:2023-05..2023-08",)),
        ("taken:2023..2022-12", 6, "ends before it begins", ("taken:2022-12..2023",)),
        ("taken:2023-05-17...", 18, "is no year", ()),
        ("taken:٢٠٢٣", 6, "is no year", ()),
        ("near:48.85", 5, "near:48.85,2.35,10km", ()),
        ("near:48.85,2.35,10", 5, "in km, m or mi", ()),
        ("near:91,0,1km", 5, "from -90 to 90", ()),
        ("near:0,181,1km", 5, "from -180 to 180", ()),
        ("near:0,0,0km", 5, "more than 0", ()),
        ("near:0,0,1e999km", 5, "more than 0", ()),
        ("near:Paris", 5, "degrees to the north", ()),
        ("camera:--", 7, "letters or digits", ()),
        ("camera:a\0b", 7, "letters or digits", ()),
        ("folder:a\0b", 7, "No folder", ()),
        ("folder:\ud800", 7, "No folder", ()),
        ("modl : tiny", 0, "modl", ("model:",)),
        ("name:Anna", 0, "name", ("person:",)),
        ("Male person", 5, "a colon", ("person:",)),
        ("person:", 0, "missing", ()),
        ("Smiling: 0.9", 0, "Smiling", ()),
        ("path", 0, "a colon", ("path:",)),
        ("path:", 0, "missing", ()),
        ("Male path: (x)", 11, "missing", ()),
        ('path:""', 5, "missing", ()),
        ('path:"a', 5, "come in pairs", ()),
        ("path:“a", 5, "come in pairs", ()),
        ("male “a”", 5, "come in pairs", ()),
        ("Male ＞ 0.5", 5, "＞", (">",)),
        ("（Male）", 0, "（", ("(",)),
        ("Male － Young", 5, "－", ("NOT",)),
        ("Male ＆ Young", 5, "＆", ("AND",)),
        ('path:a"b"', 6, "come in pairs", ()),
        ("path:a\0b", 5, "No file", ()),
        ("path:\ud800", 5, "No file", ()),
        ("# only a remark", 0, "empty", ()),
        ("Male AND # Young", 5, "missing after AND", ()),
    ],
)
def test_an_error_says_where_and_what_was_meant(text: str, position: int, says: str, suggests: tuple[str, ...]):
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.position == position and says in caught.value.problem
    assert caught.value.suggestions[: len(suggests)] == suggests


@pytest.mark.parametrize("operator", ["AND", "OR", "NOT", "and", "Or", "nOt"])
def test_an_operator_is_never_read_as_a_name(operator: str):
    for text in (operator, f"Male {operator}", f"{operator} {operator} Male AND", f"({operator})"):
        with pytest.raises(QueryError):
            parse(text)


def test_terms_know_where_they_were_written():
    query = parse("Male AND (big nose OR Young)")
    assert isinstance(query, And) and isinstance(query.children[1], Or)
    assert [term.position for term in query.children[1].children] == [10, 22]
    written = leaves(parse("any(faces = 2) path:x corrected model:tiny taken:2023 camera:x near:1,2,3m folder:x"))
    assert [leaf.position for leaf in written] == [4, 15, 22, 32, 43, 54, 63, 75]


def is_read_or_refused(text: str) -> None:
    gc.disable()  # the garbage of all tests before is not the parser's
    started = time.thread_time()
    try:
        assert parse(str(query := parse(text))) == query
    except QueryError as error:
        assert error.position == 0 == len(text) or 0 <= error.position < len(text)
        str(error).encode()
    finally:
        took = time.thread_time() - started
        gc.enable()
    assert took < 0.1  # 20 ms are promised


signs = st.text(st.sampled_from("0123456789.,-+/:eEkmi \"'") | st.characters(), max_size=20)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(["taken", "near", "camera", "folder"]), signs)
@example("taken", "2023..2023..2023")
@example("taken", "2023-..")
@example("taken", "0000-01-01")
@example("near", "1e-400,2,3m")
@example("near", "1,2,1e308mi")
@example("near", "nan,inf,1km")
@example("camera", "İ")
@example("folder", "//")
def test_any_value_of_a_field_is_read_or_refused(name: str, value: str):
    is_read_or_refused(f"{name}:{value}")
    is_read_or_refused(f"{name}:{quoted(value)}")


texts = st.one_of(st.text(), st.binary().map(lambda data: data.decode("latin-1")))


@pytest.mark.lengthy
@settings(max_examples=500, deadline=None)
@given(texts)
@example("Ⅷ")
@example("Male > ²")
@example("Male > 1e999")
@example("\udcff")
@example("faces = ²")
@example("faces = ٣")
@example('path:"\\"')
@example("ſmiling:")
def test_any_text_is_read_or_refused(text: str):
    is_read_or_refused(text)


def test_any_soup_of_tokens_is_read_or_refused():
    soup(1000)


@pytest.mark.fault
@settings(max_examples=20_000, deadline=None)
@given(texts)
def test_very_many_texts_are_read_or_refused(text: str):
    is_read_or_refused(text)


@pytest.mark.fault
def test_very_many_soups_of_tokens_are_read_or_refused():
    soup(30_000)


def soup(times: int) -> None:
    dice = random.Random(times)
    for _ in range(times):
        is_read_or_refused(dice.choice(["", " "]).join(dice.choices(SOUP, k=dice.randint(0, 12))))


@settings(max_examples=300, deadline=None)
@given(queries())
@example(Path('"\\'))
@example(Path('\\"\n# )'))
@example(TaggedBy("\\"))
def test_a_query_written_out_is_read_as_the_same_query(query: Query):
    assert parse(str(query)) == query


@pytest.mark.fault
@settings(max_examples=10_000, deadline=None)
@given(queries())
def test_very_many_queries_written_out_are_read_as_the_same_queries(query: Query):
    assert parse(str(query)) == query


def nested(depth: int) -> str:
    """The shape SQLite's parser likes least: NOT (b OR (NOT (b OR ...))), `depth` operators deep."""
    return "Young" if depth == 0 else f"NOT ({nested_or(depth - 1)})"


def nested_or(depth: int) -> str:
    return "Bald" if depth == 0 else f"Male OR {nested(depth - 1)}"


def quantified(depth: int) -> str:
    """Quantifiers inside quantifiers, which SQL has to answer out of as many subqueries."""
    return "Young" if depth == 0 else f"{('any', 'only', 'all', 'none')[depth % 4]}({quantified(depth - 1)})"


def quantified_or(depth: int) -> str:
    return "Bald" if depth == 0 else f"Male OR only({quantified_or(depth - 2)})"


ACCEPTED = {
    "4096 characters": "Male".ljust(4096),
    "256 terms": " AND ".join(["Bald"] * 256),
    "256 terms or": " OR ".join(["Bald"] * 256),
    "16 NOT": "NOT " * 16 + "Male",
    "16 parentheses": "(" * 16 + "Male" + ")" * 16,
    "16 deep": nested(16),
    "16 deep, from OR": nested_or(16),
    "16 quantifiers": quantified(16),
    "16 deep, quantifiers and OR": quantified_or(16),
    "64 quantifiers": " OR ".join([f"NOT {quantified(8)}"] * 64),
    "256 paths": " OR ".join(["path:*a*"] * 256),
    "150 places": " OR ".join(["near:48.85,2.35,10km"] * 150),
    "200 times": " OR ".join(["taken:2023-05.."] * 200),
    "200 cameras": " OR ".join(["camera:x100"] * 200),
    "256 folders": " OR ".join(["folder:a"] * 256),
    "4000 characters of a pattern": f'path:"{"*a?" * 1300}"',
}
REFUSED = {
    "4097 characters": "Male".ljust(4097),
    "257 terms": " AND ".join(["Bald"] * 257),
    "17 NOT": "NOT " * 17 + "Male",
    "17 parentheses": "(" * 17 + "Male" + ")" * 17,
    "17 deep": nested(17),
    "17 quantifiers": quantified(17),
    "17 deep, quantifiers and OR": f"NOT ({quantified_or(16)})",
    "1 MB of any(": "any(" * 2**18,
    "4096 of any(": "any(" * 1024,
    "1 MB of (": "(" * 2**20,
    "4096 of (": "(" * 4096,
    "1 MB of NOT": "NOT " * 2**18,
    "4096 of NOT": "NOT " * 1024,
    "1 MB of a AND": "Bald AND " * 2**17,
}


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_a_query_at_the_limit_is_read(text: str):
    assert parse(str(parse(text))) == parse(text)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_query_beyond_a_limit_is_refused_at_once(text: str):
    started = time.process_time()
    with pytest.raises(QueryError) as caught:
        parse(text)
    assert caught.value.position < len(text) and len(str(caught.value)) < 300
    assert time.process_time() - started < 0.1
