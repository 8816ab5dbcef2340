import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.cards import reliability
from classifiers.cards.reliability import AUDITED, CONTRADICTED, PAIRS, agreement, grades, lift
from retrieval.attributes import ATTRIBUTES, UNRELIABLE


def card(**changes: Any) -> dict[str, Any]:
    """A card whose model ranks nearly perfectly, `changes` in every attribute's figures."""
    figures = {"average_precision": 0.99, "support": 500, "expected_calibration_error": 0.001, **changes}
    return {"figures": {"test": {"images": 1000, "attributes": {name: dict(figures) for name in ATTRIBUTES}}}}


def test_every_attribute_gets_one_of_four_grades() -> None:
    assert set(grades(card())) == set(ATTRIBUTES)
    assert set(grades(card()).values()) <= set("ABCD")


def test_what_is_known_of_the_labels_covers_every_attribute() -> None:
    assert set(CONTRADICTED) == set(ATTRIBUTES)
    assert set(AUDITED) >= UNRELIABLE
    assert all(0 <= differ <= true <= 2 * PAIRS for differ, true in CONTRADICTED.values())


def test_no_ranking_makes_up_for_labels_near_random() -> None:
    assert {grades(card())[name] for name in UNRELIABLE} == {"D"}


def test_the_grade_is_the_worst_of_its_three_reasons() -> None:
    for graded in reliability.reliability(card(average_precision=0.8)).values():
        assert graded.grade == max(graded.labels, graded.ranking, graded.calibration)
    assert grades(card())["Male"] == "A"
    assert grades(card(average_precision=0.75))["Male"] == "C"
    assert grades(card(expected_calibration_error=0.05))["Male"] == "B"
    assert grades(card(expected_calibration_error=0.2))["Male"] == "D"


def test_a_figure_on_the_boundary_still_earns_the_grade() -> None:
    assert grades(card(average_precision=0.925))["Male"] == "A"  # a lift of 0.85 over one half
    assert grades(card(expected_calibration_error=0.03))["Male"] == "A"


def test_a_card_that_does_not_say_how_well_it_is_calibrated_is_graded_by_the_rest() -> None:
    assert reliability.reliability(card(expected_calibration_error=None))["Male"] == ("A", "A", "A", "")


@pytest.mark.parametrize("nothing", [{}, {"figures": {}}, {"figures": None}, {"figures": {"test": {"images": 0}}}])
def test_without_figures_there_is_no_grade(nothing: dict[str, Any]) -> None:
    assert grades(nothing) == {}


def test_validation_stands_in_where_test_is_not_measured() -> None:
    figures = card()["figures"]
    assert grades({"figures": {"val": figures["test"]}}) == grades({"figures": figures})


def test_agreement_beyond_chance_is_none_for_coins_and_whole_for_one_mind() -> None:
    assert agreement(50, 100, 100) == pytest.approx(0)
    assert agreement(0, 100, 100) == 1
    assert agreement(5, 20, 100) == pytest.approx(1 - 0.05 / 0.18)


@settings(deadline=None)
@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(0, n))))
def test_agreement_is_at_most_whole(counts: tuple[int, int, int]) -> None:
    pairs, differ, both = counts
    assert agreement(min(differ, pairs - both), 2 * both + min(differ, pairs - both), pairs) <= 1


def test_a_random_order_is_lifted_by_nothing() -> None:
    assert (lift(0.2, 0.2), lift(1.0, 0.2), lift(1.0, 1.0)) == (0, 1, 0)


def test_grades_are_had_without_loading_anything_heavy() -> None:
    heavy = ("torch", "sklearn", "numpy")
    code = f"import sys, classifiers.cards.reliability; print([n for n in {heavy} if n in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
