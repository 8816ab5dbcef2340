"""Work done in threads or processes, a bounded way ahead of who asks for it and in order. It does not know what the
work is.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

IN_FLIGHT = 128 * 2**20  # bytes that items may hold while they wait

T = TypeVar("T")
R = TypeVar("R")


@contextmanager
def threads(number: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that start nothing new once the block is left, by whatever way."""
    pool = ThreadPoolExecutor(max(1, number))
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def ahead(
    pool: Executor,
    work: Callable[[T], R],
    items: Iterable[T],
    depth: int,
    weight: Callable[[T], int] = lambda _: 0,
) -> Iterator[R]:
    """`work` of each item, in order, up to `depth` items or `IN_FLIGHT` bytes (by `weight`) ahead of who asks."""
    waiting: deque[tuple[T, Future[R]]] = deque()
    for item in items:
        waiting.append((item, pool.submit(work, item)))
        while len(waiting) >= depth or sum(weight(item) for item, _ in waiting) > IN_FLIGHT:
            yield waiting.popleft()[1].result()
    while waiting:
        yield waiting.popleft()[1].result()
