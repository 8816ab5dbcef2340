"""What is on the shortlists of a library, for tests."""

from retrieval.library import Library


def on(library: Library, name: str) -> list[int]:
    return [entry.face for entry in library.shortlists.entries(name)]


def notes(library: Library, name: str) -> dict[int, str]:
    return {entry.face: entry.note for entry in library.shortlists.entries(name) if entry.note}
