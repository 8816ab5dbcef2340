import numpy as np
import pytest

from retrieval.errors import NoSuchFace
from retrieval.library import Library
from tests.retrieval.made import MODEL, faces, three, vector


def test_numbers_of_faces_may_be_numpys(library: Library):
    three(library)
    assert faces(library.similar_to(np.int64(1))) == faces(library.similar_to(1))  # type: ignore[arg-type]
    assert faces(library.similar(vector(1), exclude=np.int64(1))) == faces(library.similar(vector(1), exclude=1))  # type: ignore[arg-type]


def test_a_face_that_is_not_there_is_named(library: Library):
    three(library)
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([writer.known("/")["/c"].id])
    for face in (1, 0, 4, -1):
        for ask in (library.face, library.embedding, library.similar_to):
            with pytest.raises(NoSuchFace, match=f"no face {face} "):
                ask(face)
    assert library.face(2).photo == "/a"
