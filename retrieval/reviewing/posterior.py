"""How many faces are as the query says, out of a few that were judged: draws from a posterior distribution.

In each stratum a share of the faces is right. Its log-odds are those that the model's certainty has, moved by a shift
and stretched by a slope that all strata share, and by a deviation of its own: so strata in which nobody found anything
lean on the others and on the model, as far as the judgements agree with it, and no further. Shift, slope and the size
of the deviations have wide priors and are summed over a grid; what was not judged is drawn, since a collection is
finite. That the intervals hold is no theorem: `benchmarks/review.py` measures it.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

SHIFT = 2.0  # standard deviation of the prior of the log-odds' shift, about 0
SLOPE = 0.35  # and of their slope, about 1
DEVIATIONS = {0.2: 0.4, 0.5: 0.35, 1.0: 0.25}  # standard deviation of a stratum's own: its prior probability
STEP = 0.2  # of the grid of log-odds
LOG_ODDS = np.arange(-14.0, 9.0 + STEP / 2, STEP)
DRAWS = 4000
SUREST = 1e-6  # from 0 and 1, in which a certainty is believed


class Judged(NamedTuple):
    """Of each of the h strata, int64[h] each: how many `faces` it has, and how many of these were judged to be right
    (`yes`), to be wrong (`no`), or neither (`unsure`); float64[h] its `certainty`.
    """

    faces: Ids
    yes: Ids
    no: Ids
    unsure: Ids
    certainty: Floats


class Posterior(NamedTuple):
    """int64[draws, h]: how many of each stratum's faces are `right`, and how many can be `judged` at all."""

    right: Ids
    judged: Ids


def posterior(judged: Judged, random: np.random.Generator, draws: int = DRAWS) -> Posterior:
    """Draws of what all faces are; of those about which a person would be unsure, nothing is claimed."""
    right = _shares(judged, random, draws)
    rest = judged.faces - judged.yes - judged.no - judged.unsure
    clear = random.binomial(rest, _clear(judged, random, draws))
    return Posterior(judged.yes + random.binomial(clear, right), judged.yes + judged.no + clear)


def _shares(judged: Judged, random: np.random.Generator, draws: int) -> Floats:
    """float64[draws, h]: the share of each stratum's faces that is right."""
    certainty = np.clip(judged.certainty, SUREST, 1 - SUREST)
    log_odds = np.log(certainty / (1 - certainty))
    likelihood = _likelihood(judged)
    shift, slope, kind, prior = _grid()
    cells = np.rint((shift[:, None] + slope[:, None] * log_odds - LOG_ODDS[0]) / STEP).astype(np.int64)
    cells = np.clip(cells, 0, len(LOG_ODDS) - 1)  # [grid, h]
    joint = _kernels()[:, :, None, :] * likelihood.T[None, None]  # [kinds, cells, h, log-odds]
    evidence = joint.sum(-1)
    strata = np.arange(len(log_odds))
    logs = np.log(evidence[kind[:, None], cells, strata] + 1e-300).sum(1) + prior
    weights = np.exp(logs - logs.max())
    chosen = random.choice(len(weights), draws, p=weights / weights.sum())
    rows = (kind[chosen][:, None] * len(LOG_ODDS) + cells[chosen]) * len(strata) + strata
    return _expit(LOG_ODDS[_drawn(joint.reshape(-1, len(LOG_ODDS)), rows, random)] + _jitter(rows.shape, random))


def _likelihood(judged: Judged) -> Floats:
    """float64[log-odds, h], of what was judged."""
    right, wrong = -np.logaddexp(0, -LOG_ODDS), -np.logaddexp(0, LOG_ODDS)
    found: Floats = np.exp(np.outer(right, judged.yes) + np.outer(wrong, judged.no))
    return found


def _drawn(rows: Floats, wanted: Ids, random: np.random.Generator) -> Ids:
    """A place in each of the `wanted` rows, by the weights float64[rows, places] there."""
    used, which = np.unique(wanted, return_inverse=True)
    reached = np.cumsum(rows[used], axis=1)
    reached /= reached[:, -1:] + 1e-300
    stacked = (reached + np.arange(len(used))[:, None]).ravel()  # rising from row to row
    places = np.searchsorted(stacked, which.reshape(wanted.shape) + random.random(wanted.shape), side="right")
    found: Ids = np.clip(places - which.reshape(wanted.shape) * rows.shape[1], 0, rows.shape[1] - 1)
    return found


def _clear(judged: Judged, random: np.random.Generator, draws: int) -> Floats:
    """float64[draws, h]: the share of each stratum's faces that a person can judge; all, where nobody was unsure."""
    if not judged.unsure.any():
        return np.ones((draws, len(judged.faces)))
    seen = judged.yes + judged.no
    mean = (seen.sum() + 0.5) / (seen.sum() + judged.unsure.sum() + 1)
    return random.beta(seen + 2 * mean, judged.unsure + 2 * (1 - mean), (draws, len(seen)))


def _jitter(shape: tuple[int, ...], random: np.random.Generator) -> Floats:
    found: Floats = (random.random(shape) - 0.5) * STEP
    return found


def _expit(log_odds: Floats) -> Floats:
    found: Floats = 1 / (1 + np.exp(-log_odds))
    return found


@cache
def _grid() -> tuple[Floats, Floats, Ids, Floats]:
    """Shift, slope, the place of the deviation in DEVIATIONS, and the logarithm of the prior, [grid] each."""
    points = np.linspace(-2.75, 2.75, 23)
    slopes = np.linspace(-2.25, 2.25, 13)
    shift, slope, kind = np.meshgrid(points, slopes, np.arange(len(DEVIATIONS)), indexing="ij")
    prior = -(shift**2 + slope**2) / 2 + np.log(np.array(list(DEVIATIONS.values())))[kind]
    return (shift * SHIFT).ravel(), np.maximum(1 + slope * SLOPE, 0.1).ravel(), kind.ravel(), prior.ravel()


@cache
def _kernels() -> Floats:
    """float64[kinds, cells, log-odds]: how likely log-odds are in a stratum that has those of a cell but for its own
    deviation, of every kind.
    """
    apart = LOG_ODDS[:, None] - LOG_ODDS
    kernels = np.stack([np.exp(-((apart / deviation) ** 2) / 2) for deviation in DEVIATIONS])
    found: Floats = kernels / kernels.sum(-1, keepdims=True)
    return found
