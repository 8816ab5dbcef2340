"""Starts Streamlit for the app: on this machine only, behind `ui.gate`, without network, with nothing of an error on
the page.

The app is told its library and its roots through the environment, where a file name may hold any bytes. Settings are
given for everything that matters, since they outrank whatever a person's own Streamlit settings say.
"""

import json
import os
import re
import secrets
import signal
import sys
import webbrowser
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from hashlib import sha256
from importlib import resources
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, NamedTuple

from retrieval.pictures.bounds import MAX_BYTES
from retrieval.stores.places import Place, absolute
from ui.endpoints.routes import routes
from ui.gate import NAMES, TOKEN, Gate
from ui.options import library_place
from ui.prompt import send_at_once

if TYPE_CHECKING:
    from streamlit import App

LIBRARY, ROOTS = "FACEQUERY_LIBRARY", "FACEQUERY_ROOTS"
ADDRESS = "127.0.0.1"
UPLOAD = 2 * MAX_BYTES // 2**20  # MB a picture: of what is larger than a picture may be, the app says so itself
APP = Path(__file__).with_name("app.py")

SETTINGS: dict[str, object] = {
    "runner.postScriptGC": False,  # of all objects, which takes 150 ms; Python looks after the young ones itself
    "server.address": ADDRESS,
    "server.headless": True,
    "server.maxUploadSize": UPLOAD,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.showEmailPrompt": False,
    "server.allowedHosts": list(NAMES),
    "browser.gatherUsageStats": False,
    "browser.serverAddress": ADDRESS,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "logger.hideWelcomeMessage": True,  # it would name an address without the token
}
THEME = {
    "theme.light.primaryColor": "#2b6777",
    "theme.light.linkColor": "#2b6777",
    "theme.dark.primaryColor": "#2e7f93",  # white on it has a contrast of 4.6
    "theme.dark.linkColor": "#7fc4d4",
    "theme.baseRadius": "0.5rem",
    "theme.paddingTop": "1rem",
    "theme.metricValueFontSize": "1.75rem",
}
CLOSED = ("/_stcore/metrics",)
POLICY = {  # what the page may load and whom it may ask: this server, and nobody else
    "default-src": "'self'",
    "script-src": "'self' blob: {scripts}",  # Streamlit runs a component's script from a blob that it makes itself
    "style-src": "'self' 'unsafe-inline'",  # Streamlit makes its styles as it goes
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' {sockets}",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


class Options(NamedTuple):
    """What the app may use: one library, and the folders that hold what may be indexed."""

    library: Place
    roots: tuple[str, ...]


def serve(library: Place, port: int, roots: Sequence[Path], open_browser: bool) -> int:
    """Runs the app in this process until it is stopped (Ctrl-C, SIGTERM), and returns the status to end with."""
    import streamlit as st
    from starlette.middleware import Middleware

    os.environ.update(variables(library, roots))
    token = secrets.token_urlsafe(32)
    gate = Middleware(Gate, token=token, port=port, policy=policy(port), closed=CLOSED)
    address = f"http://{ADDRESS}:{port}/?{TOKEN}={token}"
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server gives its signals back when it has ended
    try:
        announced = partial(_announced, address, port, open_browser)
        st.App(APP, middleware=[gate], lifespan=announced, routes=routes(absolute(library))).run(config=settings(port))
    except KeyboardInterrupt:
        return 0
    except SystemExit as end:  # the port is taken: Streamlit has said so
        return end.code if isinstance(end.code, int) else 1
    return 0


def settings(port: int) -> dict[str, object]:
    """For Streamlit."""
    return {**SETTINGS, **THEME, "server.port": port}


def policy(port: int) -> str:
    """The content security policy of the app's pages."""
    sockets = " ".join(f"ws://{name}:{port}" for name in NAMES)  # not every browser counts them to 'self'
    rules = " ".join(f"{name} {sources};" for name, sources in POLICY.items())
    return rules.format(scripts=" ".join(_inline()), sockets=sockets)


def _inline() -> list[str]:
    """The scripts that stand in Streamlit's own page, as a policy names them."""
    page = resources.files("streamlit").joinpath("static/index.html").read_text("utf-8")
    found = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return [f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in found]


@asynccontextmanager
async def _announced(address: str, port: int, open_browser: bool, _app: "App") -> AsyncIterator[None]:
    """Says where the app is while it runs. The browser learns it from a file that is nobody else's to read: who opens a
    browser with an address shows it to everybody on the machine.
    """
    send_at_once(port)
    sys.stdout.write(f"The app is here, for whoever has this address; Ctrl-C ends it:\n  {address}\n")
    sys.stdout.flush()
    with NamedTemporaryFile("w", prefix="facequery-", suffix=".html") as page:
        page.write(
            f'<meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url={address}">'
        )
        page.flush()
        if open_browser:
            webbrowser.open(Path(page.name).as_uri())
        yield


def variables(library: Place, roots: Sequence[Path]) -> dict[str, str]:
    """The environment from which the app reads its options."""
    return {
        LIBRARY: absolute(library),
        ROOTS: json.dumps([str(root.absolute()) for root in roots]),
    }


def options(environment: Mapping[str, str]) -> Options:
    """What `variables` wrote; without it the library of the user, and the user's home as the one root."""
    library = environment.get(LIBRARY)
    roots = json.loads(environment.get(ROOTS) or "[]")
    return Options(library_place(library), tuple(roots) or (str(Path.home()),))
