import os
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import retrieval.columns.paths
from retrieval.columns.paths import Paths, matches

accents = ["é".encode(), b"e", "\u0301".encode()]
parts = st.sampled_from([b"a", b"b", b"/", b"/a", *accents, b"\xe9", b"\xc3", b"\xa9", b"\n", b"[", b"?", b"*"])
names = st.binary(max_size=8).filter(lambda octets: b"\0" not in octets) | st.lists(parts, max_size=8).map(b"".join)
pieces = ["*", "?", "/", "/a", "a", "b", "[ab]", "[!a]", "[", "]", "é", "e", "\u0301", "\udce9", "\udcc3", "\n"]
patterns = st.lists(st.sampled_from(pieces), min_size=1, max_size=6).map("".join)


@pytest.mark.parametrize(
    ("pattern", "path", "found"),
    [
        ("*.jpg", "/a/b.jpg", True),
        ("*.jpg", "/a/b.JPG", False),  # upper and lower case are different, as on the disk
        ("*.jpg", "/a/b.jpg.png", False),
        ("/a/*.jpg", "/a/b/c.jpg", True),  # * crosses folders
        ("/a/?.jpg", "/a/é.jpg", True),
        ("/a/?.jpg", "/a/e\u0301.jpg", True),  # one letter, as macOS writes it
        ("caf\u00e9*", "/cafe\u0301.jpg", True),
        ("cafe\u0301*", "/caf\u00e9.jpg", True),
        ("cafe*", "/cafe\u0301.jpg", False),
        ("[e\u0301].jpg", "/\u00e9.jpg", True),
        ("*\u1100\u1161*", "/x/\uac00.jpg", True),
        ("e\u0301\udce9", "/\u00e9\udce9", True),
        ("/a/?.jpg", "/a/\udce9.jpg", True),  # a byte that is not UTF-8
        ("caf\udce9", "/caf\udce9", True),
        ("caf\udce9", "/café", False),
        ("[ab].jpg", "/x/b.jpg", True),
        ("[!ab].jpg", "/x/b.jpg", False),
        ("[[]1].jpg", "/x/[1].jpg", True),
        ("2024", "/a/2024", True),  # may begin at any folder
        ("2024", "/a/x2024", False),
        ("2024", "/a/2024/b.jpg", False),
        ("2024/", "/a/2024/b/c.jpg", True),  # all that lies under it
        ("/a/", "/a/b.jpg", True),
        ("/a/", "/ab/c.jpg", False),
        ("/a", "/x/a", False),
        ("a.jpg", "/x/a\n.jpg", False),
        ("*a\nb*", "/x/a\nb.jpg", True),
    ],
)
def test_a_pattern_matches_as_in_a_shell(pattern: str, path: str, found: bool):
    assert matches(os.fsencode(path), os.fsencode(pattern)) == found
    assert Paths.of([os.fsencode(path)]).matching(pattern).tolist() == [found]


@settings(max_examples=300, deadline=None)
@example([b"/\xc3\xa9"], "*\udca9")  # half a character
@example([b"/\xc3\xa9"], "/\udcc3*")
@example([b"/a", b"/aXa", b"/aa"], "/a*a")  # what begins a path does not end it too
@example([b"/ab", b"/ba"], "*b*a*")
@given(st.lists(names.map(lambda name: b"/" + name), max_size=30).map(sorted), patterns)
def test_all_paths_at_once_are_matched_as_each_alone(paths: list[bytes], pattern: str):
    kept = Paths.of(paths)
    with patch.object(retrieval.columns.paths, "BLOCK", 3):
        kept.matching(pattern)  # and is remembered
    assert len(kept) == len(paths) and [kept[number] for number in range(len(paths))] == paths
    assert kept.matching(pattern).tolist() == [matches(path, os.fsencode(pattern)) for path in paths]
