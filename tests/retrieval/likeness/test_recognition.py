import numpy as np
import pytest
from safetensors.numpy import load, save

from retrieval.attributes import ATTRIBUTES
from retrieval.errors import LibraryDamaged, NotRecognised
from retrieval.library import Library
from retrieval.likeness.recognition import Head
from retrieval.tables.records import Model
from tests.retrieval.made import MODEL, a_face, a_head, a_photo, faces, fill, three, vector


def headless(library: Library) -> Library:
    """The same library as an older model tagged it."""
    with library.writer(Model(MODEL.fingerprint, MODEL.name, MODEL.card, MODEL.thresholds)):
        pass
    return library


def test_a_head_is_two_layers_and_a_length_of_one():
    dice = np.random.default_rng(0)
    first, second = dice.normal(size=(4, 3)).astype(np.float32), dice.normal(size=(3, 2)).astype(np.float32)
    bias, slope, shift = (dice.normal(size=n).astype(np.float32) for n in (3, 3, 2))
    centre = dice.normal(size=2).astype(np.float32)
    head = Head(first, bias, slope, second, shift, centre, 0.5)
    face = dice.normal(size=(1, 4)).astype(np.float32)
    hidden = face @ first + bias
    bent = np.where(hidden > 0, hidden, slope * hidden) @ second + shift
    beside = bent / np.linalg.norm(bent) - centre
    np.testing.assert_allclose(head(face), beside / np.linalg.norm(beside), rtol=1e-4)
    assert head(face[:0]).shape == (0, 2)


def changed(**tensors: np.ndarray) -> bytes:
    return save({**load(a_head()), **tensors})


@pytest.mark.parametrize(
    "weights",
    [
        b"",
        b"none",
        save({"first": np.eye(512, dtype=np.float32)}),
        changed(bias=np.zeros(3, np.float32)),
        changed(second=np.full((512, 512), np.nan, np.float32)),
        changed(slope=np.ones((512, 1), np.float32)),
        changed(alike=np.array([2], np.float32)),
        changed(alike=np.array([], np.float32)),
    ],
)
def test_a_damaged_head_is_said_to_be(weights: bytes):
    with pytest.raises(LibraryDamaged, match="retag"):
        Head.read(weights)


def test_the_same_person_is_asked_of_the_head_and_looking_alike_is_not(library: Library):
    near, far = vector(1).copy(), vector(1).copy()
    near[8:], far[:8] = -near[8:], -far[:8]  # the head sees the first eight numbers alone
    people = [a_face(1), a_face(2), a_face(3)]
    for face, numbers in zip(people, (vector(1), near, far), strict=True):
        face.embedding[:] = numbers
    model = Model(MODEL.fingerprint, "tiny", "{}", dict.fromkeys(ATTRIBUTES, 0.5), a_head(8))
    with library.writer(model) as writer, writer.batch() as batch:
        for number, face in enumerate(people):
            batch.add(a_photo(f"/{number}", face))
    assert faces(library.similar_to(1, by="look")) == [3, 2]
    assert (
        faces(library.similar_to(1, by="person")) == faces(library.similar(vector(1), exclude=1, by="person")) == [2, 3]
    )
    assert library.people.group() == 1 and library.people.listed()[0].faces == (1, 2)


def test_a_model_without_a_head_says_what_to_do(library: Library):
    three(library)
    assert library.similar_to(1, by="person").total == 2
    headless(library)
    for asked in (lambda: library.similar_to(1, by="person"), lambda: library.people.group()):
        with pytest.raises(NotRecognised, match=r"tiny, which tagged.*retag --model densenet121-112.*people-head"):
            asked()
    assert library.similar_to(1).total == 2 and library.people.group(0.5, "look") >= 0


def test_a_new_head_is_heard_of_at_once(library: Library):
    fill(library, [a_photo("/a", a_face(1)), a_photo("/b", a_face(1))])
    assert library.people.group() == 1
    with library.writer(Model(MODEL.fingerprint, "tiny", "{}", MODEL.thresholds, a_head(alike=1.0))):
        pass
    assert library.model is not None and library.model.head == a_head(alike=1.0)
    with Library.open(library.store.place) as opened:
        assert opened.people.group(0.9) == library.people.group(0.9) == 1
