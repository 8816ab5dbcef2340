import numpy as np

from retrieval.attributes import ATTRIBUTES
from retrieval.library import Library, Totals
from tests.retrieval.made import MODEL, three, vector


def test_totals_tell_every_outcome(library: Library):
    three(library)
    assert library.totals() == Totals(photos=4, faces=3, missing=0, unreadable=1, no_face=1)
    with library.writer(MODEL) as writer, writer.batch() as batch:
        batch.mark_missing([known.id for known in writer.known("/").values() if known.path in ("/a", "/d")])
    assert library.totals() == Totals(photos=4, faces=1, missing=2, unreadable=0, no_face=1)


def test_answers_hold_plain_python_values(library: Library):
    three(library)
    hit = library.similar(vector(1)).hits[0]
    assert (type(hit.face), type(hit.photo), type(hit.score), *map(type, hit.box)) == (int, str, float, *[int] * 4)
    assert {type(value) for value in hit.attributes.values()} == {float} and list(hit.attributes) == list(ATTRIBUTES)
    assert {type(count) for count in library.facets().counts.values()} == {int}
    assert library.embedding(1).dtype == np.float32 and library.embedding(1).flags.writeable
