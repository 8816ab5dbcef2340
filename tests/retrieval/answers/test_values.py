from datetime import UTC, datetime

import pytest

from retrieval.answers.values import values
from retrieval.facts import Facts
from retrieval.library import Library
from tests.retrieval.made import MODEL, a_face, a_photo, fill


def at(year: int, month: int) -> int:
    return int(datetime(year, month, 3, tzinfo=UTC).timestamp())


@pytest.fixture
def dated(library: Library) -> Library:
    """Two photographs of 2023, by one camera, and one of 2024, by another."""
    fill(library, [a_photo(f"/home/{name}", a_face(seed)) for seed, name in enumerate(["a/1", "a/b/2", "3"])])
    with library.writer(MODEL) as writer, writer.batch() as batch:
        for number, facts in enumerate([Facts(at(2023, 5), camera="X100"), Facts(at(2023, 8)), Facts(at(2024, 1))], 1):
            batch.tell(number, facts)
        batch.tell(3, Facts(at(2024, 1), camera="EOS-1D"))
        batch.tell(2, Facts(at(2023, 8), camera="X100"))
    return library


@pytest.mark.parametrize(
    ("field", "typed", "known"),
    [
        ("camera", "", ["X100", "EOS-1D"]),
        ("folder", "", ["home", "a", "b"]),
        ("model", "", ["tiny"]),
        ("person", "", []),
        ("path", "", []),
        ("taken", "", ["2024", "2023"]),
        ("taken", "2023", ["2023", "2023-05", "2023-08"]),
        ("taken", "2023-0", ["2023", "2023-05", "2023-08"]),
        ("taken", "2023-05..", ["2023-05..2024", "2023-05..2023"]),
        ("taken", "2023-06..2023", ["2023-06..2023", "2023-06..2023-08"]),
    ],
)
def test_a_library_tells_what_it_has(dated: Library, field: str, typed: str, known: list[str]):
    assert values(field, typed, dated._current.snapshot().columns) == known
