"""The server that `facequery ui` starts, from outside: who may talk to it, and what it gives away."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from streamlit import config

from tests.retrieval.made import ENVIRONMENT
from ui import server
from ui.options import library_folder

PROGRAM = """
import os, sys
from pathlib import Path
from ui.server import serve

def audit(event, arguments):  # nothing is asked of the network: no name, no connection
    if event == "socket.connect" and isinstance(arguments[1], tuple) and arguments[1][0] not in ("127.0.0.1", "::1"):
        os._exit(77)
    if event == "socket.getaddrinfo" and arguments[0] not in ("127.0.0.1", "localhost", None):
        os._exit(78)

sys.addaudithook(audit)
sys.exit(serve(Path("library"), int(sys.argv[1]), [Path.cwd()], False))
"""
STREAM = "/_stcore/stream"
SECRET = "the secret of the test"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A running server, whose own working folder holds a file with a secret."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "secret.txt").write_text(SECRET)
    with socket.create_server((server.ADDRESS, 0)) as free:
        port = int(free.getsockname()[1])
    process = started(folder, port)
    try:
        waited_for(port, process)
        yield port
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()


def started(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(port)], cwd=folder, env=ENVIRONMENT)


def waited_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        assert process.poll() is None, "the server ended"
        try:
            if b" 200 " in answer(port, "GET /_stcore/health HTTP/1.1\r\nHost: localhost"):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server never answered")


def answer(port: int, request: str) -> bytes:
    """What comes back for a request written by hand, until the other end closes or falls silent."""
    with socket.create_connection((server.ADDRESS, port), timeout=10) as connection:
        connection.sendall(request.encode() + b"\r\nConnection: close\r\n\r\n")
        connection.settimeout(2)
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
        except TimeoutError:
            pass
        return received


def handshake(port: int, host: str, origin: str) -> int:
    """The status with which a WebSocket is accepted (101) or refused."""
    lines = (
        f"GET {STREAM} HTTP/1.1",
        f"Host: {host}:{port}",
        f"Origin: {origin}",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Connection: Upgrade",
    )
    with socket.create_connection((server.ADDRESS, port), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        return int(connection.recv(64).split()[1])


def test_only_this_machine_is_listened_to(port: int) -> None:
    table = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    listening = [line.split()[1] for line in table.splitlines() if line.split()[3] == "0A"]
    assert [address for address in listening if address.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


@pytest.mark.parametrize(
    ("host", "origin", "accepted"),
    [
        ("localhost", "http://localhost:{port}", True),
        ("127.0.0.1", "http://127.0.0.1:{port}", True),
        ("evil.example", "http://evil.example:{port}", False),
        ("evil.example", "http://localhost:{port}", False),
        ("localhost", "http://evil.example", False),
        ("localhost.evil.example", "http://localhost.evil.example:{port}", False),
    ],
)
def test_only_pages_of_our_own_may_talk_to_the_app(port: int, host: str, origin: str, accepted: bool) -> None:
    assert (handshake(port, host, origin.format(port=port)) == 101) == accepted


@pytest.mark.parametrize("prefix", ["/", "/static/", "/media/", "/app/static/", "/component/x/", "/add/"])
def test_no_file_is_given_away(port: int, prefix: str) -> None:
    working = Path(f"/proc/{os.getpid()}/root").as_posix()
    for path in ("secret.txt", "../secret.txt", "../" * 12 + "etc/hostname", f"/{working}/etc/hostname"):
        for written in (path, quote(path, safe=""), quote(path, safe="").replace(".", "%2e")):
            received = answer(port, f"GET {prefix}{written} HTTP/1.1\r\nHost: localhost")
            assert SECRET.encode() not in received
            assert Path("/etc/hostname").read_bytes().strip() not in received.split(b"\r\n\r\n", 1)[-1]


def test_a_picture_cannot_be_uploaded_from_elsewhere(port: int) -> None:
    received = answer(port, "PUT /_stcore/upload_file/a/b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0")
    assert b" 40" in received.split(b"\r\n")[0]


def test_streamlit_knows_every_flag() -> None:
    known = config.get_config_options()
    words = server.arguments(8501, open_browser=False)
    flags = [word.removeprefix("--") for word in words if word.startswith("--")]
    assert set(flags) <= set(known)
    assert flags.count("server.allowedHosts") == 2
    given = dict(zip(words[2::2], words[3::2], strict=True))
    assert given["--server.address"] == "127.0.0.1" and given["--server.maxUploadSize"] == "32"
    assert given["--browser.gatherUsageStats"] == "false" and given["--client.showErrorDetails"] == "none"


def test_the_browser_is_opened_only_when_asked() -> None:
    assert "--server.headless true" in " ".join(server.arguments(1, open_browser=False))
    assert "--server.headless false" in " ".join(server.arguments(1, open_browser=True))


def test_a_port_that_is_taken_is_a_status(port: int, tmp_path: Path) -> None:
    with started(tmp_path, port) as second:
        try:
            assert second.wait(timeout=60) == 1
        finally:
            second.kill()


def test_the_app_is_told_any_path() -> None:
    library, roots = Path("/a/b\udcff\n"), [Path("/x:y;z"), Path("/é")]
    told = server.variables(library, roots)
    assert server.options(told) == (library, ("/x:y;z", "/é"))
    assert json.loads(told[server.ROOTS])
    os.fsencode(told[server.LIBRARY])


def test_without_options_the_library_is_the_users_own() -> None:
    assert server.options({}) == (library_folder(None), (str(Path.home()),))


def test_no_module_of_the_app_lets_markup_through() -> None:
    code = "\n".join(path.read_text() for path in server.APP.parent.glob("*.py"))
    assert "unsafe_allow" not in code
    assert code.count("st.html(") == 1  # the style sheet
