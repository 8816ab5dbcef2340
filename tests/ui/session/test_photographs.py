"""Whole photographs that are kept while their files do not change."""

from pathlib import Path

import pytest
import streamlit as st

from tests.ui.files.test_crops import spotted
from ui.files import whole
from ui.session.photographs import photograph


def test_a_scaled_photograph_is_read_once_and_a_full_one_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    st.cache_data.clear()
    path = str(spotted(tmp_path / "x.jpg", (400, 300), (0, 0, 50, 50)))
    read: list[int | None] = []
    reading = whole.whole
    monkeypatch.setattr(whole, "whole", lambda path, longest: read.append(longest) or reading(path, longest))
    stamp = whole.stamp(path)
    for longest in (800, 800, None, None):
        assert photograph(path, longest, stamp).startswith(b"\xff\xd8")
    photograph(path, 800, (1, 2))
    assert read == [800, None, None, 800]
