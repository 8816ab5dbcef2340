"""Who may come in, asked without a server; `test_server` asks the one that really runs."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse

from ui.gate import FORBIDDEN, REFUSED, Gate

TOKEN, PORT = "k3y", 8501
HOST, COOKIE = ("host", f"localhost:{PORT}"), ("cookie", f"other=1; facequery-{PORT}={TOKEN}")
INSIDE = PlainTextResponse("inside")
GATE = Gate(INSIDE, token=TOKEN, port=PORT, policy="default-src 'self'", closed=("/closed",))


def asked(*headers: tuple[str, str], path: str = "/", query: str = "", kind: str = "http") -> tuple[int, str]:
    """The status and the body of the answer; the code that a WebSocket is closed with, and nothing."""
    sent: list[dict[str, Any]] = []
    written = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in headers]
    scope = {"type": kind, "method": "GET", "path": path, "query_string": query.encode(), "headers": written}
    scope["extensions"] = {"websocket.http.response": {}}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(GATE(scope, receive, send))
    return (sent[0]["code"], "") if len(sent) == 1 else (sent[0]["status"], sent[1]["body"].decode())


def test_the_cookie_opens_and_nothing_else_does() -> None:
    assert asked(HOST, COOKIE) == (200, "inside")
    assert asked(HOST, COOKIE, ("origin", f"http://localhost:{PORT}"), kind="websocket") == (200, "inside")
    assert asked(HOST) == asked(COOKIE) == asked(HOST, HOST, COOKIE) == (403, REFUSED)
    assert asked(HOST, COOKIE, ("origin", "null")) == (403, REFUSED)
    assert asked(HOST, kind="websocket") == (FORBIDDEN, "")


def test_what_is_closed_is_closed_for_everybody() -> None:
    assert asked(HOST, COOKIE, path="/closed")[0] == 404
    assert asked(HOST, path="/closed") == (403, REFUSED)


def test_a_websocket_is_not_opened_by_an_address() -> None:
    assert asked(HOST, query=f"token={TOKEN}")[0] == 200
    assert asked(HOST, query=f"token={TOKEN}", kind="websocket") == (FORBIDDEN, "")


@given(st.text(), st.text(), st.text())
def test_no_guess_comes_in(host: str, cookie: str, query: str) -> None:
    guess = ("cookie", f"facequery-{PORT}={cookie}x")
    assert asked(HOST, guess, query=f"token={cookie}x")[0] == 403
    assert asked(("host", f"{host}.localhost:{PORT}"), COOKIE)[0] == 403
    assert asked(HOST, ("cookie", cookie), query=f"q={query}".replace("&token=", ""))[0] == 403


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "LOCALHOST"])
def test_the_names_of_this_machine_are_ours(name: str) -> None:
    assert asked(("host", f"{name}:{PORT}"), COOKIE) == (200, "inside")
