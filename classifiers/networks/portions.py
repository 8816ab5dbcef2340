"""In what numbers a network is best given its inputs."""

from collections.abc import Iterator, Sequence


def portions(number: int, sizes: Sequence[int]) -> Iterator[tuple[slice, int]]:
    """So many inputs in parts, and to what size each part is to be filled up, one of those that are given from the
    largest to the smallest. OpenVINO prepares itself for each size that it meets, which takes as long as 4 to 15 inputs
    do; of a part that is filled up less than a quarter is in vain, but for the smallest size.
    """
    start = 0
    while start < number:
        size = next((size for size in sizes if 3 * size <= 4 * (number - start)), sizes[-1])
        yield slice(start, min(start + size, number)), size
        start += size
