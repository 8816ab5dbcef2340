"""Asks endpoints as the server would, without one: a request in, its answer out."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.routing import BaseRoute, Router


class Answered(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Asking:
    """`asking.get("faces/1", q="Smiling")`, `asking.post("undo", {"action": 1})`."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._app = Router(routes)

    def get(self, path: str, headers: dict[str, str] | None = None, **params: object) -> Answered:
        return self._asked("GET", path, b"", headers or {}, urlencode(params))

    def post(self, path: str, said: object = None, kind: str = "application/json") -> Answered:
        body = said if isinstance(said, bytes) else b"" if said is None else json.dumps(said).encode()
        return self._asked("POST", path, body, {"content-type": kind})

    def _asked(self, method: str, path: str, body: bytes, headers: dict[str, str], query: str = "") -> Answered:
        written = [(name.encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "method": method,
            "path": f"/{path}",
            "query_string": query.encode(),
            "headers": written,
        }
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self._app(scope, receive, send))
        came = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answered(sent[0]["status"], came, b"".join(message.get("body", b"") for message in sent[1:]))
