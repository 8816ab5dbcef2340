"""The scripts and styles that run in the browser, and where an address of the page "Search" leads."""

from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER = Path(__file__).parent.parent / "browser"


def routes() -> list[BaseRoute]:
    """`/browser/...`, and `/search`, which Streamlit knows as `/` only."""
    return [Mount("/browser", asked_again(StaticFiles(directory=FOLDER))), Route("/search", _search)]


def asked_again(files: ASGIApp) -> ASGIApp:
    """The same files, but a browser asks each time whether they are still so: after an upgrade it has no old one."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Cache-Control"] = "no-cache"
            await send(message)

        await files(scope, receive, dated)

    return answer


def _search(request: Request) -> Response:
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/")
