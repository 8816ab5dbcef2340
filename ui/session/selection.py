"""What is ticked on a page, kept while a person goes through its pages. It knows numbers, and not what they number."""

from collections.abc import Iterable

import streamlit as st


def ticked(place: str) -> list[int]:
    """The numbers that are ticked at a place, in the order in which they were."""
    return list(_kept(place))


def tick(place: str, numbers: Iterable[int]) -> None:
    """Ticks these as well."""
    _kept(place).update(dict.fromkeys(numbers))


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


def bar(place: str, here: list[int], advice: str) -> list[int]:
    """Draws how many are ticked, and buttons for all on this page (`here`) and for none; returns the ticked."""
    chosen = ticked(place)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        elsewhere = len(set(chosen) - set(here))
        more = f", {elsewhere:,} of them on other pages" if elsewhere else ""
        text = f"**{len(chosen):,} selected**" + (f":gray[{more}]" if more else "") if chosen else f":gray[{advice}]"
        st.markdown(text, width="stretch")
        with st.container(horizontal=True, wrap=False, gap="small", width="content"):
            st.button("All on this page", type="tertiary", key=f"all-{place}", on_click=tick, args=(place, here))
            st.button("None", type="tertiary", key=f"none-{place}", on_click=clear, args=(place,), disabled=not chosen)
    return chosen
