"""What a library says where there is no room for its columns; that the answers are the same is tested beside
`answers.by_tables`.
"""

from collections.abc import Iterator

import pytest

from retrieval.answers import by_tables
from retrieval.answers.warnings import Slow
from retrieval.columns import cache
from retrieval.errors import ColumnsTooLarge
from retrieval.library import Library
from retrieval.tables import room, snapshot

pytestmark = pytest.mark.both_stores


@pytest.fixture
def tables(six: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    six.count("Male")
    cache.clear(six.folder)
    monkeypatch.setenv(room.SETTING, "0")
    with Library.open(six.store.place) as library:
        yield library


def test_the_answer_comes_with_a_word_on_why_it_is_late(six: Library, tables: Library):
    (caution,) = tables.cautions("Male")
    assert isinstance(caution, Slow) and "database itself was asked" in str(caution) and room.SETTING in str(caution)
    assert not any(isinstance(one, Slow) for one in six.cautions("Male"))
    assert tables.conditions("Male") is None and tables.completions("Ma", 2).offers == []
    assert tables.dropped("Male AND NOT Male") == tables.moved("Male AND NOT Male") == []
    assert not any(tables.browse.known()[1:]) and tables.browse.known().generation == six.generation


def test_what_needs_columns_says_what_it_needs(tables: Library):
    for ask in (lambda: tables.similar_to(1), lambda: tables.browse.timeline(), tables.people.group):
        with pytest.raises(ColumnsTooLarge, match="FACEQUERY_COLUMNS=MEGABYTES"):
            ask()


def test_deriving_ahead_is_no_failure_and_says_why_it_was_not_done(six: Library, tables: Library):
    said = tables.publish()
    assert said is not None and "too large for this machine's memory" in said and six.publish() is None


def test_what_is_scrolled_through_is_listed_once(tables: Library, monkeypatch: pytest.MonkeyPatch):
    listed, make = list[object](), by_tables.listing
    monkeypatch.setattr(by_tables, "listing", lambda *given: listed.append(given) or make(*given))
    first = tables.listing("Male")
    assert tables.listing("Male") is first and len(listed) == 1
    tables.correct([1], {"Male": False})
    assert 1 not in tables.listing("Male").faces and len(listed) == 2


def test_a_person_may_correct_and_what_was_said_counts(tables: Library):
    before = tables.count("Bald")
    assert tables.correct("NOT Bald", {"Bald": True}) is not None
    assert tables.count("Bald") == 6 > before
    assert tables.undo() and tables.count("Bald") == before


def test_columns_that_are_in_the_cache_need_no_room(six: Library, monkeypatch: pytest.MonkeyPatch):
    total = six.count("Male")
    monkeypatch.setenv(room.SETTING, "0")
    with Library.open(six.store.place) as library:
        assert library.count("Male") == total
        assert not any(isinstance(one, Slow) for one in library.cautions("Male"))


def test_running_out_of_memory_is_the_same_as_too_little(six: Library, monkeypatch: pytest.MonkeyPatch):
    total = six.count("Male")
    cache.clear(six.folder)

    def refuse(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(snapshot, "_derived", refuse)
    with Library.open(six.store.place) as library:
        assert library.count("Male") == total and isinstance(library.cautions("Male")[0], Slow)
