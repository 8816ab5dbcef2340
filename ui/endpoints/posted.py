"""What is posted to an endpoint: one JSON object of a bounded size."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from ui.endpoints.answers import answering

MOST = 2**20  # bytes of a body
KIND = "application/json"

Said = dict[str, Any]


def posting(ask: Callable[[Request, Said], Any]) -> Callable[[Request], Awaitable[Response]]:
    """As `answering`, of what `ask` returns for a request and the object in its body; {} where there is no body."""

    async def answer(request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST:
                break
        return await run_in_threadpool(answering(lambda asked: ask(asked, _object(asked, body))), request)

    return answer


def _object(request: Request, body: bytes) -> Said:
    if len(body) > MOST:
        raise ValueError(f"More than {MOST:,} bytes were posted: say less at a time.")
    if not body:
        return {}
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != KIND:
        raise ValueError(f"What is posted here is {KIND}.")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValueError("What was posted is no JSON.") from error
    if not isinstance(said, dict):
        raise ValueError("What is posted here is one JSON object.")
    return said
