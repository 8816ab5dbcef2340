"""A face: `GET /faces/{face}?q=` all about it, `GET /faces/{face}/alike` how often it is there,
`POST /faces/{face}/corrections` what a person says of it, and `POST /undo` to take that, or anything, back.
"""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from retrieval.answers.closely import Closeup
from retrieval.errors import NoSuchSearch, QueryError
from retrieval.library import Library
from ui.endpoints.answers import answering
from ui.endpoints.described import document
from ui.endpoints.posted import Said, posting
from ui.options import meant
from ui.words import described

NOTHING = "Nothing was changed: it was said before."


def routes(library: Callable[[], Library]) -> list[Route]:
    """For a library that is opened when it is first asked."""

    def about(request: Request) -> dict[str, Any]:
        known, face = library(), request.path_params["face"]
        return document(_closeup(known, face, request.query_params.get("q", "").strip()), known.model)

    def alike(request: Request) -> dict[str, int]:
        return {"alike": library().repeats(request.path_params["face"])}

    def correct(request: Request, said: Said) -> dict[str, Any]:
        action = library().correct([request.path_params["face"]], said)
        return {"action": action and action.id, "said": described(action) if action else NOTHING}

    def undo(request: Request, said: Said) -> dict[str, Any]:
        number = said.get("action")
        if number is not None and (not isinstance(number, int) or isinstance(number, bool)):
            raise ValueError("An action is a whole number; `facequery history` lists them.")
        undone = library().undo(number)
        return {"action": undone.id, "said": f"Undone: {described(undone)}"}

    return [
        Route("/faces/{face:int}", answering(about)),
        Route("/faces/{face:int}/alike", answering(alike)),
        Route("/faces/{face:int}/corrections", posting(correct), methods=["POST"]),
        Route("/undo", posting(undo), methods=["POST"]),
    ]


def _closeup(library: Library, face: int, asked: str) -> Closeup:
    """Without the query if it cannot be meant: the page says so itself, and the face is there all the same."""
    try:
        query = meant(library, asked) if asked else ""
        return library.closeup(face, query or None)
    except (QueryError, NoSuchSearch):
        return library.closeup(face)
