"""The map of faces, as its drawing in the browser wants it. `GET /points?` and what a search's URL says: the faces that
match as points; `/points/colours?by=`: what colours them; `/points/progress`: how far the map is.

Points and colours are bytes: a little-endian uint32 with the length of a JSON text, the text, filled up with spaces to
a multiple of four, and the arrays one after another.
"""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from retrieval.library import Library
from retrieval.maps import Asked, Coloured, Map
from ui.endpoints.answers import answering
from ui.options import meant
from ui.search import Search
from ui.session.handles import mapping_for


def routes(library: Callable[[], Library]) -> list[Route]:
    """For a library that is opened when it is first asked."""

    def points(request: Request) -> Response:
        return _points(library().maps.shown(_asked(library(), request)))

    def colours(request: Request) -> Response:
        by = request.query_params.get("by", "")
        return _colours(library().maps.coloured(_asked(library(), request), by))

    def progress(request: Request) -> dict[str, Any]:
        return mapping_for(library().store.place).pace._asdict()

    return [
        Route("/points", answering(points)),
        Route("/points/colours", answering(colours)),
        Route("/points/progress", answering(progress)),
    ]


def _asked(library: Library, request: Request) -> Asked:
    search = Search.from_params(request.query_params)
    query = meant(library, search.query.strip()) if search.query.strip() else None
    return Asked(query, search.precision if query else None, request.query_params.get("alone") == "1")


def _points(found: Map) -> Response:
    points, clusters = found.points, [cluster._asdict() for cluster in found.clusters]
    said = {"count": len(points.faces), "lacking": found.lacking, "stamp": points.stamp, "clusters": clusters}
    return _packed(said, points.faces, points.x, points.y, points.apart, points.cluster)


def _colours(found: Coloured) -> Response:
    people = [person._asdict() for person in found.people]
    said = {"people": people, "threshold": found.threshold, "stamp": found.stamp}
    return _packed(said, found.codes)


def _packed(said: dict[str, Any], *arrays: NDArray[Any]) -> Response:
    text = json.dumps(said).encode()
    text += b" " * (-len(text) % 4)
    parts = [np.array(len(text), "<u4").tobytes(), text]
    parts += [array.astype(array.dtype.newbyteorder("<")).tobytes() for array in arrays]
    return Response(b"".join(parts), media_type="application/octet-stream", headers={"Cache-Control": "no-store"})
