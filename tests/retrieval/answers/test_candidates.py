import pytest

from retrieval.answers import candidates
from retrieval.attributes import JUDGEMENTS, UNRELIABLE


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("smi", "Smiling"),
        ("big n", "Big_Nose"),
        ("glass", "glasses"),
        ("wom", "woman"),
        ("blodn", "blond"),
        ("smilig", "Smiling"),
        ("date", "taken:"),
        ("phone", "camera:"),
        ("onl", "only("),
        ("old", "NOT Young"),
    ],
)
def test_what_fits_best_comes_first(typed: str, best: str):
    assert min(candidates.conditions(typed), key=lambda one: one.badness).text == best


def test_of_words_that_mean_the_same_one_is_offered():
    found = [one for one in candidates.conditions("w") if one.meaning == "NOT Male"]
    assert [one.text for one in found] == ["woman"]


def test_unasked_no_opinion_about_people_is_offered():
    assert not {one.text for one in candidates.unasked([])} & (JUDGEMENTS | UNRELIABLE)


def test_values_are_offered_as_one_writes_them_whatever_their_accents():
    found = candidates.values("elo", ["Élodie Blanc", "Anna", "x elo", 'q"elo'])
    assert [one.text for one in found] == ['"Élodie Blanc"', '"x elo"', '"q\\"elo"']


def test_numbers_and_operators_begin_as_they_were_typed():
    assert [one.text for one in candidates.numbers("0.9")] == ["0.9", "0.95", "0.99"]
    assert [one.text for one in candidates.operators("o")] == ["OR"]
    assert candidates.comparisons("x") == []
    assert [one.text for one in candidates.going_on("big")] == ["Big_Lips", "Big_Nose"]
