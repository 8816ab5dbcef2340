import numpy as np
import pytest

from retrieval.library import Library
from tests.retrieval.made import MODEL, OTHER, a_face, a_photo, fill, probabilities, vector


def filled(library: Library) -> Library:
    fill(library, [a_photo("/a", a_face(1), a_face(2)), a_photo("/none"), a_photo("/b", a_face(3))])
    return library


def test_every_photograph_with_faces_is_handed_out_with_where_they_are(library: Library):
    with filled(library).exchange(OTHER) as exchange:
        portraits = list(exchange.portraits())
    assert [(p.path, list(p.faces)) for p in portraits] == [("/a", [1, 2]), ("/b", [3])]
    face = a_face(1)
    assert (portraits[0].faces[1].box, portraits[0].faces[1].landmarks) == (face.box, face.landmarks)
    assert exchange.faces == 3


def test_nothing_is_exchanged_unless_all_is(library: Library):
    generation = filled(library).find(None).generation
    with library.exchange(OTHER) as exchange:
        exchange.stage([1, 2], np.stack([probabilities(7), probabilities(8)]), np.stack([vector(7), vector(8)]))
        with pytest.raises(ValueError, match="Not every face"):
            exchange.commit()
    assert library.model == MODEL and library.find(None).generation == generation
    assert library.embedding(1).tobytes() == vector(1).tobytes()


@pytest.mark.parametrize("spoilt", ["probability", "vector"])
def test_numbers_that_cannot_be_are_refused(library: Library, spoilt: str):
    numbers, direction = probabilities(1), vector(1)
    (numbers if spoilt == "probability" else direction)[0] = np.nan
    with filled(library).exchange(OTHER) as exchange, pytest.raises(ValueError, match=r"between 0 and 1|finite"):
        exchange.stage([1], numbers[None], direction[None])


def test_what_was_staged_and_not_committed_leaves_no_file(library: Library):
    filled(library)
    with library.exchange(OTHER) as exchange:
        exchange.stage([1], probabilities(7)[None], vector(7)[None])
        assert {path.stem for path in library.folder.iterdir()} == {"library"}  # SQLite's, and the lock
    assert library.model == MODEL
