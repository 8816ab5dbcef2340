"""Starts Streamlit for the app: on this machine only, without network, with nothing of an error on the page.

The app is told its library and its roots through the environment, where a file name may hold any bytes. Flags are
given for everything that matters, since they outrank whatever a person's own Streamlit settings say.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ui.options import library_folder

LIBRARY, ROOTS = "FACEQUERY_LIBRARY", "FACEQUERY_ROOTS"
ADDRESS = "127.0.0.1"
UPLOAD = 32  # MB a picture
APP = Path(__file__).with_name("app.py")

FLAGS = {
    "server.address": ADDRESS,
    "server.maxUploadSize": str(UPLOAD),
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    "server.enableCORS": "true",
    "server.enableXsrfProtection": "true",
    "server.enableStaticServing": "false",
    "server.enableAgentApi": "false",
    "server.showEmailPrompt": "false",
    "browser.gatherUsageStats": "false",
    "browser.serverAddress": ADDRESS,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "client.toolbarMode": "minimal",
}
THEME = {
    "theme.light.primaryColor": "#2b6777",
    "theme.dark.primaryColor": "#7fc4d4",
    "theme.baseRadius": "0.5rem",
    "theme.paddingTop": "1rem",
    "theme.metricValueFontSize": "1.75rem",
}
HOSTS = ("localhost", ADDRESS)  # against DNS rebinding: a page that calls itself by another name is refused


class Options(NamedTuple):
    """What the app may use: one library, and the folders that hold what may be indexed."""

    library: Path
    roots: tuple[str, ...]


def serve(library: Path, port: int, roots: Sequence[Path], open_browser: bool) -> int:
    """Runs the app in this process until it is stopped (Ctrl-C, SIGTERM), and returns the status to end with."""
    from streamlit import net_util
    from streamlit.web.cli import main

    os.environ.update(variables(library, roots))
    # When a page of another origin knocks, Streamlit asks checkip.amazonaws.com for its own address, unless it has one.
    net_util._external_ip = net_util._internal_ip = ADDRESS
    try:
        main(arguments(port, open_browser), prog_name="streamlit", standalone_mode=False)
    except SystemExit as end:  # the port is taken: Streamlit has said so
        return end.code if isinstance(end.code, int) else 1
    return 0


def arguments(port: int, open_browser: bool) -> list[str]:
    """The command line for Streamlit."""
    flags = {**FLAGS, **THEME, "server.port": str(port), "server.headless": str(not open_browser).lower()}
    words = [word for name, value in flags.items() for word in (f"--{name}", value)]
    hosts = [word for host in HOSTS for word in ("--server.allowedHosts", host)]
    return ["run", str(APP), *words, *hosts]


def variables(library: Path, roots: Sequence[Path]) -> dict[str, str]:
    """The environment from which the app reads its options."""
    return {LIBRARY: str(library.absolute()), ROOTS: json.dumps([str(root.absolute()) for root in roots])}


def options(environment: Mapping[str, str]) -> Options:
    """What `variables` wrote; without it the library of the user, and the user's home as the one root."""
    library = environment.get(LIBRARY)
    roots = json.loads(environment.get(ROOTS) or "[]")
    return Options(library_folder(Path(library) if library else None), tuple(roots) or (str(Path.home()),))
