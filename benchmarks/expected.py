"""Does an answer keep its word? The precision and recall it expects, against CelebA's test partition.

    python benchmarks/expected.py ../shared/celeba

Over every pair and sampled triples of attributes, with and without NOT, that enough test images answer. The peer in
the same run multiplies the precisions that each attribute had alone on validation, as if they had nothing to do with
one another.
"""

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import setting

from classifiers.sets import celeba
from classifiers.tagger import Tagger
from retrieval.answers.estimate import expected, surest
from retrieval.attributes import ATTRIBUTES
from retrieval.columns.columns import Columns
from retrieval.language.nodes import And, Not, Query, Term, mask

LEAST = 20  # images that have, and that answer, a query
TRIPLES = 4000
WANTED = 0.8  # precision that is asked for, as by `find --precision`


def main() -> None:
    parser = setting.parser(__doc__)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    tagger, data = Tagger.load(arguments.model), celeba.load(arguments.celeba)
    test = known(tagger, data.split("test"), arguments.cache)
    alone = precisions(*known(tagger, data.split("val"), arguments.cache))
    random = np.random.default_rng(arguments.seed)
    print(f"{'':8} {'queries':>7} {'precision':>9} {'expected':>9} {'error':>6} {'peer':>6} {'recall':>7} {'error':>6}")
    for count in (1, 2, 3):
        rows = np.array(list(tried(queries(count, random), *test, alone)))
        mean, error = rows.mean(0), np.abs(rows[:, (1, 2, 4)] - rows[:, (0, 0, 3)]).mean(0)
        print(
            f"{count} word{'s' if count > 1 else ' '}  {len(rows):7} {mean[0]:9.3f} {mean[1]:9.3f} {error[0]:6.3f} "
            f"{error[1]:6.3f} {mean[3]:7.3f} {error[2]:6.3f}"
        )
        print(f"         asked for {WANTED:.0%}: {np.nanmean(rows[:, 5]):.3f} right in {np.isfinite(rows[:, 5]).sum()}")


def known(tagger: Tagger, faces: celeba.Faces, cache: Path) -> tuple[Columns, Columns]:
    """What the model says of the faces, and what is true of them."""
    said = tagger.card.probabilities(setting.logits(tagger, faces, cache))
    half = dict.fromkeys(ATTRIBUTES, 0.5)
    return (
        Columns.from_probabilities(said.T.copy(), tagger.thresholds),
        Columns.from_probabilities(faces.labels.T.astype(np.float32), half),
    )


def precisions(said: Columns, truth: Columns) -> dict[Query, float]:
    """Of every attribute and its negation, alone."""
    words = [*map(Term, ATTRIBUTES), *(Not(Term(name)) for name in ATTRIBUTES)]
    return {word: float(mask(word, truth)[mask(word, said)].mean()) for word in words if mask(word, said).any()}


def queries(count: int, random: np.random.Generator) -> Iterator[tuple[Query, ...]]:
    """Words of each query, half of them negated: every set of one or two attributes, a sample of the triples."""
    sets = list(combinations(ATTRIBUTES, count))
    if len(sets) > TRIPLES:
        sets = [sets[at] for at in random.choice(len(sets), TRIPLES, replace=False)]
    for names in sets:
        yield tuple(Not(Term(name)) if random.random() < 0.4 else Term(name) for name in names)


def tried(
    asked: Iterator[tuple[Query, ...]], said: Columns, truth: Columns, alone: dict[Query, float]
) -> Iterator[tuple[float, ...]]:
    """Precision, expected precision, the peer's; recall, expected recall; precision where WANTED was asked for."""
    for words in asked:
        query = words[0] if len(words) == 1 else And(words)
        found, true, confidence = mask(query, said), mask(query, truth), query.confidence(said)
        if min(found.sum(), true.sum()) < LEAST or not all(word in alone for word in words):
            continue
        hope = expected(confidence[found], confidence)
        kept = true[found][surest(confidence[found], WANTED)]
        yield (
            float(true[found].mean()),
            hope.precision or 0.0,
            float(np.prod([alone[word] for word in words])),
            float(found[true].mean()),
            hope.recall or 0.0,
            float(kept.mean()) if len(kept) >= LEAST else np.nan,
        )


if __name__ == "__main__":
    main()
