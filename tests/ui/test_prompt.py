"""What a server answers leaves at once."""

import socket

from ui.prompt import send_at_once


def test_whoever_connects_is_sent_answers_at_once() -> None:
    with socket.socket() as server, socket.socket() as other, socket.socket() as client:
        for one in (server, other):
            one.bind(("127.0.0.1", 0))
            one.listen()
        send_at_once(server.getsockname()[1])
        client.connect(server.getsockname())
        accepted, _ = server.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert not other.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_where_nobody_listens_nothing_is_changed() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        send_at_once(server.getsockname()[1])
        assert not server.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
