"""A library as its callers see it: open it, ask it, write to it. Knows nothing of images or networks.

Each answer comes out of one read transaction, so it is of one generation however busy an indexer is; the snapshot and
the vectors follow when the generation moves. Safe to use from many threads.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from retrieval.answers import (
    answers,
    by_number,
    by_tables,
    citation,
    closely,
    explain,
    similar,
)
from retrieval.answers.answers import Answer, Facets, Hit, Located, Totals
from retrieval.answers.by_number import numbers
from retrieval.answers.closely import Closeup
from retrieval.answers.completion import Completions
from retrieval.answers.conditions import Condition
from retrieval.answers.emptied import Dropped, Moved
from retrieval.answers.explain import Explanation
from retrieval.answers.listing import Asked, Listing
from retrieval.answers.matches import Wanted
from retrieval.answers.ranking import Sort
from retrieval.answers.similar import Within
from retrieval.answers.warnings import Caution
from retrieval.browse import Browse
from retrieval.calibrations import Calibrations
from retrieval.current import Current
from retrieval.errors import ColumnsTooLarge, LibraryDamaged, shown
from retrieval.language.query import Parsed, parse, parsed
from retrieval.likeness import descriptors
from retrieval.likeness.examples import Example
from retrieval.likeness.recognition import Meaning, Means
from retrieval.maps import Maps
from retrieval.people import People
from retrieval.questions import Questions
from retrieval.reviews import Reviews
from retrieval.shortlists import Shortlists
from retrieval.stores.findings import Finding
from retrieval.stores.places import Place, store_at
from retrieval.stores.store import Store
from retrieval.tables import actions, models, photographs
from retrieval.tables.actions import Action, Kind
from retrieval.tables.outside import folders_of_photographs, patterns
from retrieval.tables.photographs import Photograph
from retrieval.tables.portraits import Cutout, latest
from retrieval.tables.records import Crop, Model, Pattern, Sought
from retrieval.tables.snapshot import Snapshot
from retrieval.tables.sought import sought
from retrieval.writing import corrections, membership, recalibrating, searches, shortlisting
from retrieval.writing.corrections import Said
from retrieval.writing.describing import Describing
from retrieval.writing.erasure import Erased, Forgotten, erase, forget, matching
from retrieval.writing.exchange import Exchange
from retrieval.writing.store import Editor, Writer
from retrieval.writing.verify import verify

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Answer", "Facets", "Hit", "Library", "Sort", "Totals"]

Vector = NDArray[np.float32]
_UNDO: dict[Kind, Callable[[Connection, Action], object]] = {
    **{"correct": corrections.undo, "people": membership.undo, "lists": shortlisting.undo},
    **{"review": actions.mark_undone, "calibrate": recalibrating.undo},
}


class Library:
    """An open library; close it, or use it in a `with`. A query is text; whoever asks several things of one may read it
    himself, and hand the `Parsed` to each.
    """

    def __init__(self, store: Store) -> None:
        """For a store that is prepared: use `open` or `create_or_open`."""
        self.store, self.folder = store, store.folder
        self._current = Current(store)
        self.maps = Maps(store.folder, self._current)
        self._questions = Questions(self._current)
        self._unfollow: Callable[[], None] | None = None

    @classmethod
    def open(cls, place: Place) -> Self:
        """The library in a folder, or at a PostgreSQL address, upgraded if an older version made it. LibraryMissing,
        LibraryTooNew (nothing is touched), LibraryDamaged.
        """
        store = store_at(place)
        store.prepare()
        return cls(store)

    @classmethod
    def create_or_open(cls, place: Place) -> Self:
        """As `open`; an empty library is made where there is none. Its folder is readable by its owner only."""
        store = store_at(place)
        store.prepare(create=True)
        return cls(store)

    def close(self) -> None:
        if self._unfollow is not None:
            self._unfollow()
        self._current.close()
        self._questions.forget()

    def follow(self) -> None:
        """Derives the columns ahead of the next question whenever a server tells of a change, until it is closed."""
        self._unfollow = self.store.listen(self._current.snapshot)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def writer(self, model: Model) -> Writer:
        """The writing side, for `with`: LibraryBusy and WrongModel come on entering it."""
        return Writer(self.store, model)

    def looking(self) -> Writer:
        """The same, for whoever only looks at what is remembered, and changes nothing. LibraryBusy."""
        return Writer(self.store, None)

    def correct(self, which: str | Iterable[int], said: Said, *, announced: int | None = None) -> Action | None:
        """Says of the faces that match a query, or that have these numbers, what they have (True) and have not (False);
        None takes back what was said. It outranks every model. One action to undo; None if all was said before.

        With `announced`, how many faces a person was told that it is about, it is LibraryChanged if there are
        more or fewer by now. QueryError, NoSuchFace, UnknownAttribute, LibraryBusy; ValueError for any other value.
        """
        words = corrections.checked(said)
        if isinstance(which, str):
            parse(which)  # before anybody is kept from writing
        with self._editing() as connection:
            if not isinstance(which, str):
                return corrections.correct(connection, which, words, announced=announced)
            faces = self._questions.matching(connection, parsed(which))
            return corrections.correct(connection, faces, words, f" of {shown(which)}", announced)

    def correct_frame(self, frame: "pd.DataFrame") -> Action | None:
        """As `correct`, said by a pandas frame as `answers.frames.said` reads it: a row a face, a column a name."""
        from retrieval.answers import frames

        said = frames.said(frame)
        with self._editing() as connection:
            return corrections.apply(connection, said, "by a table")

    def undo(self, action: int | None = None) -> Action:
        """Takes back an action, or the last one; what was said since stays. NothingToUndo, LibraryBusy."""
        with self._editing() as connection:
            undone = actions.to_undo(connection, action)
            _UNDO[undone.kind](connection, undone)
            return undone

    def history(self, limit: int | None = None) -> list[Action]:
        """What people did, the last first."""
        with self._current.transaction() as connection:
            return actions.history(connection, limit)

    def corrections(self, face_id: int) -> dict[str, bool]:
        """What people said of a face."""
        with self._current.transaction() as connection:
            return corrections.of_face(connection, face_id)

    def erase(self, which: str | Iterable[int], *, forget: bool = False) -> Erased:
        """Forgets faces for good, that match a query or by their numbers, and copies of them. The next indexing does
        not bring them back, but with `forget`. It cannot be undone. QueryError, LibraryBusy.
        """
        faces = self.every(which) if isinstance(which, str) else list(which)
        self._current.forget()
        self.maps.forget()
        self._questions.forget()
        return erase(self.store, faces, forget=forget)

    def forget_erased(self) -> Forgotten:
        """Lets everything come back at the next indexing that was erased, and forgets what it was. LibraryBusy."""
        return forget(self.store)

    def every(self, query: str) -> list[int]:
        """The numbers of all faces that match, those of missing photographs too, which answers leave out: what `erase`
        forgets. QueryError, LibraryBusy.
        """
        self.count(query)  # a QueryError for a model that the library does not know, of which SQL says nothing
        return matching(self.store, parse(query))

    def save_search(self, name: str, query: str) -> None:
        """Keeps a query under a name; QueryError, and ValueError for a name that is none. LibraryBusy."""
        with self._editing() as connection:
            searches.save(connection, name, query)

    def remove_search(self, name: str) -> None:
        """NoSuchSearch, LibraryBusy."""
        with self._editing() as connection:
            searches.remove(connection, name)

    def searches(self) -> dict[str, str]:
        """The query of every saved search, by name."""
        with self._current.transaction() as connection:
            return searches.listed(connection)

    def search(self, name: str) -> str:
        """The query that was saved under a name, to be asked anew; NoSuchSearch."""
        with self._current.transaction() as connection:
            return searches.named(connection, name)

    def exchange(self, model: Model) -> Exchange:
        """For tagging all faces again with another model, in a `with`; LibraryBusy comes on entering it."""
        return Exchange(self.store, model)

    def describing(self, name: str = descriptors.NAME) -> Describing:
        """For giving faces the descriptors by which people are known, where they have none of that name."""
        return Describing(self._current.transaction, self._editing, name)

    def find(
        self,
        query: str | Parsed | None,
        *,
        limit: int | None = 60,
        offset: int = 0,
        sort: Sort = "confidence",
        precision: float | None = None,
    ) -> Answer:
        """The faces that match `query` (None: every face): the surest first, or by path, or by when they were added or
        taken, the newest first and those without a date last. With `precision` (0..1) only the surest, so many that
        this share of them is expected to be right.

        Raises QueryError, and ValueError for a negative limit or offset or an unknown sort.
        """
        return self._questions.answer(Wanted(_read(query), limit, offset, sort, precision))

    def listing(
        self, query: str | Parsed | None, *, sort: Sort = "confidence", precision: float | None = None
    ) -> Listing:
        """As `find` all faces that match, by their numbers; kept for who comes back for the next part of it."""
        return self._questions.listing(Asked(_read(query), sort, precision))

    def count(self, query: str | Parsed) -> int:
        """How many faces match `query`; QueryError."""
        return self._questions.count(parsed(query))

    def explain(self, query: str | Parsed, face_ids: Iterable[int]) -> list[Explanation]:
        """Why each of the faces matches `query`, or does not; QueryError, NoSuchFace."""
        tree, face_ids = parsed(query).tree, list(face_ids)
        with self._current.about(face_ids, cameras=by_tables.asks_for_cameras(tree)) as (connection, now):
            at = by_number.positions(now, face_ids)
            return explain.explain(now, tree, at, explain.decided(connection, now, at))

    def cautions(self, query: str | Parsed) -> list[Caution]:
        """What to know before believing an answer to `query` on this library; QueryError."""
        return self._questions.cautions(parsed(query))

    def completions(self, text: str, caret: int) -> Completions:
        """What can stand before the caret of a query that is being typed, with the faces that would match then."""
        return self._questions.completions(text, caret, self.searches)

    def conditions(self, query: str | Parsed) -> Condition | None:
        """What the query is made of, and what each part could be turned into; None for a very long one. QueryError."""
        return self._questions.conditions(parsed(query))

    def dropped(self, query: str | Parsed) -> list[Dropped]:
        """Where no face matches `query`: the conditions without which some do; QueryError."""
        return self._questions.dropped(parsed(query))

    def moved(self, query: str | Parsed) -> list[Moved]:
        """Where no face matches `query`: the thresholds that a face misses by little, moved so that one does."""
        return self._questions.moved(parsed(query))

    def facets(self, query: str | Parsed | None = None) -> Facets:
        """How many of the faces that match `query` (None: of all) have each of the 40 attributes."""
        return self._questions.facets(_read(query))

    def similar(
        self,
        embedding: Vector | Example | Sequence[Vector | Example],
        *,
        unlike: Sequence[Vector | Example] = (),
        where: str | Parsed | None = None,
        limit: int = 60,
        exclude: int | Iterable[int] | None = None,
        fold: bool = False,
        by: Meaning = "look",
    ) -> Answer:
        """The faces most like `embedding` (float32[512], or several) and not like `unlike`, among those that match
        `where`, the likest first; without the faces `exclude`, and with near-identical ones folded into one if wanted.
        They look alike, or, with `by="person"`, are most probably the same person: by descriptors, if the library has
        any and all of the examples, else by the model's head; the answer says by which.

        That the embeddings come from this library's model is for the caller to check. QueryError, ValueError,
        ContradictoryExamples, NotRecognised.
        """
        like = [_example(one) for one in ([embedding] if isinstance(embedding, np.ndarray | Example) else embedding)]
        within = _within(where, () if exclude is None else numbers(exclude), limit, fold, by)
        with self._current.reading() as (connection, now):
            return self._alike(connection, now, like, [_example(one) for one in unlike], within)

    def similar_to(
        self,
        faces: int | Iterable[int],
        *,
        unlike: Iterable[int] = (),
        where: str | Parsed | None = None,
        limit: int = 60,
        fold: bool = False,
        by: Meaning = "look",
    ) -> Answer:
        """As `similar`, of faces of the library by their numbers, themselves left out; NoSuchFace."""
        wanted, unwanted = numbers(faces), numbers(unlike)
        within = _within(where, {*wanted, *unwanted}, limit, fold, by)
        with self._current.reading() as (connection, now):
            like, others = (by_number.examples(connection, now, some, by) for some in (wanted, unwanted))
            return self._alike(connection, now, like, others, within)

    def face(self, face_id: int) -> Hit:
        """One face, with score 1; NoSuchFace."""
        with self._current.about([face_id]) as (connection, now):
            return by_number.hits(connection, now, [face_id])[0]

    def faces(self, face_ids: Iterable[int]) -> list[Hit]:
        """Those of the faces that can be shown, in that order, with score 1; the others are left out."""
        wanted = numbers(face_ids)
        with self._current.about(wanted) as (connection, now):
            return by_number.hits(connection, now, by_number.there(now, wanted))

    def there(self, face_ids: Iterable[int]) -> list[int]:
        """Those of the faces that can be shown, in that order."""
        return self.shown(face_ids)

    def shown(self, face_ids: Iterable[int]) -> list[int]:
        """The numbers of those of the faces that can be shown, in that order."""
        wanted = numbers(face_ids)
        try:
            return by_number.there(self._current.snapshot(), wanted)
        except ColumnsTooLarge:
            with self._current.about(wanted) as (_, now):
                return by_number.there(now, wanted)

    def located(self, face_id: int) -> Located:
        """The photograph of one face, and where in it the face is; NoSuchFace."""
        with self._current.about([face_id]) as (connection, now):
            return by_number.located(connection, now, face_id)

    def closeup(self, face_id: int, query: str | Parsed | None = None) -> Closeup:
        """A face, all others of its photograph, and what is known and was said of it; NoSuchFace, QueryError."""
        tree = None if query is None else parsed(query).tree
        with self._current.about([face_id], cameras=by_tables.asks_for_cameras(tree)) as (connection, now):
            return closely.closeup(connection, now, face_id, tree)

    def repeats(self, face_id: int) -> int:
        """How many other faces are near-identical to it, a hundred at most; NoSuchFace."""
        with self._current.reading() as (connection, now):
            by_number.positions(now, [face_id])
            return closely.repeats(self._current.vectors(connection, now), face_id)

    def cite(self, query: str) -> dict[str, Any]:
        """Which faces match `query` and all that decided it, as a document that `differences` can check; QueryError."""
        with self._current.transaction() as connection:
            return citation.cite(connection, query, self._questions.matching(connection, parsed(query)))

    def differences(self, cited: dict[str, Any]) -> list[str]:
        """In what the library's answer differs today from a document of `cite`: sentences. BadCitation, QueryError."""
        citation.check(cited)
        with self._current.transaction() as connection:
            faces = self._questions.matching(connection, parsed(cited["query"]))
            return citation.differences(connection, cited, faces)

    def folders_of_photographs(self) -> frozenset[str]:
        """Where nothing may be written: see `retrieval.tables.outside`."""
        with self._current.transaction() as connection:
            return folders_of_photographs(connection)

    def patterns(self) -> list[Pattern]:
        """Names in the indexed folders that are passed by, or are not although they usually would be."""
        with self._current.transaction() as connection:
            return patterns(connection)

    def photographs(self, face_ids: Iterable[int]) -> dict[int, Photograph]:
        """The photograph of each of the faces that are in the library."""
        with self._current.transaction() as connection:
            return photographs.of_faces(connection, face_ids)

    def latest(self, after: int = 0, limit: int = 12) -> list[Cutout]:
        """The faces that came last, above the number `after`, the newest first; it derives nothing, and so is quick
        while an indexer writes.
        """
        with self._current.transaction() as connection:
            return latest(connection, after, limit)

    def embedding(self, face_id: int) -> NDArray[np.float32]:
        """float32[512] of unit length; NoSuchFace."""
        with self._current.about([face_id]) as (connection, now):
            return by_number.embeddings(connection, now, [face_id])[0]

    def example(self, face_id: int) -> Example:
        """A face to compare with, by its descriptor too where it has one; NoSuchFace."""
        with self._current.about([face_id]) as (connection, now):
            return by_number.examples(connection, now, [face_id], "person")[0]

    def described(self) -> int:
        """How many of the faces that can be shown have a descriptor."""
        with self._current.reading() as (connection, now):
            return len(self._current.vectors(connection, now, "descriptor").face_ids)

    def known_by(self) -> Means:
        """By what people are grouped: by descriptors, if every face that can be shown has one, else by the head."""
        with self._current.reading() as (connection, now):
            described = len(self._current.vectors(connection, now, "descriptor").face_ids)
        return "descriptor" if described == len(now) > 0 else "head"

    @property
    def people(self) -> People:
        """Who the faces are: groups found by likeness, and what was said of them."""
        return People(self._current, self._editing)

    @property
    def reviews(self) -> Reviews:
        """How good answers are on this collection, by a person's judgement of a sample."""
        return Reviews(self._current.transaction, self._editing, self._current.of)

    @property
    def calibrations(self) -> Calibrations:
        """The model's calibration, moved to this collection by what was judged in reviews."""
        return Calibrations(self._current.transaction, self._editing)

    @property
    def browse(self) -> Browse:
        """When, where and with what the matching faces were taken, their folders, and how sure the model is of them."""
        return Browse(self._current)

    @property
    def shortlists(self) -> Shortlists:
        """Faces that somebody chose, in an order and with notes, by the names of the lists."""
        return Shortlists(self._current.transaction, self._editing)

    @property
    def model(self) -> Model | None:
        """The model of the library's faces; None before the first one writes."""
        with self._current.transaction() as connection:
            return models.current(connection)

    @property
    def generation(self) -> int:
        """How often its faces, or what is said of them, have changed."""
        return self._current.state().generation

    @property
    def crop(self) -> Crop:
        """How most of the library's photographs were looked at; "auto" before the first."""
        with self._current.transaction() as connection:
            return answers.usual_crop(connection)

    def sought(self) -> Sought:
        """By what faces are looked for in its photographs, and which count."""
        with self._current.transaction() as connection:
            return sought(connection)

    def finders(self) -> list[tuple[str | None, int]]:
        """What looked for faces in the photographs, and in how many; None for a finder that was not recorded."""
        with self._current.transaction() as connection:
            return answers.finders(connection)

    def totals(self) -> Totals:
        with self._current.transaction() as connection:
            return answers.totals(connection)

    def verify(self) -> list[Finding]:
        """Everything in the library that cannot be; an empty list is good. Reads all of it."""
        try:
            with self._current.transaction() as connection:
                return list(verify(connection, self.store))
        except LibraryDamaged as error:
            return [Finding("damage", self.store.name, None, str(error))]

    def publish(self) -> str | None:
        """Derives now what the next question would have to wait for; what a person should know of it, if anything."""
        return self._current.publish()

    def _alike(
        self, connection: Connection, now: Snapshot, like: list[Example], unlike: list[Example], within: Within
    ) -> Answer:
        means, examples = self._current.compared(connection, now, like, unlike, within.by)
        near = self._current.near(connection, now, means)
        looks = self._current.vectors(connection, now) if within.fold else None
        return replace(similar.answer(connection, now, near, examples, within, looks), by=means)

    @contextmanager
    def _editing(self) -> Iterator[Connection]:
        with Editor(self.store) as editor, editor.transaction() as connection:
            yield connection


def _read(query: str | Parsed | None) -> Parsed | None:
    return None if query is None else parsed(query)


def _example(one: Vector | Example) -> Example:
    return one if isinstance(one, Example) else Example(one)


def _within(where: str | Parsed | None, excluded: Iterable[int], limit: int, fold: bool, by: Meaning) -> Within:
    return Within(_read(where), frozenset(excluded), limit, fold, by)
