"""What a review says of an answer: how many of its faces are right, and how many of all such faces are among them.

It is said at fixed numbers of judgements (`LOOKS`) and of the first so many in the order in which they were drawn: four
chances to stop where the figures please, and no more. So that stopping there misleads nobody, the error that is stated
is spent over the looks, each having a part of it for itself (K. K. G. Lan and D. L. DeMets, Discrete sequential
boundaries for clinical trials, 1983), and by C. E. Bonferroni's inequality it is at most the sum that any of the four
does not hold, however the looks depend on one another. The first has the largest part, since most stop there.

A face of which the person was unsure counts for neither side, and the next one takes its place: what is claimed is of
the faces that can be judged.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from retrieval.reviewing.posterior import Judged, posterior
from retrieval.reviewing.strata import Stratum

Answer = Literal["yes", "no", "unsure"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)

LOOKS = (50, 100, 200, 400)  # clear judgements, yes or no, at which something is said
EVERY = LOOKS[-1] + 1  # the look at all, where there are no more than that
LEVELS = dict(zip(LOOKS, (0.98, 0.99, 0.99, 0.99), strict=True))  # of the posterior at each: they lack STATED's rest
STATED = 0.95  # reviews of which every interval holds, as `benchmarks/review.py --looks` measures


class Card(NamedTuple):
    """A drawn face: its number, its `place` in the order of its kind, its stratum, and what was answered, None for
    nothing yet.
    """

    face: int
    place: int
    stratum: int
    answer: Answer | None


class Sample(NamedTuple):
    """What was drawn of the `strata` of one kind, hits or misses, by their places; faces that are gone are left out."""

    strata: tuple[Stratum, ...]
    cards: tuple[Card, ...]

    @property
    def faces(self) -> int:
        """Of the answer, or all that do not match."""
        return sum(stratum.faces for stratum in self.strata)


class Interval(NamedTuple):
    """A share in 0..1: what it is most likely about, and what it lies between, at each look, in 95 reviews of 100."""

    share: float
    low: float
    high: float


class Statement(NamedTuple):
    """`precision` and `recall` are None as long as too few were judged. `judged` are the clear judgements that it is
    about, of hits and of misses, of which `right` hits were so and `missed` misses; and `unsure` ones were left out.
    """

    precision: Interval | None
    recall: Interval | None
    judged: tuple[int, int]
    right: int
    missed: int
    unsure: int


@lru_cache(maxsize=64)
def stated(hits: Sample, misses: Sample, seed: int) -> Statement:
    """What can be said by now; the same for the same judgements."""
    look, both = _look(hits), look_of_both(hits, misses)
    of_hits, of_misses = _seen(hits, look), _seen(misses, _look(misses))
    precision = None if of_hits is None else _precision(of_hits, _level(look), seed)
    recall = None if both is None else _recall(_seen(hits, both), _seen(misses, both), _level(both), seed)
    seen = [one for one in (of_hits, of_misses if recall else None) if one is not None]
    return Statement(
        precision,
        recall,
        (_clear(of_hits), _clear(of_misses) if recall else 0),
        0 if of_hits is None else int(of_hits.yes.sum()),
        0 if of_misses is None or not recall else int(of_misses.yes.sum()),
        sum(int(one.unsure.sum()) for one in seen),
    )


def answered(sample: Sample) -> list[Card]:
    """The judged ones without a gap: up to the first, in the order, that nobody has judged."""
    found: list[Card] = []
    for card in sample.cards:
        if card.answer is None:
            break
        found.append(card)
    return found


def reached(sample: Sample) -> tuple[int, int | None]:
    """How many clear judgements there are, and at how many of them something is said next; None where nothing more is:
    all of the faces are judged, or as many as ever are. Of those that are gone it is known that they were judged.
    """
    clear = _clear_of(sample)
    left = any(card.answer is None for card in sample.cards)
    return clear, next((look for look in LOOKS if look > clear), None) if left else None


def sequence(hits: Sample, misses: Sample) -> list[Card]:
    """All that are asked about, in order: hits up to a look, then misses up to it, and so on. Who is unsure of a face
    is given another.
    """
    taken, found = [0, 0], list[Card]()
    for look in LOOKS:
        for kind, sample in enumerate((hits, misses)):
            end = _end(sample, look)
            found += sample.cards[taken[kind] : end]
            taken[kind] = end
    return found


def _end(sample: Sample, look: int) -> int:
    """How many cards it takes to that look, if those that are not judged yet will be clear."""
    unsure = 0
    for at, card in enumerate(sample.cards):
        unsure += card.answer == "unsure"
        if card.place + 1 - unsure >= look:
            return at + 1
    return len(sample.cards)


def _clear_of(sample: Sample) -> int:
    """Those that are gone from among them count."""
    cards = answered(sample)
    rest = sample.cards[len(cards) :]
    place = rest[0].place if rest else max((card.place + 1 for card in cards), default=0)
    return place - sum(card.answer == "unsure" for card in cards)


def _look(sample: Sample) -> int | None:
    """The last one that is reached; EVERY where all that there are were judged; None before the first."""
    cards = answered(sample)
    if len(cards) == len(sample.cards) and (cards or not sample.strata) and sample.faces <= LOOKS[-1]:
        return EVERY
    return max((look for look in LOOKS if look <= _clear_of(sample)), default=None)


def look_of_both(hits: Sample, misses: Sample) -> int | None:
    """The last look that both have reached: in between, recall stands still."""
    of_hits, of_misses = _look(hits), _look(misses)
    return None if of_hits is None or of_misses is None else min(of_hits, of_misses)


def _level(look: int | None) -> float:
    return LEVELS.get(look or 0, LEVELS[LOOKS[-1]])


def _seen(sample: Sample, look: int | None) -> Judged | None:
    """The judgements up to a look; all of them, where all that there are were judged; None before the first."""
    if look is None:
        return None
    cards = answered(sample)
    return _counted(sample, cards if look == EVERY or _look(sample) == EVERY else cards[: _end(sample, look)])


def _counted(sample: Sample, cards: Sequence[Card]) -> Judged:
    count = len(sample.strata)

    def of(answer: Answer) -> NDArray[np.int64]:
        places = np.array([card.stratum for card in cards if card.answer == answer], np.int64)
        return np.bincount(places, minlength=count)

    faces = np.array([stratum.faces for stratum in sample.strata], np.int64)
    certainty = np.array([stratum.certainty for stratum in sample.strata], np.float64)
    return Judged(faces, of("yes"), of("no"), of("unsure"), certainty)


def _precision(hits: Judged, level: float, seed: int) -> Interval | None:
    found = posterior(hits, np.random.default_rng(seed))
    shares = _ratio(found.right.sum(1), found.judged.sum(1))
    return _interval(shares, level, int(hits.yes.sum()), int(hits.no.sum()))


def _recall(hits: Judged | None, misses: Judged | None, level: float, seed: int) -> Interval | None:
    if hits is None or misses is None:
        return None
    together = Judged(*(np.concatenate(pair) for pair in zip(hits, misses, strict=True)))
    right = posterior(together, np.random.default_rng(seed)).right
    shares = _ratio(right[:, : len(hits.faces)].sum(1), right.sum(1))
    return _interval(shares, level, int(hits.yes.sum()), int(misses.yes.sum()))


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """Of the draws in which there is something at all."""
    found: NDArray[np.float64] = part[whole > 0] / whole[whole > 0]
    return found


def _interval(shares: NDArray[np.float64], level: float, for_it: int, against: int) -> Interval | None:
    """With equal tails; where nothing spoke against it, or for it, all or nothing is not ruled out."""
    if not len(shares):
        return None
    low, middle, high = np.quantile(shares, [(1 - level) / 2, 0.5, (1 + level) / 2]).tolist()
    return Interval(middle, 0.0 if not for_it else low, 1.0 if not against else high)


def _clear(seen: Judged | None) -> int:
    return 0 if seen is None else int(seen.yes.sum() + seen.no.sum())
