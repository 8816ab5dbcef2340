"""What is known about faces already seen. Importing it loads nothing; `from retrieval import Library` does."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retrieval.library import Library

__all__ = ["Library"]


def __getattr__(name: str) -> Any:
    if name != "Library":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from retrieval.library import Library

    return Library
