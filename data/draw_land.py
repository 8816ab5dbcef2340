"""Makes `ui/browser/land.json`, the outline on which the app draws places, from Natural Earth's land at 1:50 million,
which is in the public domain; it comes as TopoJSON with the npm package world-atlas (2.0.2, ISC).

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python data/draw_land.py package/land-50m.json

The same file gives the same outline.
"""

import argparse
import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

OUT = Path(__file__).parent.parent / "ui" / "browser" / "land.json"
ORIGIN = (
    "Natural Earth 4.1, land at 1:50 million, https://www.naturalearthdata.com, from the npm package world-atlas 2.0.2"
)
LICENCE = "Natural Earth is in the public domain; the package that it comes in has the licence ISC"
TOLERANCE = 0.16  # degrees by which a line may be off
SMALLEST = 0.1  # square degrees of an island that is drawn
SCALE = 20  # a coordinate is a whole number of twentieths of a degree

Point = tuple[float, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("land", type=Path)
    outline = drawn(json.loads(parser.parse_args().land.read_text("utf-8")))
    OUT.write_text(json.dumps(outline, separators=(",", ":")) + "\n", "utf-8")
    print(f"{len(outline['rings'])} rings, {sum(map(len, outline['rings'])) // 2} points: {OUT.stat().st_size:,} bytes")


def drawn(topology: dict[str, Any]) -> dict[str, Any]:
    """`rings`: each a closed line as x, y of its first point and how far each next one is from the one before it."""
    rings = [ring for ring in _rings(topology) if _area(ring) >= SMALLEST]
    return {
        "origin": ORIGIN,
        "licence": LICENCE,
        "scale": SCALE,
        "rings": [_steps(_simplified(ring)) for ring in rings],
    }


def _rings(topology: dict[str, Any]) -> list[list[Point]]:
    """All rings of all polygons in degrees; see the specification of TopoJSON, 2.1."""
    arcs = [_arc(arc, topology["transform"]) for arc in topology["arcs"]]
    polygons = [polygon for part in topology["objects"]["land"]["geometries"] for polygon in part["arcs"]]
    return [_joined(ring, arcs) for polygon in polygons for ring in polygon]


def _arc(steps: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    (wide, high), (left, bottom) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for dx, dy in steps:
        x, y = x + dx, y + dy
        points.append((x * wide + left, y * high + bottom))
    return points


def _joined(numbers: list[int], arcs: list[list[Point]]) -> list[Point]:
    points: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc if not points else arc[1:]
    return points


def _area(ring: list[Point]) -> float:
    """Square degrees, as they look on a map."""
    return abs(sum(x * v - u * y for (x, y), (u, v) in pairwise(ring))) / 2


def _simplified(ring: list[Point]) -> list[Point]:
    """Without the points that lie nearly on the line between others (D. Douglas and T. Peucker, 1973)."""
    kept, spans = {0, len(ring) - 1}, [(0, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        off, at = max(
            ((_off(ring[at], ring[first], ring[last]), at) for at in range(first + 1, last)), default=(0.0, first)
        )
        if off > TOLERANCE:
            kept.add(at)
            spans += [(first, at), (at, last)]
    return [ring[at] for at in sorted(kept)]


def _off(point: Point, start: Point, end: Point) -> float:
    """How far a point is from the line between two others."""
    (x, y), (u, v), (s, t) = point, start, end
    along = (s - u) ** 2 + (t - v) ** 2
    share = min(1.0, max(0.0, ((x - u) * (s - u) + (y - v) * (t - v)) / along)) if along else 0.0
    return math.hypot(x - u - share * (s - u), y - v - share * (t - v))


def _steps(ring: list[Point]) -> list[int]:
    numbers: list[int] = []
    before = (0, 0)
    for x, y in ring[:-1]:
        here = (round(x * SCALE), round(y * SCALE))
        if not numbers or here != before:
            numbers += [here[0] - before[0], here[1] - before[1]]
        before = here
    return numbers


if __name__ == "__main__":
    main()
