"""Who may talk to the app: whoever has its token, under one of the app's own names, from its own pages, and nobody else
on this machine. It stands before everything that is served, the WebSocket too, and knows no Streamlit and no library.

The address with the token is for the first visit; a cookie that no script and no other site can use stands for it then.
"""

import html
from collections.abc import Collection
from secrets import compare_digest
from urllib.parse import quote, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAMES = ("localhost", "127.0.0.1")  # against DNS rebinding: a page that calls itself by another name is refused
TOKEN = "token"
REFUSED = (
    "This facequery is its owner's: open it by the address with the token, which `facequery ui` has written in the "
    "terminal where it runs.\n"
)
FORBIDDEN = 1008  # a policy was violated (RFC 6455, section 7.4.1)
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Gate:
    """Passes on to `app` what may come in at the `port`; nobody may have what is at the paths `closed`. `policy` is the
    content security policy of all that goes out.
    """

    def __init__(self, app: ASGIApp, *, token: str, port: int, policy: str, closed: Collection[str] = ()) -> None:
        self.app = app
        self.token = token
        self.port = port
        self.policy = policy
        self.closed = closed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"].endswith("response.start"):
                MutableHeaders(scope=message).update({**HEADERS, "Content-Security-Policy": self.policy})
            await send(message)

        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        answer = self._instead(HTTPConnection(scope))
        if answer is not None and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": FORBIDDEN})  # which the server makes a 403
        else:
            await (answer or self.app)(scope, receive, guarded)

    def _instead(self, asked: HTTPConnection) -> Response | None:
        """What is answered in place of the app; None for who may go on."""
        first = asked.query_params.get(TOKEN) if asked.scope["type"] == "http" else None
        said = asked.cookies.get(self._cookie, "") if first is None else first
        if not self._is_ours(asked) or not self._is_token(said):
            return PlainTextResponse(REFUSED, 403)
        if asked.scope["path"] in self.closed:
            return PlainTextResponse("Nobody is told that.\n", 404)
        return None if first is None else self._entered(asked)

    def _is_ours(self, asked: HTTPConnection) -> bool:
        """Whether the one who asks calls us by our name, and is no page of another origin."""
        hosts, origins = (asked.headers.getlist(name) for name in ("host", "origin"))
        names = {f"{name}:{self.port}" for name in NAMES} | (set(NAMES) if self.port == 80 else set())
        return len(hosts) == 1 and hosts[0].lower() in names and set(origins) <= {f"http://{hosts[0].lower()}"}

    def _is_token(self, said: str) -> bool:
        return compare_digest(said.encode(errors="replace"), self.token.encode())

    def _entered(self, asked: HTTPConnection) -> Response:
        """Sets the cookie and goes to the same address without the token: by a page of our own, since a browser that
        comes from elsewhere would not show a strict cookie to where a redirect sends it.
        """
        rest = urlencode([(name, value) for name, value in asked.query_params.multi_items() if name != TOKEN])
        place = quote(f"/{asked.scope['path'].lstrip('/')}") + (f"?{rest}" if rest else "")
        page = f'<meta http-equiv="refresh" content="0; url={html.escape(place)}"><title>facequery</title>'
        response = HTMLResponse(page, headers={"Cache-Control": "no-store"})
        response.set_cookie(self._cookie, self.token, httponly=True, samesite="strict")
        return response

    @property
    def _cookie(self) -> str:
        """Cookies are a machine's and not a port's."""
        return f"facequery-{self.port}"
