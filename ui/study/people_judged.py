"""How good a head is at telling people apart: on people it never saw, and on strangers of whom nearly each has one
photograph. And from which likeness on two groups are one person. Knows nothing of models or of how heads are learned.
"""

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from retrieval.likeness.recognition import Head

RIGHT = 0.95  # of the pairs in a group, on validation
STEP = 0.01  # between the thresholds that are tried
DIGITS = 5  # of the figures in a card


class Strangers(NamedTuple):
    """Embeddings float32[N, F] of people of whom nearly each has one photograph; the photographs, 32 pixels small:
    uint8[N, 32, 32, 3]; and the landmarks of the faces, float64[N, 5, 2].
    """

    embeddings: "NDArray[np.float32]"
    pictures: "NDArray[np.uint8]"
    landmarks: "NDArray[np.float64]"

    def every_second(self, first: int) -> "Strangers":
        """Half of them, from the `first` on (0 or 1)."""
        return Strangers(self.embeddings[first::2], self.pictures[first::2], self.landmarks[first::2])


def threshold(vectors: "NDArray[np.float32]", people: "NDArray[np.int64]") -> float:
    """The least mean cosine, in steps, from which on RIGHT of the pairs in a group are one person; 1 if none. It is
    looked for by halving, since groups become purer the more alike their faces must be.
    """
    from classifiers.evaluation.likeness import in_groups
    from retrieval.likeness.grouping import grouped, pairs

    found = pairs(vectors)

    def right(step: int) -> bool:
        groups = [members for members, _ in grouped(vectors, step * STEP, found=found)]
        return in_groups(groups, people)[0] >= RIGHT

    steps = range(round(1 / STEP) + 1)
    return round(STEP * bisect_left(steps, True, hi=steps[-1], key=right), 2)


def judged(
    head: "Head", embeddings: "NDArray[np.float32]", people: "NDArray[np.int64]", alike: float
) -> dict[str, Any]:
    """How good groups are on photographs of people who were not learned from, and how often another photograph of the
    person is among the nearest 1, 5, 10, by both meanings of likeness.
    """
    import numpy as np

    from classifiers.evaluation.likeness import in_groups, recalls
    from retrieval.likeness.grouping import grouped

    vectors = head(embeddings)
    precision, recall = in_groups([members for members, _ in grouped(vectors, alike)], people)
    return {
        "images": len(people),
        "people": len(np.unique(people)),
        "precision": round(precision, DIGITS),
        "recall": round(recall, DIGITS),
        "same_person_among_nearest": {
            name: {str(k): round(share, DIGITS) for k, share in recalls(near, people).items()}
            for name, near in (("look", embeddings), ("person", vectors))
        },
    }


def taken_for_one(head: "Head", strangers: Strangers, alike: float) -> dict[str, Any]:
    """How many pairs of photographs, nearly all of other people, are put into one group, and how many photographs are
    in one with somebody else. Two that are copies of one picture are no mistake; faces that are turned aside are in no
    group, as in a library.
    """
    import numpy as np

    from classifiers.sets.duplicates import duplicates
    from retrieval.likeness.grouping import between, grouped, pairs
    from retrieval.likeness.pose import turned

    count = len(strangers.embeddings)
    twins = {(first, second) for first, second in duplicates(strangers.pictures).tolist()}
    vectors, aside = head(strangers.embeddings), turned(strangers.landmarks)
    groups = [members for members, _ in grouped(vectors, alike, found=between(pairs(vectors), ~aside))]
    joined = [(a, b) for members in groups for at, a in enumerate(members) for b in members[at + 1 :]]
    wrong = [pair for pair in joined if pair not in twins]
    return {
        "photographs": count,
        "pairs": count * (count - 1) // 2 - len(twins),
        "copies": len(twins),
        "turned_aside": int(aside.sum()),
        "wrong_pairs": len(wrong),
        "in_wrong_group": len(np.unique(wrong)),
    }
