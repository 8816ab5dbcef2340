"""What is known of an open library's newest state: its snapshot and vectors, derived again when the state moves on, and
the read transactions that answers come out of. It knows no query. Safe to use from many threads.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from sqlalchemy import Connection

from retrieval.columns.bits import Mask
from retrieval.errors import ColumnsTooLarge
from retrieval.likeness import descriptors, grouping, pgvector_graph, pose, recognition, vectors
from retrieval.likeness.examples import Example, Examples
from retrieval.likeness.grouping import Pairs
from retrieval.likeness.pgvector_graph import Memory
from retrieval.likeness.pgvector_index import Served
from retrieval.likeness.recognition import Head, Meaning, Means
from retrieval.likeness.vectors import Vectors
from retrieval.stores.store import Store
from retrieval.tables import models, portraits, sayings, snapshot
from retrieval.tables.generation import State, is_newest, state
from retrieval.tables.snapshot import Snapshot


class Current:
    """The newest state of the library that a store keeps, for as long as it is open."""

    def __init__(self, store: Store) -> None:
        self._store, self._folder = store, store.folder
        self._engine = store.reader()
        self._loading, self._loading_vectors, self._pairing = threading.Lock(), threading.Lock(), threading.Lock()
        self._snapshot: Snapshot | None = None
        self._vectors: dict[Means, tuple[str, Vectors]] = {}
        self._head: tuple[str, Head] | None = None
        self._pairs: dict[Means, tuple[str, Pairs]] = {}
        self._frontal: tuple[str, Mask] | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One that cannot write, and sees one state."""
        with self._store.transaction(self._engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[tuple[Connection, Snapshot]]:
        """A transaction, and the snapshot of the state that it sees."""
        with self.transaction() as connection:
            yield connection, self.of(connection)

    @contextmanager
    def about(self, faces: Iterable[int], *, cameras: bool = False) -> Iterator[tuple[Connection, Snapshot]]:
        """The same for who asks for these faces alone: where the library's columns do not fit, the snapshot knows their
        photographs and no others; with `cameras`, whose names take a look at all, those of others too.
        """
        with self.transaction() as connection:
            try:
                now = self.of(connection)
            except ColumnsTooLarge:
                names = sayings.cameras(connection) if cameras else ()
                now = snapshot.holding(connection, list(faces), names)
            yield connection, now

    def state(self) -> State:
        """The newest, whatever fits into memory."""
        with self.transaction() as connection:
            return state(connection)

    def snapshot(self) -> Snapshot:
        """The newest, for answers that need no table: that it is the newest takes one statement and no transaction."""
        with self._store.named_errors():
            if (known := self._snapshot) is not None and is_newest(self._engine, known.state):
                return known
        with self.reading() as (_, now):
            return now

    def of(self, connection: Connection) -> Snapshot:
        """The snapshot of the state that the transaction sees."""
        now = state(connection)
        if (known := self._snapshot) is not None and known.state == now:
            return known
        with self._loading:  # one thread derives it, the others wait for that
            if (known := self._snapshot) is None or known.state != now:
                known = self._snapshot = snapshot.load(connection, self._folder, known)
            return known

    def vectors(self, connection: Connection, now: Snapshot, by: Means = "look") -> Vectors:
        """Those of `now`, the snapshot of the state that the transaction sees; NotRecognised."""
        with self._loading_vectors:  # may take minutes, in which others still ask for faces
            if (known := self._vectors.get(by)) is None or known[0] != now.state.of_faces:
                known = self._vectors[by] = (now.state.of_faces, self._derived(connection, now, by))
            return known[1]

    def near(self, connection: Connection, now: Snapshot, by: Means = "look") -> Vectors | Served:
        """What finds the nearest of `now` for as long as the transaction lasts; NotRecognised."""
        if by == "look" and self._store.finds_nearest:
            return Served(connection, now.face_ids)
        return self.vectors(connection, now, by)

    def compared(
        self, connection: Connection, now: Snapshot, like: Sequence[Example], unlike: Sequence[Example], by: Meaning
    ) -> tuple[Means, Examples]:
        """By what these examples are compared with the faces of `now`, and where they lie there. People are known by
        descriptors as soon as the library has any, and each of the examples; else by the model's head. NotRecognised.
        """
        any_described = by == "person" and len(self.vectors(connection, now, "descriptor").face_ids) > 0
        if any_described and (described := Examples.described(like, unlike)):
            return "descriptor", described
        looks = Examples.of([one.embedding for one in like], [one.embedding for one in unlike])
        return ("look", looks) if by == "look" else ("head", looks.seen_by(self.head(connection, now)))

    def pairs(self, now: Snapshot, derived: Vectors, by: Means) -> Pairs:
        """Those of `derived`, the vectors of `now`, that may be one person: see `likeness.grouping`. No transaction is
        held for it, and nobody waits for it who does not ask for pairs.
        """
        with self._pairing:
            if (known := self._pairs.get(by)) is None or known[0] != now.state.of_faces:
                known = self._pairs[by] = (now.state.of_faces, grouping.pairs(derived.matrix))
            return known[1]

    def frontal(self, connection: Connection, now: Snapshot) -> Mask:
        """bool[n] of the faces of `now`: those that are not turned aside, as far as their landmarks are known."""
        if (known := self._frontal) is None or known[0] != now.state.of_faces:
            frontal = np.ones(len(now), np.bool_)
            at, landmarks = portraits.landmarks(connection, now.face_ids)
            frontal[at] = ~pose.turned(landmarks)
            known = self._frontal = (now.state.of_faces, frontal)
        return known[1]

    def head(self, connection: Connection, now: Snapshot) -> Head:
        """What tells people apart by the embeddings of `now`; NotRecognised where the model has none."""
        if (known := self._head) is None or known[0] != now.state.of_faces:
            model = models.current(connection)
            weights, name = (model.head, model.name) if model else (None, None)
            known = self._head = (now.state.of_faces, recognition.head_of(weights, name))
        return known[1]

    def _derived(self, connection: Connection, now: Snapshot, by: Means) -> Vectors:
        if by == "descriptor":
            return descriptors.load(connection, self._folder, now)
        looks = vectors.load(connection, self._folder, now)
        return looks if by == "look" else vectors.persons(self._folder, now, looks.matrix, self.head(connection, now))

    def publish(self) -> str | None:
        """Derives the snapshot and what finds likenesses of the newest state now, so that no question waits for it: the
        vectors here, or the graph on a server, if the faces are many enough for one. What would make it faster, or what
        keeps it from being done, where anything does.
        """
        try:
            with self.reading() as (connection, now):
                if not self._store.finds_nearest:
                    self.vectors(connection, now)
                    return None
                wanted = pgvector_graph.is_wanted(connection, len(now))
        except ColumnsTooLarge as error:
            return str(error)
        return self._make_graph(now).said if wanted else None

    def _make_graph(self, now: Snapshot) -> Memory:
        """What finds the nearest of many faces on a server, and what it finds of them."""
        engine = self._store.writer()
        try:
            with self._store.outside(engine) as connection:
                memory = pgvector_graph.make(connection, len(now))
            with self.transaction() as connection:
                what = pgvector_graph.measure(connection, now.face_ids, list(now.columns.probabilities))
            with self._store.transaction(engine) as connection:
                pgvector_graph.remember(connection, what)
            return memory
        finally:
            engine.dispose()

    def forget(self) -> None:
        """Lets go of what was derived."""
        with self._loading, self._loading_vectors, self._pairing:
            self._snapshot = self._head = self._frontal = None
            self._vectors, self._pairs = {}, {}

    def close(self) -> None:
        self._engine.dispose()
        self.forget()
