"""The examples in retrieval/README.md, run as they stand there."""

import doctest
from pathlib import Path

import numpy as np

from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill

README = Path(__file__).parent.parent / "retrieval" / "README.md"
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL


def three_people(folder: Path) -> Path:
    unlikely = dict.fromkeys(("No_Beard", "Wearing_Hat"), 0.1)
    faces = {
        "anna": a_face(1, Smiling=0.96, Eyeglasses=0.05, Male=0.1, **unlikely),
        "bob": a_face(2, Smiling=0.9, Eyeglasses=0.8, Male=0.9, **unlikely),
        "chris": a_face(3, Smiling=0.8, Eyeglasses=0.1, Male=0.2, **unlikely),
    }
    vectors = np.eye(3, 512, dtype=np.float32)
    vectors[2] = (vectors[0] + vectors[2]) / np.sqrt(np.float32(2))
    for face, vector in zip(faces.values(), vectors, strict=True):
        face.embedding[:] = vector
    with Library.create_or_open(folder) as library:
        fill(library, [a_photo(f"/photographs/{name}.jpg", face) for name, face in faces.items()])
    return folder


def test_the_examples_give_what_they_say(tmp_path: Path) -> None:
    examples = doctest.DocTestParser().get_doctest(
        README.read_text().replace("```", ""), {"path": three_people(tmp_path / "library")}, "README", str(README), 0
    )
    told: list[str] = []
    results = doctest.DocTestRunner(optionflags=OPTIONS).run(examples, out=told.append)
    assert results.attempted > 25 and not results.failed, "".join(told)
