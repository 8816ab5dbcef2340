import pytest

from retrieval.errors import WrongModel
from retrieval.library import Library
from retrieval.writing.store import Model
from tests.retrieval.made import (
    MODEL,
    OTHER,
    a_face,
    a_photo,
    dump,
    fill,
)

pytestmark = pytest.mark.both_stores


def test_faces_of_another_model_are_refused(library: Library):
    fill(library, [a_photo("/a")])
    with library.writer(OTHER):  # no faces yet: the model may still change
        assert library.model == OTHER
    fill(library, [a_photo("/b", a_face(1))])
    before = dump(library)
    with (
        pytest.raises(WrongModel, match=r"tagged by tiny \(ffff.*densenet121 \(0000.*another --library"),
        library.writer(OTHER),
    ):
        pass
    assert dump(library) == before
    with library.writer(MODEL):  # and the lock is free again
        pass


def test_new_thresholds_of_the_same_weights_count_at_once(library: Library):
    fill(library, [a_photo("/a", a_face(1, Male=0.6))])
    assert library.find("Male").total == 1
    stricter = Model(MODEL.fingerprint, "tiny", "{}", {**MODEL.thresholds, "Male": 0.7})
    with library.writer(stricter):
        assert library.find("Male").total == 0 and library.model == stricter
