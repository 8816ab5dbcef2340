import os
from pathlib import Path

import pytest

from retrieval.errors import AmongPhotographs
from retrieval.library import Library
from retrieval.tables.outside import check_outside
from tests.retrieval.made import MODEL, a_face, a_photo, fill


@pytest.mark.parametrize(
    ("path", "among"),
    [
        ("/p/a_b", True),
        ("/p/a_b/", True),
        ("/p/a_b/new/deep.csv", True),
        ("/p/x/../a_b/t.csv", True),
        ("/p/aXb/t.csv", False),
        ("/p/a_b2/t.csv", False),
        ("/p/a_/t.csv", False),
        ("/p/t.csv", False),
        ("/p", False),
        (os.fsdecode(b"/p/\xff/t.csv"), True),
        ("/indexed/2020/t.csv", True),
        ("/indexed2/t.csv", False),
    ],
)
def test_a_place_among_photographs_is_told_from_its_lookalikes(library: Library, path: str, among: bool):
    fill(library, [a_photo("/p/a_b/1.jpg", a_face(1)), a_photo(os.fsdecode(b"/p/\xff/2.jpg"))])
    with library.writer(MODEL) as writer:
        writer.remember(["/indexed", "/indexed"])
        writer.remember(["/indexed"])
    if not among:
        return check_outside(Path(path), library.folders_of_photographs())
    with pytest.raises(AmongPhotographs, match="nothing is ever written there"):
        check_outside(Path(path), library.folders_of_photographs())
    return None
