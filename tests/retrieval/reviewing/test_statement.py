from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from retrieval.reviewing import strata
from retrieval.reviewing.statement import LEVELS, LOOKS, STATED, Answer, Card, Sample, reached, sequence, stated
from retrieval.reviewing.strata import Drawn, Stratum

NOTHING = Sample((), ())


def sample(answers: Sequence[Answer | None], faces: int = 1000, first: int = 0) -> Sample:
    """Of one stratum."""
    cards = tuple(Card(first + place, place, 0, answer) for place, answer in enumerate(answers))
    return Sample((Stratum(faces, 0.8),), cards)


def said(yes: int = 0, no: int = 0, unsure: int = 0, left: int = 0) -> list[Answer | None]:
    return [*["yes"] * yes, *["no"] * no, *["unsure"] * unsure, *[None] * left]  # type: ignore[list-item]


def test_nothing_is_said_before_fifty_and_then_precision_and_then_recall():
    fewer, fifty = sample(said(45, 4, left=100)), sample(said(45, 5, left=100))
    misses = sample(said(1, 49, left=100), 9000)
    assert stated(fewer, misses, 0).precision is None and stated(fewer, misses, 0).recall is None
    first = stated(fifty, sample(said(left=100), 9000), 0)
    assert first.precision and first.recall is None and first.judged == (50, 0) and first.right == 45
    second = stated(fifty, misses, 0)
    assert second.recall and second.judged == (50, 50) and second.missed == 1


def test_between_two_looks_the_figures_stand_still():
    """Who looks after every judgement, and stops where it pleases, would be right less often than is said."""
    at_fifty = stated(sample(said(45, 5, left=350)), NOTHING, 0)
    later = stated(sample([*said(45, 5), *said(0, 49), *said(left=301)]), NOTHING, 0)
    assert later == at_fifty
    assert stated(sample([*said(45, 5), *said(0, 50), *said(left=300)]), NOTHING, 0) != at_fifty


def test_what_is_stated_is_spent_over_the_looks_and_no_more():
    assert tuple(LEVELS) == LOOKS and sum(1 - level for level in LEVELS.values()) <= 1 - STATED + 1e-9


def test_the_recall_is_said_once_a_look_and_stands_still_until_hits_and_misses_have_both_reached_it():
    misses = sample(said(1, 49, left=100), 9000)
    at_fifty = stated(sample(said(45, 5, left=350)), misses, 0)
    ahead = stated(sample([*said(45, 5), *said(20, 30), *said(left=300)]), misses, 0)
    assert ahead.recall == at_fifty.recall and ahead.precision != at_fifty.precision
    both = stated(
        sample([*said(45, 5), *said(20, 30), *said(left=300)]), sample([*said(1, 99), *said(left=50)], 9000), 0
    )
    assert both.recall != at_fifty.recall


def test_where_all_of_some_hundred_hits_were_judged_the_precision_is_known():
    assert stated(sample(said(100, 30), faces=130), NOTHING, 0).precision == (10 / 13,) * 3


def test_only_what_was_judged_in_the_order_of_drawing_counts():
    gap = [*said(48), None, *said(0, 60), *said(left=100)]
    assert stated(sample(gap), NOTHING, 0).precision is None
    assert reached(sample(gap)) == (48, 50)


def test_who_is_unsure_is_asked_about_another_face_and_it_is_reported():
    answers = [*said(40, 5, 10), *said(left=100)]
    hits = sample(answers)
    assert reached(hits) == (45, 50)
    done = stated(sample([*said(40, 5, 10), *said(5), *said(left=95)]), NOTHING, 0)
    assert done.judged == (50, 0) and done.unsure == 10 and done.precision


def test_where_every_hit_was_judged_the_precision_is_known():
    found = stated(sample(said(9, 1), faces=10), NOTHING, 0)
    assert found.precision == (0.9, 0.9, 0.9) and reached(sample(said(9, 1), faces=10)) == (10, None)


def test_all_right_does_not_rule_out_that_all_are_and_none_that_none_is():
    every, none = (stated(sample(answers), NOTHING, 0).precision for answers in (said(50, left=9), said(0, 50, left=9)))
    assert every and every.high == 1 and every.low > 0.85
    assert none and none.low == 0 and none.high < 0.15


def test_hits_and_misses_take_turns_from_look_to_look():
    hits, misses = sample(said(left=120)), sample(said(left=70), first=1000)
    order = [card.face for card in sequence(hits, misses)]
    assert order == [*range(50), *range(1000, 1050), *range(50, 100), *range(1050, 1070), *range(100, 120)]
    unsure = sample([*said(unsure=2), *said(left=118)])
    assert [card.face for card in sequence(unsure, misses)][50:53] == [50, 51, 1000]


def test_faces_that_are_gone_from_the_library_were_judged_and_are_left_out():
    whole = sample(said(45, 5, left=30))
    rest = whole._replace(cards=whole.cards[:10] + whole.cards[13:])
    assert reached(rest) == (50, 100)
    found = stated(rest, NOTHING, 0)
    assert found.precision and found.judged == (47, 0) and found.right == 42


def reviews(shift: float, slope: float, count: int) -> Iterator[tuple[bool, bool]]:
    """Whether precision and recall held, of a model whose log-odds are moved and stretched from the true ones."""
    random = np.random.default_rng(3)
    log_odds = random.normal(-3, 3, 6000)
    meant = random.random(6000) < 1 / (1 + np.exp(-log_odds))
    certainty = 1 / (1 + np.exp(-(shift + slope * log_odds)))
    match = log_odds > 0
    truth = meant[match].mean(), match[meant].mean()
    for seed in range(count):
        samples = []
        for which, many in ((match, strata.HITS), (~match, strata.MISSES)):
            drawn = Drawn.of(certainty[which], many, LOOKS[0] + 1, seed)
            right = meant[which][drawn.positions].tolist()
            answers: list[Answer | None] = ["yes" if one else "no" for one in right[:-1]]
            placed = zip(drawn.stratum.tolist(), [*answers, None], strict=True)
            cards = tuple(Card(place, place, stratum, answer) for place, (stratum, answer) in enumerate(placed))
            samples.append(Sample(drawn.strata, cards))
        found = stated(samples[0], samples[1], seed)
        assert found.precision and found.recall
        yield found.precision.low <= truth[0] <= found.precision.high, found.recall.low <= truth[1] <= found.recall.high


@pytest.mark.lengthy
@pytest.mark.parametrize(("shift", "slope"), [(0, 1), (1, 0.7)])
def test_intervals_hold_in_simulated_reviews_also_where_the_model_is_badly_calibrated(shift: float, slope: float):
    """At the full size, of CelebA's labels, it is `benchmarks/review.py`."""
    held = np.array(list(reviews(shift, slope, 100)))
    assert held[:, 0].mean() >= 0.92 and held[:, 1].mean() >= 0.92
