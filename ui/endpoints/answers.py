"""How an endpoint answers: with JSON, or with the sentence that says why not."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from retrieval.errors import FacequeryError, shown

Endpoint = Callable[[Request], Response]


def answering(ask: Callable[[Request], Any]) -> Endpoint:
    """An endpoint that gives what `ask` returns as JSON (a Response as it is), or status 400 and `{"error": sentence}`
    where it raises a FacequeryError or a ValueError. It runs in a thread of its own.
    """

    def answer(request: Request) -> Response:
        try:
            found = ask(request)
        except (FacequeryError, ValueError) as error:
            return JSONResponse({"error": shown(str(error))}, 400)
        if isinstance(found, Response):
            return found
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    return answer
