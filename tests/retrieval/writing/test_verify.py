import struct
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import psycopg
import pytest

from retrieval.errors import LibraryDamaged, NoSuchFace
from retrieval.library import Library
from retrieval.stores.sqlite.file import SqliteFile
from tests.retrieval.made import a_face, a_photo, fill, raw, vector

pytestmark = pytest.mark.both_stores

FILE = "library.db"


def filled(library: Library, seed: int) -> Library:
    photos = [a_photo(f"/{seed}/{n}", a_face(seed + n), a_face(seed + n + 50)) for n in range(6)]
    fill(library, [*photos, a_photo(f"/{seed}/none")])
    library.correct([1, 2], {"Bald": True})
    library.save_search("men", "Male")
    library.shortlists.add("Casting", [2, 1], "tall")
    return library


def planted(statement: str, *values: object) -> Callable[[Library, int], None]:
    """Writes with every safeguard switched off; {n} is the row to spoil."""

    def plant(library: Library, row: int) -> None:
        with raw(library) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(statement.format(n=row), values)

    return plant


def flipped(library: Library, row: int) -> None:
    """A page of the file overwritten with noise, behind SQLite's back."""
    with raw(library) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'attribute'").fetchone()[0]
    with open(library.folder / FILE, "r+b") as file:
        file.seek((root - 1) * size)
        file.write(np.random.default_rng(row).bytes(size))


NAN = struct.pack("<f", float("nan")) + vector(1).tobytes()[4:]
HALF = (vector(1) / 2).astype("<f4").tobytes()
KINDS: dict[str, tuple[Callable[[Library, int], None], str]] = {
    "a face of no photograph": (planted("UPDATE face SET photo = 999 WHERE id = {n}"), "orphan"),
    "numbers of no face": (planted("UPDATE attribute SET face = 999 WHERE face = {n}"), "orphan"),
    "a face without numbers": (planted("DELETE FROM attribute WHERE face = {n}"), "no attribute"),
    "a face without a vector": (planted("DELETE FROM embedding WHERE face = {n}"), "no embedding"),
    "a vector too short": (planted("UPDATE embedding SET vector = x'00' WHERE face = {n}"), "vector length"),
    "a NaN in a vector": (planted("UPDATE embedding SET vector = ? WHERE face = {n}", NAN), "vector not finite"),
    "a vector not of length 1": (planted("UPDATE embedding SET vector = ? WHERE face = {n}", HALF), "vector length"),
    "an impossible probability": (planted("UPDATE attribute SET \"Bald\" = 1.5 WHERE face = {n}"), "probability"),
    "a sha256 that is none": (planted("UPDATE photo SET sha256 = ? WHERE id = {n}", "x" * 64), "sha256"),
    "no sha256 of what was read": (planted("UPDATE photo SET sha256 = NULL WHERE id = {n}"), "sha256"),
    "an outcome that does not fit": (planted("UPDATE photo SET outcome = 'no_face' WHERE id = {n}"), "outcome"),
    "a box outside": (planted('UPDATE face SET "right" = 999 WHERE id = {n}'), "box"),
    "landmarks that are none": (planted("UPDATE face SET landmarks = '[[1, 2]]' WHERE id = {n}"), "landmarks"),
    "a face of an earlier model": (planted("INSERT INTO model SELECT 7, {n}, name, card, thresholds, 0 FROM model"),
                                   "model"),
    "a correction of nothing": (planted("UPDATE correction SET attribute = 'Tall'"), "attribute"),
    "words of no face": (planted("DELETE FROM correction_change WHERE {n} > 0"), "lost"),
    "a list without a name": (planted("UPDATE shortlist SET name = ' {n} '"), "shortlist"),
    "two lists of one name": (planted("INSERT INTO shortlist VALUES ({n} + 1, 'casting')"), "shortlist"),
    "a face nowhere on a list": (planted("UPDATE shortlisted SET place = 9e999 WHERE {n} > 0"), "place on a list"),
    "a note without a word": (planted("UPDATE shortlisted SET note = '' WHERE {n} > 0"), "constraint"),
    "a place of no face": (planted("UPDATE shortlisted SET face = 90 + {n} WHERE face = 1"), "orphan"),
    "an action of no kind": (planted("UPDATE action SET kind = 'k{n}'"), "kind"),
    "a search that cannot be asked": (planted("UPDATE saved_search SET query = 'Malle {n}'"), "search"),
    "two identities": (planted("INSERT INTO library VALUES (2, 'x', {n}, 'x', '', '')"), "library"),
    "a path that leads elsewhere": (planted("UPDATE photo SET path = ? WHERE id = {n}", b"/a/../b"), "path"),
    "a path with an end in it": (planted("UPDATE photo SET path = ? WHERE id = {n}", b"/a\0/b"), "path"),
    "a number that is no float": (planted("UPDATE face SET id = 9007199254740993 WHERE id = {n}"), "number"),
    "a date that is none": (planted("UPDATE photo SET added = 4611686018427387904 WHERE id = {n}"), "number"),
    "half a place": (planted("UPDATE photo SET latitude = 1.5 WHERE id = {n}"), "place"),
    "a date of nobody's": (planted("UPDATE photo SET taken = 5 WHERE id = {n}"), "date"),
    "a date that no calendar has": (planted("UPDATE photo SET taken = 9e18, dated = 'file' WHERE id = {n}"),
                                    "constraint"),
    "a place beyond the pole": (planted("UPDATE photo SET latitude = 91, longitude = 0 WHERE id = {n}"), "constraint"),
    "an orientation that is none": (planted("UPDATE photo SET orientation = 9 WHERE id = {n}"), "constraint"),
    "a camera without a name": (planted("UPDATE photo SET camera = '' WHERE id = {n}"), "constraint"),
    "thresholds in a list": (planted("UPDATE model SET thresholds = '[{n}]'"), "model"),
    "thresholds that are nulls": (planted("UPDATE model SET thresholds = replace(thresholds, '0.5', 'null')"), "model"),
    "thresholds that are no numbers": (planted("UPDATE model SET thresholds = replace(thresholds, '0.5', 'NaN')"),
                                       "model"),
    "thresholds without end": (planted("UPDATE model SET thresholds = ?", "[" * 100_000), "model"),
    "a card that is none": (planted("UPDATE model SET card = '7'"), "model"),
    "landmarks beyond numbers": (planted("UPDATE face SET landmarks = '[[1e308,2],[3,4],[5,6],[7,8],[9,1]]'"),
                                 "landmarks"),
    "more changes than there can be": (planted("UPDATE library SET generation = 9223372036854775807"), "library"),
    "fewer changes than none": (planted("UPDATE library SET generation = -1"), "library"),
    "a stamp that is a path": (planted("UPDATE library SET stamp = '../../x'"), "library"),
    "a damaged page": (flipped, "damage"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_planted_fault_is_found(library: Library, kind: str):
    plant, name = KINDS[kind]
    filled(library, seed=0)
    library.close()
    in_file = isinstance(library.store, SqliteFile)
    if kind in NEVER_SERVED and not in_file:
        with pytest.raises((psycopg.Error, TypeError)):  # it has no pages for us
            plant(library, 1)
        return
    sound = (library.folder / FILE).read_bytes() if in_file else b""
    for row in range(1, 6 if in_file else 2):
        if in_file:
            (library.folder / FILE).write_bytes(sound)
        plant(library, row)
        with Library.open(library.store.place) as again:
            found = again.verify()
        assert name in {finding.kind for finding in found}, (row, found)
        assert all(finding.problem.endswith((".", ")", "too.")) for finding in found)


NEVER_SERVED = ("a vector too short", "a NaN in a vector", "a damaged page", "a face nowhere on a list")
"""What a server cannot have, whatever conditions are switched off."""

HARMLESS = ("orphan", "sha256", "outcome", "attribute", "search", "damage", "path")
"""Findings that may leave the faces themselves as they were."""


@pytest.mark.parametrize("kind", [kind for kind, (_, name) in KINDS.items() if name not in HARMLESS])
def test_what_verify_finds_is_no_defect_of_ours_for_who_asks(library: Library, kind: str):
    """Each question has an answer, or a sentence that says that the library is damaged."""
    filled(library, seed=0)
    library.close()
    if kind in NEVER_SERVED and not isinstance(library.store, SqliteFile):
        return
    KINDS[kind][0](library, 1)
    with Library.open(library.store.place) as again:
        for ask in (again.find, lambda _: again.similar_to(1), lambda _: again.photographs([1, 2]), again.facets):
            with suppress(LibraryDamaged, NoSuchFace):
                ask(None)


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_found_in_a_clean_library(library: Library, seed: int):
    filled(library, seed).undo()
    assert library.verify() == []


def test_an_empty_library_is_clean_too(library: Library):
    assert library.verify() == []
