"""Faces that are taken away: all that match a query, some by their numbers, or a shortlist; read a bounded number at a
time, for whatever they are written as.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from retrieval.language.nodes import Thresholds
    from retrieval.library import Answer, Hit, Library, Sort
    from retrieval.tables.photographs import Photograph

PAGE = 5_000  # faces in memory at once
CHANGED = "The library was changed while it was written out; run the command again."


@dataclass(frozen=True, slots=True)
class Chosen:
    """All faces that match `query`, or the `faces`, in that order; of a shortlist with the `notes` of those that have
    one (None: it is none). `title` says what they are, for people.
    """

    library: "Library"
    title: str
    query: str | None = None
    faces: Sequence[int] = field(default=())
    notes: Mapping[int, str] | None = None

    @classmethod
    def of_query(cls, library: "Library", query: str) -> Self:
        """All that match; QueryError comes with the first page."""
        return cls(library, query, query)

    @classmethod
    def of_faces(cls, library: "Library", faces: Iterable[int], title: str = "Chosen faces") -> Self:
        """These, each once."""
        return cls(library, title, None, tuple(dict.fromkeys(faces)))

    @classmethod
    def of_list(cls, library: "Library", name: str) -> Self:
        """A shortlist; NoSuchShortlist."""
        called, entries = library.shortlists.shortlist(name).name, library.shortlists.entries(name)
        notes = {entry.face: entry.note for entry in entries if entry.note is not None}
        return cls(library, called, None, tuple(entry.face for entry in entries), notes)

    @property
    def total(self) -> int:
        """How many faces, those of missing photographs too if they were chosen one by one."""
        return len(self.faces) if self.query is None else self.library.count(self.query)

    @property
    def cited(self) -> str | None:
        """A query that has these faces for its answer, if there is one."""
        from retrieval.language.called import Listed

        return self.query if self.notes is None else str(Listed(self.title))

    def note(self, face: int) -> str | None:
        """What is noted of a face on the shortlist."""
        return (self.notes or {}).get(face)

    def hits(self, sort: "Sort" = "confidence") -> "Iterator[Hit]":
        """The faces that can be shown, as `pages` has them."""
        return (hit for page in self.pages(sort) for hit in page.hits)

    def pages(self, sort: "Sort" = "confidence") -> "Iterator[Answer]":
        """The faces that can be shown, PAGE at a time: those of a query sorted, all of one generation, else
        LibraryChanged; others in their own order, or, for "path", photograph by photograph.
        """
        return self._by_number(sort) if self.query is None else self._found(self.query, sort)

    def missing(self) -> "list[Photograph]":
        """The photographs of those of the chosen that cannot be shown now."""
        gone = set(self.faces) - set(self.library.there(self.faces))
        known = self.library.photographs(gone)
        return list({photo.id: photo for face in self.faces if (photo := known.get(face))}.values())

    def photographs(self, hits: "Iterable[Hit]") -> "dict[int, Photograph]":
        """The photographs of faces that were just found; LibraryChanged if one is gone meanwhile."""
        from retrieval.errors import LibraryChanged

        faces = [hit.face for hit in hits]
        found = self.library.photographs(faces)
        if len(found) < len(faces):
            raise LibraryChanged(CHANGED)
        return found

    def thresholds(self) -> "Thresholds":
        """From which probability on each attribute counts as seen."""
        model = self.library.model
        return model.thresholds if model else {}

    def _found(self, query: str, sort: "Sort") -> "Iterator[Answer]":
        from retrieval.errors import LibraryChanged

        first = page = self.library.find(query, limit=PAGE, sort=sort)
        for offset in range(PAGE, first.total + PAGE, PAGE):
            yield page
            page = self.library.find(query, limit=PAGE, offset=offset, sort=sort)
            if page.generation != first.generation:
                raise LibraryChanged(CHANGED)

    def _by_number(self, sort: "Sort") -> "Iterator[Answer]":
        from retrieval.library import Answer

        faces = self.faces
        if sort == "path":
            known = self.library.photographs(faces)
            faces = sorted((face for face in faces if face in known), key=lambda face: (known[face].path, face))
        for start in range(0, max(1, len(faces)), PAGE):
            yield Answer(None, len(faces), self.library.faces(faces[start : start + PAGE]), 0)
