"""What the query field asks for while one types."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from retrieval.library import Library
from tests.ui.conftest import Shelf
from ui.endpoints import completions

Ask = Callable[..., Any]


@pytest.fixture
def ask(few: Shelf) -> Iterator[Ask]:
    """Asks an endpoint of a library of three faces; what it gives as JSON."""
    with Library.open(few.library) as library:
        endpoints = {route.path: route.endpoint for route in completions.routes(lambda: library)}

        def asked(path: str, **params: str) -> Any:
            said = urlencode(params, errors="surrogatepass").encode()
            response = endpoints[path](Request({"type": "http", "query_string": said, "headers": []}))
            assert response.status_code == 200
            return json.loads(response.body)

        yield asked


def test_what_fits_is_told_with_its_place_in_characters(ask: Ask) -> None:
    found = ask("/completions", q="🙂 smi", caret="5")
    assert (found["start"], found["end"]) == (2, 5)
    assert ask("/completions", q="smi", caret="3")["offers"][0]["text"] == "Smiling"
    assert ask("/completions")["offers"]


@pytest.mark.parametrize("caret", ["-1", "x", "", "999999999999999999999", "\x00", "٣"])
def test_a_caret_that_is_none_is_the_beginning(ask: Ask, caret: str) -> None:
    assert ask("/completions", q="smi", caret=caret)["start"] == 0


def test_a_query_is_told_as_its_conditions(ask: Ask) -> None:
    found = ask("/conditions", q="smiling woman")
    assert [part["text"] for part in found["conditions"]["parts"]] == ["smiling", "woman"]
    assert found["meanings"] == [["woman", "NOT Male"]] and isinstance(found["total"], int)
    assert set(found["conditions"]["parts"][0]["turned"]) == {"text", "caret", "faces"}
    assert ask("/conditions") == {"total": 3, "conditions": None, "meanings": []}


@pytest.mark.parametrize(
    "query", ["Smilling", "old man", "person:Nobody", "camera:x", "@nobody", "x" * 5000, "(", "\x00"]
)
def test_a_mistake_is_told_with_its_place_and_what_mends_it(ask: Ask, query: str) -> None:
    mistake = ask("/conditions", q=query)["mistake"]
    assert mistake["problem"] and 0 <= mistake["column"] <= len(mistake["line"])
    for offer in mistake["offers"]:
        assert offer["query"] != query
    if query == "old man":
        assert mistake["offers"] == [{"text": "NOT Young", "query": "NOT Young man"}]
