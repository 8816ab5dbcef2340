import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from retrieval.answers.answers import Answer
from retrieval.errors import JOINERS
from retrieval.library import Library
from tests.retrieval.made import ENVIRONMENT, a_face, a_photo, answer_of, fill
from tests.retrieval.writing.test_store import NAMES


def test_importing_the_package_loads_nothing_and_offers_the_library():
    script = "import sys, retrieval; print(*sys.modules); from retrieval import Library; print(Library)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=ENVIRONMENT, check=True)
    loaded, offered = told.stdout.splitlines()
    assert not {"numpy", "sqlalchemy", "retrieval.library"} & set(loaded.split())
    assert offered == "<class 'retrieval.library.Library'>"
    with pytest.raises(ImportError):
        from retrieval import Nothing  # type: ignore[attr-defined] # noqa: F401


class Seen(HTMLParser):
    """The tags of a document, and what a person reads in it."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.said = ""
        self.feed(document)

    def handle_starttag(self, tag: str, attributes: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.said += data


def test_any_name_is_printable_and_no_markup(library: Library):
    answer = answer_of(library, NAMES)
    assert all(character in JOINERS or character.isprintable() for character in repr(answer).replace("\n", ""))
    assert len(repr(answer).splitlines()) == 1 + 20 + 1
    seen = Seen(answer._repr_html_())
    assert seen.tags == {"div", "p", "figure", "img", "br"} and "<script>.jpg" in seen.said
    answer._repr_html_().encode("utf-8")


def test_a_query_in_an_answer_is_no_markup_either():
    answer = Answer("<b>\n", 0, [], 1)
    assert repr(answer) == "0 faces that match <b>␊" and "<b>" not in answer._repr_html_()


def test_the_pictures_lie_in_the_document(library: Library, tmp_path: Path):
    Image.new("RGB", (200, 200), "red").save(tmp_path / "a.png")
    fill(library, [a_photo(str(tmp_path / "a.png"), a_face(1)), a_photo(str(tmp_path / "gone.png"), a_face(2))])
    document = library.find(None)._repr_html_()
    assert (
        document.count("<img") == 2 and len(re.findall(r'src="data:image/jpeg;base64,[A-Za-z0-9+/=]+"', document)) == 1
    )
