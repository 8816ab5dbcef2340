"""The scripts and styles that run in the browser, where an address of the page "Search" leads, and what a page is told
that looks for its server.
"""

from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOLDER = Path(__file__).parent.parent / "browser"


def routes() -> list[BaseRoute]:
    """`/browser/...`, `/search`, which Streamlit knows as `/` only, and what its pages ask below their own address."""
    files = Mount("/browser", asked_again(StaticFiles(directory=FOLDER)))
    return [files, Route("/search", _search), Route("/{page}/_stcore/{probe}", _elsewhere)]


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


def _elsewhere(_: Request) -> Response:
    """A page looks for Streamlit below its own address first, and then at the root. That it is not here is no mistake,
    and a 404 would be written into the browser's console as one.
    """
    return Response(status_code=300)
