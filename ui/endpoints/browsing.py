"""What the matching faces have in common: `GET /timeline`, `/folders`, `/cameras`, `/places` and `/histogram`.

Each takes the query as `q`, and counts the faces that match without its own condition: the timeline of `Smiling
taken:2023` is that of `Smiling`, so that one sees what another time would find. What is chosen now is said beside it.
"""

import os
import re
from collections.abc import Callable
from glob import escape
from typing import Any, cast
from urllib.parse import quote, unquote_to_bytes

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.routing import Route

from retrieval.answers.places import View
from retrieval.answers.timeline import Unit
from retrieval.columns.folders import Inside
from retrieval.errors import shown
from retrieval.language.nodes import Camera, Folder, Near, Path, Taken
from retrieval.language.query import Parsed, parsed
from retrieval.library import Library
from ui.conditions import CAMERA, FOLDER, NEAR, TAKEN, placed, said, threshold, without
from ui.endpoints.answers import answering
from ui.options import meant

Opened = Callable[[], Library]
Ask = Callable[[Library, Parsed | None, QueryParams], Any]


def routes(library: Opened) -> list[Route]:
    """For a library that is opened when it is first asked."""
    return [
        Route(f"/{name}", answering(_asking(library, ask)))
        for name, ask in (
            ("timeline", timeline),
            ("folders", folders),
            ("cameras", cameras),
            ("places", places),
            ("histogram", histogram),
        )
    ]


def timeline(library: Library, query: Parsed | None, params: QueryParams) -> dict[str, Any]:
    """`unit` is day, month or year, or what fits; `within` a time in place of the query's own, so that it can be looked
    at more closely.
    """
    chosen, rest = said(query, TAKEN), without(query, TAKEN)
    if within := params.get("within"):
        rest = parsed(placed(rest, f"taken:{within}"))
    found = library.browse.timeline(rest, cast(Unit | None, params.get("unit") or None))
    return {
        "unit": found.unit,
        "bars": found.bars,
        "undated": found.undated,
        "chosen": str(chosen).removeprefix("taken:") if isinstance(chosen, Taken) else None,
    }


def folders(library: Library, query: Parsed | None, params: QueryParams) -> dict[str, Any]:
    """`under` is a folder as an answer called it: its bytes, percent-encoded."""
    under = os.fsdecode(unquote_to_bytes(params.get("under", "/")))
    level = library.browse.folders(without(query, FOLDER), under)
    chosen = said(query, FOLDER)
    return {
        "folders": [_folder(one, under) for one in level.folders],
        "here": level.here,
        "rest": level.rest,
        "chosen": str(chosen) if isinstance(chosen, Folder) else None,
    }


def cameras(library: Library, query: Parsed | None, params: QueryParams) -> dict[str, Any]:
    found, chosen = library.browse.cameras(without(query, CAMERA)), said(query, CAMERA)
    return {
        "cameras": [{"name": shown(by.name), "faces": by.faces, "condition": by.condition} for by in found.cameras],
        "rest": found.rest,
        "unknown": found.unknown,
        "chosen": str(chosen) if isinstance(chosen, Camera) else None,
    }


def places(library: Library, query: Parsed | None, params: QueryParams) -> dict[str, Any]:
    """`south`, `west`, `north`, `east` in degrees, and `zoom`; without them, the world."""
    world = View()._asdict()
    view = View(**{side: type(usual)(params.get(side, usual)) for side, usual in world.items()})
    found = library.browse.places(without(query, NEAR), view)
    chosen = said(query, NEAR)
    near = (chosen.latitude, chosen.longitude, chosen.metres) if isinstance(chosen, Near) else None
    return {
        "places": [{**place._asdict(), "condition": place.condition} for place in found.places],
        "elsewhere": found.elsewhere,
        "unknown": found.unknown,
        "chosen": near,
    }


def histogram(library: Library, query: Parsed | None, params: QueryParams) -> dict[str, Any]:
    """`attribute` names one. For k / 1000: how many faces are `above`, how many of these, and of those below, should be
    right.
    """
    name = params.get("attribute", "")
    found = library.browse.distribution(name, without(query, name))
    return {
        "total": found.total,
        "above": found.above.tolist(),
        "right_above": found.right_above.round(2).tolist(),
        "right_below": found.right_below.round(2).tolist(),
        "standard": {"threshold": found.threshold, "faces": found.standard.faces, "right": found.standard.right},
        "chosen": threshold(query, name),
    }


def _asking(library: Opened, ask: Ask) -> Callable[[Request], Any]:
    def asked(request: Request) -> Any:
        opened, text = library(), request.query_params.get("q", "").strip()
        query = meant(opened, text) if text else ""
        return ask(opened, parsed(query) if query else None, request.query_params)

    return asked


def _folder(one: Inside, under: str) -> dict[str, Any]:
    path = os.fsdecode(one.path)
    name = path[len(under.rstrip("/")) + 1 :].rstrip("/")
    return {
        "name": shown(name),
        "under": quote(one.path),
        "faces": one.faces,
        "folders": one.folders,
        "condition": _in_folder(path),
    }


def _in_folder(path: str) -> str:
    """A query for what lies in it. No URL has a byte that is not UTF-8: any character stands for it."""
    if re.search(r"[\udc80-\udcff]", path):
        return str(Path(re.sub(r"[\udc80-\udcff]", "?", escape(path))))
    return str(Folder(path.rstrip("/") or "/"))
