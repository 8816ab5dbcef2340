"""What is ticked on a page, kept while a person goes through its pages. It knows numbers, and not what they number.

In the grid of faces the browser keeps it (`ui/browser/gallery/ticks.js`), and says what it is when something is to be
done.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Self

import streamlit as st

_CLEARED = "ticks-cleared"


class Chosen(NamedTuple):
    """The ticked `faces`; with `all`, all hits of the question but these. `announced` is how many a person saw."""

    faces: tuple[int, ...]
    all: bool
    announced: int

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self | None:
        """What the browser says is ticked; None where it says nothing, or what cannot be."""
        every = "but" in said
        faces, announced = said.get("but" if every else "faces"), said.get("announced")
        if not isinstance(faces, list) or not all(type(face) is int and face > 0 for face in faces):
            return None
        if type(announced) is not int or announced < 1 or (not every and announced != len(set(faces))):
            return None
        return cls(tuple(dict.fromkeys(faces)), every, announced)

    def among(self, every: Iterable[int]) -> list[int]:
        """The ticked, where `every` face is a hit of the question."""
        left_out = set(self.faces)
        return [int(face) for face in every if face not in left_out] if self.all else list(self.faces)


def clear_grid() -> None:
    """Unticks all faces in the grid, when the page is drawn next."""
    st.session_state[_CLEARED] = cleared() + 1


def cleared() -> int:
    """How often that was."""
    count: int = st.session_state.get(_CLEARED, 0)
    return count


def ticked(place: str) -> list[int]:
    """The numbers that are ticked at a place, in the order in which they were."""
    return list(_kept(place))


def clear(place: str) -> None:
    """Ticks none."""
    st.session_state[f"ticked-{place}"] = {}


def box(place: str, number: int, label: str) -> None:
    """A box to tick; it shows what is kept, whoever changed it."""
    key, wanted = f"tick-{place}-{number}", number in _kept(place)
    if st.session_state.get(key) != wanted:  # only then: what is set here outruns a click that is on its way
        st.session_state[key] = wanted
    st.checkbox(label, key=key, on_change=_flip, args=(place, number, key))


def _flip(place: str, number: int, key: str) -> None:
    if st.session_state[key]:
        _kept(place)[number] = None
    else:
        _kept(place).pop(number, None)


def _kept(place: str) -> dict[int, None]:
    kept: dict[int, None] = st.session_state.setdefault(f"ticked-{place}", {})
    return kept
