"""The server that `facequery ui` starts, from outside: who may talk to it, and what it gives away."""

import asyncio
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
from streamlit import config
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.retrieval.made import ENVIRONMENT
from ui import server
from ui.gate import REFUSED
from ui.options import library_place

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


class Served(NamedTuple):
    """A running server: where it is, and what lets one in."""

    port: int
    token: str

    @property
    def cookie(self) -> str:
        return f"Cookie: facequery-{self.port}={self.token}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A running server, whose own working folder holds a file with a secret."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "secret.txt").write_text(SECRET)
    with socket.create_server((server.ADDRESS, 0)) as free:
        port = int(free.getsockname()[1])
    process = started(folder, port)
    try:
        yield (served := Served(port, told(process)))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert process.stdout and served.token not in process.stdout.read(), "it is written once, and never logged"
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def port(served: Served) -> int:
    return served.port


def started(folder: Path, port: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM, str(port)]
    return subprocess.Popen(
        command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def told(process: "subprocess.Popen[str]") -> str:
    """The token in the address that the server writes when it runs."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+/\?token=(\S+)", line):
            return found[1]
    raise AssertionError("the server said no address")


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


def status(port: int, path: str, *headers: str, method: str = "GET") -> int:
    """With which a request is answered; it names our host unless a header does."""
    host = [] if any(header.startswith("Host:") for header in headers) else [f"Host: localhost:{port}"]
    return int(answer(port, "\r\n".join([f"{method} {path} HTTP/1.1", *host, *headers])).split()[1])


def handshake(port: int, host: str, origin: str, *headers: str) -> int:
    """The status with which a WebSocket is accepted (101) or refused."""
    lines = (
        f"GET {STREAM} HTTP/1.1",
        f"Host: {host}:{port}",
        f"Origin: {origin}",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Connection: Upgrade",
        *headers,
    )
    with socket.create_connection((server.ADDRESS, port), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        return int(connection.recv(64).split()[1])


EVERYWHERE = (
    *("/", "/people", "/add?q=Smiling", "/static/js/index.js", "/favicon.png", "/manifest.json"),
    *("/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/_stcore/script-health-check", STREAM),
    *("/_stcore/agent/openapi.json", "/_stcore/upload_file/a/b", "/media/a.jpg", "/component/x/index.html"),
    *("//_stcore/health", "/%5fstcore/health", "/./_stcore/health", "/auth/login"),
)


@pytest.mark.parametrize("path", EVERYWHERE)
def test_without_the_token_nothing_is_given_and_a_sentence_says_where_it_is(served: Served, path: str) -> None:
    for cookie in ("", f"Cookie: facequery-{served.port}=wrong", f"Cookie: facequery-1={served.token}"):
        lines = (f"GET {path} HTTP/1.1", f"Host: localhost:{served.port}", cookie)
        received = answer(served.port, "\r\n".join(filter(None, lines)))
        head, _, body = received.partition(b"\r\n\r\n")
        assert b" 403 " in head.split(b"\r\n")[0] and body.decode() == REFUSED
        assert b"set-cookie" not in head.lower()
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "HEAD"):
        assert status(served.port, path, method=method) == 403


@pytest.mark.parametrize("token", ["", "wrong", "%C3%A9", "%00", "%ff"])
def test_a_wrong_token_opens_nothing_even_beside_the_right_cookie(served: Served, token: str) -> None:
    assert status(served.port, f"/?token={token}") == 403
    assert status(served.port, f"/?token={token}", served.cookie) == 403


def test_the_address_with_the_token_becomes_a_cookie_and_one_without(served: Served) -> None:
    request = f"GET /people?group=1&token={served.token}&x=%22%3E HTTP/1.1\r\nHost: 127.0.0.1:{served.port}"
    head, _, body = answer(served.port, request).decode().partition("\r\n\r\n")
    (cookie,) = re.findall(r"(?im)^set-cookie: (.*)\r$", head)
    assert cookie.startswith(f"facequery-{served.port}={served.token};")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
    assert 'content="0; url=/people?group=1&amp;x=%22%3E"' in body
    assert served.token not in body and "no-store" in head and "no-referrer" in head
    assert "url=/evil.example" in answer(served.port, request.replace("/people", "//evil.example")).decode()


def test_with_the_cookie_the_app_is_there(served: Served) -> None:
    for path in ("/", "/people", "/_stcore/health", "/_stcore/host-config"):
        assert status(served.port, path, served.cookie) == 200
    assert status(served.port, "/_stcore/metrics", served.cookie) == 404
    assert handshake(served.port, "localhost", f"http://localhost:{served.port}", served.cookie) == 101


def test_a_websocket_client_gets_in_by_the_cookie_alone(served: Served) -> None:
    address, origin = f"ws://127.0.0.1:{served.port}{STREAM}", Origin(f"http://127.0.0.1:{served.port}")
    name, _, cookie = served.cookie.partition(": ")
    with connect(address, origin=origin, additional_headers={name: cookie}, proxy=None):
        pass
    for headers in ({}, {name: cookie + "x"}):
        with pytest.raises(InvalidStatus, match="403"):
            connect(address, origin=origin, additional_headers=headers, proxy=None)
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"{address}?token={served.token}", proxy=None)


@pytest.mark.parametrize(
    "header",
    [
        "Host: evil.example", "Host: evil.example:{port}", "Host: localhost", "Host: localhost:1",
        "Host: localhost.:{port}", "Host: localhost:{port}\r\nHost: evil.example", "Origin: http://evil.example",
        "Origin: null", "Origin: http://localhost:1", "Origin: http://127.0.0.1:{port}",
        "Origin: https://localhost:{port}",
    ],
)  # fmt: skip
def test_under_another_name_or_from_another_origin_the_token_is_no_use(served: Served, header: str) -> None:
    header = header.format(port=served.port)
    assert status(served.port, "/", served.cookie) == 200
    for path in ("/", "/_stcore/health", f"/?token={served.token}"):
        assert status(served.port, path, header, served.cookie) in (400, 403)  # 400: two hosts are none


def test_nobody_may_frame_the_page_and_it_loads_nothing_from_elsewhere(served: Served) -> None:
    for path in ("/", "/_stcore/health", "/nothing"):
        lines = (f"GET {path} HTTP/1.1", f"Host: localhost:{served.port}", served.cookie)
        head = answer(served.port, "\r\n".join(lines)).partition(b"\r\n\r\n")[0].decode() + "\r\n"
        (said,) = re.findall(r"(?im)^content-security-policy: (.*)\r$", head)
        assert "frame-ancestors 'none'" in said and "default-src 'self'" in said and "unsafe-eval" not in said
        assert not re.search(r"script-src[^;]*unsafe-inline", said) and "http:" not in said and "*" not in said
        assert "x-frame-options: DENY" in head and "nosniff" in head


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
def test_only_pages_of_our_own_may_talk_to_the_app(served: Served, host: str, origin: str, accepted: bool) -> None:
    assert (handshake(served.port, host, origin.format(port=served.port), served.cookie) == 101) == accepted


@pytest.mark.parametrize("prefix", ["/", "/static/", "/media/", "/app/static/", "/component/x/", "/add/"])
def test_no_file_is_given_away(served: Served, prefix: str) -> None:
    working = Path(f"/proc/{os.getpid()}/root").as_posix()
    for path in ("secret.txt", "../secret.txt", "../" * 12 + "etc/hostname", f"/{working}/etc/hostname"):
        for written in (path, quote(path, safe=""), quote(path, safe="").replace(".", "%2e")):
            lines = (f"GET {prefix}{written} HTTP/1.1", f"Host: localhost:{served.port}", served.cookie)
            received = answer(served.port, "\r\n".join(lines))
            assert SECRET.encode() not in received
            assert Path("/etc/hostname").read_bytes().strip() not in received.split(b"\r\n\r\n", 1)[-1]


def test_a_picture_cannot_be_uploaded_from_elsewhere(served: Served) -> None:
    upload = ("/_stcore/upload_file/a/b", served.cookie, "Content-Length: 0")
    assert status(served.port, *upload, method="PUT") in (400, 403)  # no page of ours sent it


def test_streamlit_knows_every_setting() -> None:
    known, given = config.get_config_options(), server.settings(8501)
    assert set(given) <= set(known)
    assert given["server.address"] == "127.0.0.1" and given["server.allowedHosts"] == ["localhost", "127.0.0.1"]
    assert given["browser.gatherUsageStats"] is False and given["client.showErrorDetails"] == "none"


def test_the_browser_is_shown_the_token_in_a_file_and_only_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, str, int]] = []

    def look(address: str) -> bool:
        page = Path(address.removeprefix("file://"))
        seen.append((address, page.read_text(), stat.S_IMODE(page.stat().st_mode)))
        return True

    async def run(open_browser: bool) -> None:
        async with server._announced("http://127.0.0.1:1/?token=secret", 0, open_browser, None):  # type: ignore[arg-type]
            pass

    monkeypatch.setattr("webbrowser.open", look)
    asyncio.run(run(False))
    assert not seen
    asyncio.run(run(True))
    ((address, page, mode),) = seen
    assert "secret" not in address and "url=http://127.0.0.1:1/?token=secret" in page and mode == 0o600
    assert not Path(address.removeprefix("file://")).exists()


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
    assert server.options({}) == (library_place(None), (str(Path.home()),))


def test_no_module_of_the_app_lets_markup_through() -> None:
    code = "\n".join(path.read_text() for path in server.APP.parent.glob("*.py"))
    assert "unsafe_allow" not in code
    assert code.count("st.html(") == 1  # the style sheet
