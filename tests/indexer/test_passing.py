"""What is not a person's own, by its name."""

import pytest

from indexer.passing import Passing
from retrieval.tables.records import Pattern

NOBODY_S = (
    *("@eaDir", "@EADIR", "#recycle", "@Recycle", "$RECYCLE.BIN", "$Recycle.Bin", "#snapshot", "lost+found", "Thumbs"),
    *("Catalog Previews.lrdata", "__MACOSX", "@__thumb", "System Volume Information"),
)


def said(*patterns: tuple[str, str, bool]) -> Passing:
    return Passing(Pattern(*pattern) for pattern in patterns)


@pytest.mark.parametrize("name", NOBODY_S)
def test_folders_that_machines_make_are_passed_by(name: str) -> None:
    assert said().reason(f"/p/{name}", folder=True)
    assert said().reason(f"/p/{name}", folder=False) is None, "a file of that name is a person's"


@pytest.mark.parametrize("name", ["eaDir", "recycle", "Thumbsucking", "snapshot", "2019", "lost and found"])
def test_other_folders_are_not(name: str) -> None:
    assert said().reason(f"/p/{name}", folder=True) is None


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("private", "/p/private", True),
        ("private", "/p/a/private", True),
        ("private", "/p/privately", False),
        ("private", "/q/private", False),
        ("*.gif", "/p/a/b.gif", True),
        ("a/private", "/p/a/private", True),
        ("a/private", "/p/b/a/private", False),
        ("a/*", "/p/a/private", True),
        ("/a", "/p/a", True),
        ("/p/a/private", "/p/a/private", True),
        ("/p/a/private/", "/p/a/private", True),
        ("p/a/private", "/p/a/private", False),
        ("/q/private", "/p/private", False),
        ("./private", "/p/private", True),
        ("Caf\u00e9", "/p/Cafe\u0301", True),
        ("a/Cafe\u0301", "/p/a/Caf\u00e9", True),
        ("[1]", "/p/1", True),
        ("\udcff*", "/p/\udcff1", True),
    ],
)
def test_a_glob_is_about_names_below_its_folder(glob: str, path: str, matches: bool) -> None:
    reason = said(("/p", glob, False)).reason(path, folder=True)
    assert (reason == f"excluded by {glob!r}") if matches else reason is None


def test_what_is_included_overrules_everything_else() -> None:
    passing = said(("/p", "@eaDir", True), ("/p", "*", False), ("/p", "kept", True))
    assert passing.reason("/p/@eaDir", folder=True) is None
    assert passing.reason("/p/kept", folder=True, marked=True) is None
    assert passing.reason("/p/other", folder=True) and said().reason("/p/x", folder=True, marked=True)


def test_what_was_said_of_the_nearest_folder_goes_first() -> None:
    passing = said(("/p", "raw", True), ("/p/a", "raw", False))
    assert passing.reason("/p/raw", folder=True) is None and passing.reason("/p/a/raw", folder=True)


def test_a_glob_by_which_nothing_was_decided_is_told() -> None:
    passing = said(("/p", "privat", False), ("/p", "raw", True), ("/q", "raw", True))
    assert passing.reason("/p/private", folder=True) is None and passing.reason("/q/raw", folder=True) is None
    assert passing.unused(["privat", "raw", "privat"]) == ["privat"]
