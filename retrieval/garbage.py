"""How often Python looks for garbage. It imports nothing."""

import gc

SELDOM = 50_000  # new objects from one time to the next: by default it looks over and over while a program loads


def collect_seldom() -> None:
    """For a program that loads much: a tenth of the time that loading takes."""
    gc.set_threshold(SELDOM)


def leave() -> None:
    """Before the program ends: else Python looks through all that was loaded, which takes 0.3 s after indexing."""
    gc.freeze()
