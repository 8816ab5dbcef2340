from pathlib import Path

import pytest

from tests.ui.endpoints.asked import Asking
from ui.endpoints import downloads
from ui.session.downloads import Downloads


def test_a_file_is_sent_as_it_lies_on_the_disk_to_who_has_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    kept = Downloads(tmp_path)
    monkeypatch.setattr(downloads, "downloads", lambda: kept)
    token, _ = kept.make("Für Paul.zip", "application/zip", lambda file: file.write(b"0123456789"))
    asking = Asking(downloads.routes())
    whole = asking.get(f"downloads/{token}")
    assert whole.body == b"0123456789" and whole.headers["content-type"] == "application/zip"
    assert whole.headers["content-disposition"] == "attachment; filename*=utf-8''F%C3%BCr%20Paul.zip"
    part = asking.get(f"downloads/{token}", headers={"range": "bytes=2-3"})
    assert (part.status, part.body) == (206, b"23")
    for other in ("nothing", "..", "..%2F..%2Fetc%2Fpasswd"):
        gone = asking.get(f"downloads/{other}")
        assert gone.status in (400, 404) and b"0123" not in gone.body
