import pytest

from retrieval.attributes import ATTRIBUTES
from retrieval.language.names import recognise, suggest


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_name_is_known_in_every_spelling(name: str):
    for spelling in (name, name.upper(), name.lower(), name.replace("_", "-"), name.replace("_", "").title()):
        assert recognise([spelling]) == (name, 1)
    words = name.split("_")
    assert recognise([*words, "Male"]) == (name, len(words))


@pytest.mark.parametrize("words", [["5", "o'clock", "shadow"], ["5", "o’clock", "shadow"], ["5-o", "Clock_Shadow"]])
def test_the_five_o_clock_shadow_may_have_its_apostrophe(words: list[str]):
    assert recognise(words) == ("5_o_Clock_Shadow", len(words))


@pytest.mark.parametrize(
    "words", [["big"], ["AND"], ["not_male"], ["smiling."], ["ſmiling"], ["Ｍale"], ["Blac\u212a", "hair"]]
)
def test_what_is_only_like_a_name_is_none(words: list[str]):
    assert recognise(words) is None


@pytest.mark.parametrize(
    ("words", "meant", "length"),
    [
        (["Smilling"], "Smiling", 1),
        (["Big", "Noes"], "Big_Nose", 2),
        (["eye", "glases"], "Eyeglasses", 2),
        (["glasses"], "Eyeglasses", 1),
        (["womman"], "woman", 1),
        (["beerd"], "beard", 1),
        (["adn", "Male"], "AND", 1),
        (["hat"], "Wearing_Hat", 1),
        (["5", "oclock", "shaddow"], "5_o_Clock_Shadow", 3),
    ],
)
def test_what_was_probably_meant_comes_first(words: list[str], meant: str, length: int):
    suggestions, taken = suggest(words)
    assert suggestions[0] == meant and taken == length and len(suggestions) <= 3


def test_nothing_is_suggested_for_nonsense():
    assert suggest(["xyzzyq"]) == ((), 1)
