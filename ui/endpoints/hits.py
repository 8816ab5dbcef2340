"""`GET /hits?...&from=0&count=100`: a part of all hits of a question, which is said as in the URL of the page "Search",
or `group=3` for the faces of a group. `only=faces` gives their numbers and nothing else.

The answer says of which generation of the library it is: whoever puts parts together asks anew when that has moved.
"""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.routing import Route

from retrieval.library import Library
from ui.endpoints.answers import answering
from ui.options import meant
from ui.search import Search, positive
from ui.session.hits import Numbered, of_group, of_question, part

MOST = 1000  # hits at a time; their numbers alone may be as many as there are


def routes(library: Callable[[], Library]) -> list[Route]:
    """For a library that is opened when it is first asked."""
    return [Route("/hits", answering(lambda request: hits(library(), request.query_params)))]


def hits(library: Library, params: Mapping[str, str]) -> dict[str, Any]:
    """`{total, generation, hits: [{face, photo_name, score}]}`, or `faces` in place of `hits`; ValueError, QueryError,
    NoSuchPerson, NoSuchSearch.
    """
    found = _found(library, params)
    start, count = _number(params, "from", 0), _number(params, "count", MOST)
    said: dict[str, Any] = {"total": len(found.faces), "generation": found.generation}
    if params.get("only") == "faces":
        return {**said, "faces": [int(face) for face in found.faces[start : start + count]]}
    return {**said, "hits": part(library, found, start, min(count, MOST))}


def _found(library: Library, params: Mapping[str, str]) -> Numbered:
    if (group := positive(params.get("group"))) is not None:
        return of_group(library, group)
    search = Search.from_params(params)
    asked = search.query.strip()
    return of_question(library, search, meant(library, asked) if asked else None)


def _number(params: Mapping[str, str], name: str, otherwise: int) -> int:
    said = params.get(name, str(otherwise))
    if not said.isascii() or not said.isdigit():
        raise ValueError(f"{name} is a number from 0 on.")
    return int(said[:15])
