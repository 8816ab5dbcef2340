"""The hits of a question as the grid of faces has them: all of them by number, and a part of them with what stands on
each. The page gives the first part, and `ui.endpoints.hits` the others.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from retrieval.library import Library
from retrieval.writing.membership import Person
from ui.search import Search
from ui.words import file_name, percent

Said = Callable[[int], str | None]


class Numbered(NamedTuple):
    """The `faces` of an answer in their order, of one `generation`, and what is `said` on the one at a place."""

    faces: Sequence[int]
    generation: int
    said: Said


def of_question(library: Library, search: Search, query: str | None) -> Numbered:
    """All faces that match a query, or that there are. ValueError for a question about likes, whose page has them all;
    QueryError.
    """
    if search.like or search.unlike:
        raise ValueError("The likes of a face come with their page.")
    listing = library.listing(query, sort=search.sort, precision=search.precision if query else None)
    said: Said = (lambda place: percent(float(listing.scores[place]))) if query else nothing
    return Numbered(listing.faces, listing.generation, said)  # type: ignore[arg-type]  # an array is a sequence


def of_group(library: Library, number: int) -> Numbered:
    """The faces of a group that can be shown, those first that a person put there; NoSuchPerson."""
    person = library.people.person(number)
    faces = library.shown(first(person, len(person.faces)))
    return Numbered(faces, library.generation, lambda place: "✓" if faces[place] in person.sure else None)


def first(person: Person, count: int) -> list[int]:
    """So many faces of a group; those that a person put there come first."""
    return sorted(person.faces, key=lambda face: face not in person.sure)[:count]


def part(library: Library, found: Numbered, start: int, count: int) -> list[dict[str, Any]]:
    """Those from a place on, each with the name of its photograph, which is empty where the face has gone meanwhile."""
    faces = [int(face) for face in found.faces[start : start + count]]
    photographs = library.photographs(faces)
    paths = [photographs[face].path if face in photographs else "" for face in faces]
    return [a_hit(*one, found.said(start + at)) for at, one in enumerate(zip(faces, paths, strict=True))]


def a_hit(face: int, path: str, said: str | None) -> dict[str, Any]:
    """As the scripts in the browser want it."""
    return {"face": face, "photo_name": file_name(path), "score": said}


def nothing(_place: int) -> str | None:
    """What is said where there is nothing to say."""
    return None
