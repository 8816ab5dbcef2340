"""What is posted to an endpoint."""

import pytest
from starlette.routing import Route

from tests.ui.endpoints.asked import Asking
from ui.endpoints.posted import MOST, posting

ECHO = Asking([Route("/echo", posting(lambda request, said: {"said": said}), methods=["POST"])])


def test_an_object_is_heard_and_nothing_at_all_is_an_empty_one() -> None:
    assert ECHO.post("echo", {"a": [1, None]}).json == {"said": {"a": [1, None]}}
    assert ECHO.post("echo").json == {"said": {}}
    assert ECHO.post("echo", {"a": 1}, kind="Application/JSON; charset=utf-8").status == 200


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b"\xff", b"[" * 100_000, b" " * (MOST + 1)])
def test_anything_else_is_one_sentence(body: bytes) -> None:
    answer = ECHO.post("echo", body)
    assert answer.status == 400 and answer.json["error"].endswith(".")


@pytest.mark.parametrize("kind", ["text/plain", "", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_form_of_another_page_could_send_is_not_heard(kind: str) -> None:
    assert "application/json" in ECHO.post("echo", {"a": 1}, kind=kind).json["error"]
