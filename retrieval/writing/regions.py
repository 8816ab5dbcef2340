"""Where faces are in their photographs, and when two are in the same place. It knows no SQL: processes that look at
photographs load it.
"""

from collections.abc import Iterable
from typing import NamedTuple

from retrieval.tables.records import Box

OVERLAP = 0.5  # the share of both boxes together that both cover, as detection is judged (PASCAL VOC, 2010)


class Region(NamedTuple):
    """A face and its box, in widths and heights of its photograph (in pixels where they are not known)."""

    face: int
    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)

    def overlap(self, other: "Region") -> float:
        """Intersection over union, 0 to 1."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        shared = max(0.0, width) * max(0.0, height)
        return shared / (self.area + other.area - shared)


def lies_at(box: Box, width: int | None, height: int | None, places: Iterable[Region]) -> bool:
    """Whether a face there, in pixels of a photograph of that size, lies at one of the places."""
    left, top, right, bottom = box
    wide, high = width or 1, height or 1
    here = Region(0, left / wide, top / high, right / wide, bottom / high)
    return any(here.overlap(place) >= OVERLAP for place in places)
