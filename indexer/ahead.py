"""Work done in threads or processes, a bounded way ahead of who asks for it and in order. It does not know what the
work is.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)


class Answer(Protocol[R_co]):
    """What will be there, as a `Future` has it."""

    def done(self) -> bool: ...
    def result(self) -> R_co: ...


class Ready(Generic[R_co]):
    """An answer that is there already."""

    def __init__(self, value: R_co) -> None:
        self._value = value

    def done(self) -> bool:
        """It is."""
        return True

    def result(self) -> R_co:
        """It."""
        return self._value


@contextmanager
def threads(number: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that start nothing new once the block is left, by whatever way."""
    pool = ThreadPoolExecutor(max(1, number))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def ahead(
    begin: Callable[[T], Answer[R_co]],
    items: Iterable[T],
    depth: int,
    weight: Callable[[T], int] = lambda _: 0,
    most: int = 0,
) -> Iterator[tuple[T, R_co]]:
    """Each item with what `begin` promised for it, in order, as soon as it is there; begun are up to `depth` items more
    than were asked for, or as many as weigh more than `most` while they are not done.
    """
    waiting: deque[tuple[T, Answer[R_co]]] = deque()
    for item in items:
        waiting.append((item, begin(item)))
        while waiting and (len(waiting) >= depth or waiting[0][1].done() or _held(waiting, weight) > most):
            first, answer = waiting.popleft()
            yield first, answer.result()
    while waiting:
        first, answer = waiting.popleft()
        yield first, answer.result()


def _held(waiting: Iterable[tuple[T, Answer[object]]], weight: Callable[[T], int]) -> int:
    return sum(weight(item) for item, answer in waiting if not answer.done())
