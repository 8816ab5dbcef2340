"""The app's own addresses, asked without a browser and without the gate, which has tests of its own."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.types import Message

from tests.ui.conftest import Shelf
from ui.endpoints.routes import routes


class Answered(NamedTuple):
    """What came back; the names of headers are in small letters."""

    status_code: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


Get = Callable[..., Answered]


@pytest.fixture
def get(own_shelf: Shelf) -> Get:
    """Asks an app over a library of three faces, of the test's own."""
    app = Starlette(routes=routes(own_shelf.library))

    def get(
        path: str, params: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answered:
        return asyncio.run(_asked(app, path, urlencode(params), headers))

    return get


async def _asked(app: Starlette, path: str, query: str, headers: Mapping[str, str]) -> Answered:
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    known = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": known}
    await app({**scope, "root_path": "", "scheme": "http", "server": ("127.0.0.1", 80)}, receive, send)
    start = next(message for message in said if message["type"] == "http.response.start")
    body = b"".join(message.get("body", b"") for message in said)
    return Answered(start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body)
