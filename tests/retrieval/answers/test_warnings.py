import numpy as np
import pytest
from hypothesis import given, settings

from retrieval.answers.warnings import Constant, Literally, Redundant, Whole, cautions
from retrieval.attributes import ATTRIBUTES
from retrieval.columns.columns import Columns
from retrieval.language.nodes import Camera, Listed, Person, Query, TaggedBy, leaves, mask
from retrieval.language.query import parse
from retrieval.library import Library
from tests.retrieval.made import MODEL, a_face, a_photo, fill
from tests.retrieval.trees import queries

N = 1000


def faces() -> Columns:
    """Men are 300 of 1,000; 5 of them are bald and nobody else; half of all smile, and 2 wear glasses."""
    values = np.full((40, N), 0.2, np.float32)
    for name, members in {
        "Male": range(300),
        "Bald": range(5),
        "Eyeglasses": [7, 900],
        "Smiling": range(0, N, 2),
    }.items():
        values[ATTRIBUTES.index(name), list(members)] = 0.8
    return Columns.from_probabilities(values, dict.fromkeys(ATTRIBUTES, 0.5))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("Male AND NOT Eyeglasses", [Redundant("NOT Eyeglasses", 1, 300)]),
        ("Male OR Bald", [Redundant("Bald", 0, 300)]),
        ("Male AND Smiling", []),
        ("Male AND (Smiling OR Bald)", [Redundant("Bald", 2, 152)]),
        ("Male", []),
        ("NOT (Male OR Bald)", [Redundant("Bald", 0, 700)]),
        ("any(Male AND NOT Bald > 0.9)", [Redundant("NOT Bald > 0.9", 0, 300)]),
        ("Bald AND Male", []),  # 5 faces are too few to say so
    ],
)
def test_a_condition_that_changes_next_to_nothing_is_told(query: str, said: list[object]):
    assert cautions(parse(query), faces()) == said


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("Male AND NOT Male", False),
        ("Male OR NOT Male", True),
        ("Male AND Smiling AND NOT (Smiling OR Bald)", False),
        ("Male > 0.9 AND Male < 0.5", False),
        ("Male > 0.5 OR Male <= 0.5", True),
        ("Male < 0.5 AND Male", False),  # the model's threshold is 0.5
        ("Male > 1", False),
        ("Male >= 0", True),
        ("Male > 0.1 AND NOT Male > 0.1", False),
    ],
)
def test_a_query_that_contradicts_itself_is_told(query: str, matches: bool):
    assert cautions(parse(query), faces()) == [Constant(matches)]


@pytest.mark.parametrize("query", ["Male > 0.9", "Male < 0.5 OR Male", "Male > 0.4 AND Male < 0.5", "faces = 1"])
def test_a_query_that_only_happens_to_find_nothing_or_all_is_no_contradiction(query: str):
    assert not any(isinstance(caution, Constant) and not caution.matches for caution in cautions(parse(query), faces()))


@settings(max_examples=150, deadline=None)
@given(queries(most=8))
def test_what_is_said_is_true(query: Query):
    if any(isinstance(leaf, TaggedBy | Person | Camera | Listed) for leaf in leaves(query)):  # errors here
        return
    columns = faces()
    found = mask(query, columns)
    for caution in cautions(query, columns):
        if isinstance(caution, Constant):
            assert (found == caution.matches).all()
        elif isinstance(caution, Redundant):
            assert caution.changed <= 0.02 * caution.faces + 1e-9 and caution.faces >= max(50, found.sum())
        assert str(caution).endswith((".", "?"))


def test_many_conditions_are_not_tried_one_by_one():
    assert cautions(parse(" OR ".join(ATTRIBUTES)), faces()) == []


def test_a_library_warns(library: Library):
    fill(library, [a_photo(f"/{at}", a_face(at, Male=0.9, Bald=0.1)) for at in range(60)])
    (caution,) = library.cautions("Male AND NOT Bald > 0.5 AND Smiling >= 0")[:1]
    assert str(caution) == "Male changes none of 60 faces: without it, this is nearly the same query."


@pytest.mark.parametrize(
    ("value", "characters"),
    [
        ("*2024－05*", {"－": "-"}),
        ("*２０２４*", {"２": "2", "０": "0", "４": "4"}),
        ("*a∶b*", {"∶": ":"}),
        ("*［ab］", {"［": "[", "］": "]"}),
        ("＊", {"＊": "*"}),
        ("a\u00a0b*", {"\u00a0": " "}),
        ("a\u200bb*", {"\u200b": ""}),
        ("*“x”*", {"“": '"', "”": '"'}),
        ("*O’Brien*", {"’": "'"}),
        ("*Größe 日本 é م 2024-05: (x)*", {}),  # letters of another alphabet are letters
        ("*👩\u200d👩\u200d👧*", {}),
    ],
)
def test_a_look_alike_that_is_taken_literally_is_told(value: str, characters: dict[str, str]):
    condition = f'path:"{value}"'
    said = [caution for caution in cautions(parse(condition), faces()) if isinstance(caution, Literally)]
    assert said == ([Literally(condition, characters)] if characters else [])


def test_a_look_alike_is_named_with_what_it_is_not(library: Library):
    fill(library, [a_photo("/2024－05/a.jpg", a_face(1))])
    (caution,) = map(str, library.cautions("path:*2024－05*"))
    assert caution == (
        'In path:"*2024－05*" characters are taken as they stand and as nothing else: “－” (U+FF0D), which is no -.'
    )


def test_a_pattern_without_a_star_that_matches_nothing_says_what_to_write(library: Library):
    fill(library, [a_photo("/p/2023/a b.jpg", a_face(1)), a_photo("/p/2024/c.jpg", a_face(2))])
    assert library.cautions("path:2023") == [Whole("2023")]
    assert "path:*2023* " in str(library.cautions("path:2023")[0])
    assert library.find("path:*2023*").total == 1
    assert 'path:"*a b*" ' in str(library.cautions('path:"a b"')[0])
    for query in ("path:2023/", "path:c.jpg", "path:*2025*", "path:2025/", "path:202?", "path:/p/2024/c.jpg"):
        assert library.cautions(query) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("folder:holidays", 'lies in a folder “holidays”. Did you mean folder:"Holidays"?'),
        ("NOT folder:Holi", 'Did you mean folder:"Holidays"?'),
        ("folder:zz", "lies in a folder “zz”. Upper and lower case are different there."),
    ],
)
def test_a_folder_that_there_is_not_is_said_and_those_that_are(library: Library, asked: str, said: str):
    fill(library, [a_photo(f"/Pictures/Holidays/{at}", a_face(at)) for at in range(3)])
    (caution,) = library.cautions(asked)
    assert said in str(caution)
    assert library.cautions("folder:Holidays") == []


def test_faces_of_a_folder_that_is_gone_can_still_be_erased(library: Library):
    fill(library, [a_photo(f"/{where}/1", a_face(at)) for at, where in enumerate(("Old", "New"))])
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([1])
    assert library.count("folder:Old") == 0
    assert library.erase("folder:Old").faces == 1
