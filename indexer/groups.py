"""Files on their way through the workers, some together: small pictures cost less that way than one by one. It knows
what is decided of each and what is to be looked at, and neither how nor by whom.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import NamedTuple
from weakref import WeakKeyDictionary

from indexer.ahead import Answer, Ready
from indexer.decisions import Concluded, Decision, Loaded, loaded
from indexer.plan import Plan
from indexer.scan import Candidate
from indexer.seen import Given, Picture, Seen, Unread
from indexer.workers import Look

FEWEST, MOST = 4, 32  # pictures that are sent off together, where they are small: the fewer are left, the fewer
HEAVY = 2**18  # bytes from which on they are, however few


class Group(NamedTuple):
    """Some files, one after another: what was decided of each, or the file where nothing can be before it was looked
    at; and what is `given` to whoever looks, which is not all of them.
    """

    files: list[Decision | Candidate]
    given: list[Given]

    @property
    def carried(self) -> int:
        """Bytes that are held for whoever looks."""
        return sum(len(each.data) for each in self.given if isinstance(each, Picture))

    @property
    def heavy(self) -> bool:
        """Whether there is enough in it."""
        unread = sum(file.size for file in self.files if isinstance(file, Candidate))
        return self.carried + unread >= HEAVY or len(self.files) >= 2 * MOST


def grouped(files: Iterable[Loaded | Candidate], plan: Plan, number: int, workers: int) -> Iterator[Group]:
    """What is decided of that `number` of files, some together: no more than half of a worker's share of those
    that are left, so that all of the workers end at once.
    """
    group = Group([], [])
    for left, file in zip(count(number, -1), files, strict=False):
        most = max(FEWEST, min(MOST, left // workers // 2))
        if isinstance(file, Candidate):
            group.files.append(file)
            group.given.append(Unread(file.path))
        else:
            decision = plan.decide(file)
            group.files.append(decision)
            group.given.extend([plan.picture(file)] if decision.action == "look" else [])
        if len(group.given) >= most or group.heavy:
            yield group
            group = Group([], [])
    if group.files:
        yield group


def sent(look: Look) -> Callable[[Group], Answer[list[Seen]]]:
    """Begins to look at the pictures of a group, if it has any."""
    return lambda group: look(group.given) if group.given else Ready([])


def concluded(looked: Iterable[tuple[Group, list[Seen]]], plan: Plan) -> Iterator[Concluded]:
    """What comes of each file. What a picture shows is kept for its twins, as long as one may come."""
    kept: WeakKeyDictionary[Decision, Seen] = WeakKeyDictionary()
    for group, answers in looked:
        fresh = iter(answers)
        for file in group.files:
            seen = next(fresh) if isinstance(file, Candidate) or file.action == "look" else None
            decision = plan.decide(loaded(file, seen)) if isinstance(file, Candidate) and seen else file
            assert isinstance(decision, Decision)
            if decision.action == "look" and seen is not None:
                kept[decision] = seen
            yield plan.conclude(decision, kept.get(decision.first or decision, seen))
