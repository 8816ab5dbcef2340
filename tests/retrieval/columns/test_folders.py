from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.columns import folders
from retrieval.columns.folders import Folders, Inside
from retrieval.columns.paths import Paths

parts = st.sampled_from([b"a", b"a-", b"a0", b"b", b"\xff", "é".encode(), b" "])
files = st.lists(parts, min_size=1, max_size=4).map(lambda names: b"/" + b"/".join(names))
collections = st.lists(st.tuples(files, st.integers(0, 3)), max_size=12, unique_by=lambda one: one[0]).map(sorted)


def of(paths: list[bytes]) -> Folders:
    return Folders.of_paths(Paths.of(paths))


def plainly(found: list[tuple[bytes, int]], under: bytes) -> tuple[dict[bytes, int], int]:
    """The faces by the folder below `under`, as one would count them by hand; and those in none."""
    inside = [(path[len(under) :], faces) for path, faces in found if path.startswith(under)]
    counts: Counter[bytes] = Counter()
    for rest, faces in inside:
        if b"/" in rest and faces:
            counts[rest[: rest.index(b"/") + 1]] += faces
    return dict(counts), sum(faces for rest, faces in inside if b"/" not in rest)


@settings(deadline=None)
@given(collections, st.lists(parts, max_size=2))
def test_a_level_counts_what_lies_in_each_of_its_folders(found: list[tuple[bytes, int]], where: list[bytes]) -> None:
    under = b"/" + b"".join(part + b"/" for part in where)
    level = of([path for path, _ in found]).level(np.array([faces for _, faces in found], np.int64), under)
    counts, here = plainly(found, under)
    first = {one.path: one.path[: one.path.index(b"/", len(under)) + 1] for one in level.folders}
    assert {first[one.path][len(under) :]: one.faces for one in level.folders} == counts
    assert level.here == here and level.rest == 0
    assert list(first.values()) == sorted(first.values())
    for one in level.folders:
        deeper = [path for path, _ in found if path.startswith(first[one.path])]
        assert all(path.startswith(one.path) for path in deeper)  # nothing was left out
        assert one.folders == any(b"/" in path[len(one.path) :] for path in deeper)


def test_a_folder_that_holds_nothing_but_another_is_shown_with_it() -> None:
    tree = of([b"/home/me/pictures/2023/a", b"/home/me/pictures/2024/b", b"/home/me/pictures/2024/c/d"])
    counts = np.array([1, 2, 4])
    assert tree.level(counts, b"/").folders == [Inside(b"/home/me/pictures/", 7, True)]
    assert tree.level(counts, b"/home/me/pictures/").folders == [
        Inside(b"/home/me/pictures/2023/", 1, False),
        Inside(b"/home/me/pictures/2024/", 6, True),
    ]
    assert tree.level(counts, b"/home/me/pictures/2024/") == ([Inside(b"/home/me/pictures/2024/c/", 4, False)], 2, 0)


def test_of_too_many_folders_the_last_are_only_counted() -> None:
    paths = sorted(b"/%06d/a" % number for number in range(folders.MOST + 7))
    level = of(paths).level(np.ones(len(paths), np.int64), b"/")
    assert len(level.folders) == folders.MOST and level.rest == 7


def test_where_nothing_lies_there_is_nothing() -> None:
    assert of([]).level(np.zeros(0, np.int64), b"/") == ([], 0, 0)
    assert of([b"/a/b"]).level(np.ones(1, np.int64), b"/c/") == ([], 0, 0)
