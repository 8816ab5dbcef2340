from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.stores import needles as module
from retrieval.stores.needles import Needle, remains


@settings(max_examples=200, deadline=None)
@given(
    content=st.lists(st.sampled_from([b"a", b"b", b"ab" * 4, b"abababaab"]), max_size=12).map(b"".join),
    needles=st.lists(st.text("ab", min_size=8, max_size=14), max_size=4),
    key=st.integers(0, 6),
    block=st.integers(1, 40),
)
def test_what_is_found_is_what_is_there(tmp_path_factory, content: bytes, needles: list[str], key: int, block: int):
    path = tmp_path_factory.getbasetemp() / "content"
    path.write_bytes(content)
    wanted = [Needle(text.encode(), min(key, len(text) - 8)) for text in needles]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK", block)
        assert remains(path, wanted) == any(needle.octets in content for needle in wanted)


@pytest.mark.parametrize("slots", [1, 20])
def test_keys_of_one_slot_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slots: int):
    monkeypatch.setattr(module, "SLOTS", slots)
    (tmp_path / "file").write_bytes(bytes(range(256)) * 3)
    there = [Needle(bytes(range(start, start + 20)), key=start % 12) for start in range(200)]
    assert all(remains(tmp_path / "file", [needle]) for needle in there)
    assert not remains(tmp_path / "file", [Needle(needle.octets[::-1], needle.key) for needle in there])


def test_nothing_is_not_there_and_a_needle_without_a_key_is_refused(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"anything at all")
    assert not remains(tmp_path / "file", [])
    for needle in (Needle(b"short"), Needle(b"long enough", key=4), Needle(b"long enough", key=-1)):
        with pytest.raises(ValueError, match="8 bytes"):
            remains(tmp_path / "file", [needle])
