"""Photographs of a few people, as vectors, and a library of them as grouping finds them."""

import numpy as np

from retrieval.library import Library
from tests.retrieval.made import vector

CLOSE = 0.8
FIRST, SECOND, THIRD = {1, 2, 3, 4, 5}, {6, 7, 8, 9}, {10, 11}


def photographs(person: int, count: int, spread: float = 0.3) -> list[np.ndarray]:
    rows = [vector(person) + spread * vector(1000 * person + at + 1) for at in range(count)]
    return [(row / np.linalg.norm(row)).astype(np.float32) for row in rows]


PEOPLE = np.stack([*photographs(1, 5), *photographs(2, 4), *photographs(3, 2), vector(99)])


def groups(library: Library) -> list[set[int]]:
    return [set(person.faces) for person in library.people.listed()]


def person_of(library: Library, face: int) -> int:
    return next(person.id for person in library.people.listed() if face in person.faces)
