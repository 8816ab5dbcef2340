"""`GET /thumbnails/{face}?size=200`: a face cut out of its photograph as it is on disk now, a square JPEG of the least
of SIZES that is as large; or status 400 and the sentence that says why there is none.

A few threads decode, so that whoever asks for something else does not wait. What they made is kept beside the library
(`retrieval.columns.thumbnails`) under all that decides how it looks, and goes with whatever is erased.
"""

import asyncio
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from retrieval.columns.thumbnails import Thumbnails
from retrieval.errors import NoSuchFace
from retrieval.library import Library
from retrieval.tables.records import Box
from ui.endpoints.answers import answering
from ui.files import crops
from ui.files.whole import Stamp, stamp

SIZES = (96, 200, 320, 480)  # pixels of a side; the second is for a grid as one first sees it
DECODERS = max(2, os.cpu_count() or 1)  # threads
LAYOUT = 1  # to be raised with whatever makes the same face look otherwise


def routes(library: Callable[[], Library]) -> list[Route]:
    """For a library that is opened when it is first asked."""
    kept = cache(lambda: Thumbnails(library().folder))
    pool = ThreadPoolExecutor(DECODERS, "thumbnails")
    answer = answering(lambda request: _thumbnail(library(), kept(), request))

    async def thumbnail(request: Request) -> Response:
        return await asyncio.get_running_loop().run_in_executor(pool, answer, request)

    return [Route("/thumbnails/{face:int}", thumbnail)]


def sized(asked: str | None) -> int:
    """The least of SIZES that is as large as what is asked for; ValueError for what is no number of pixels."""
    if asked is None:
        return crops.SIDE
    if not asked.isascii() or not asked.isdigit():
        raise ValueError("A size is a number of pixels.")
    return next((size for size in SIZES if size >= int(asked[:9])), SIZES[-1])


def _thumbnail(library: Library, kept: Thumbnails, request: Request) -> Response:
    face, side = request.path_params["face"], sized(request.query_params.get("size"))
    place = library.located(face)
    about = _about(place.path, place.box, side, stamp(place.path))
    headers = {"Cache-Control": "private, no-cache", "ETag": f'"{hashlib.sha256(about).hexdigest()[:32]}"'}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    picture = kept.get(about)
    if picture is None:
        picture = crops.face(place.path, place.box, side)
        _keep(library, kept, face, about, picture)
    return Response(picture, media_type="image/jpeg", headers=headers)


def _about(path: str, box: Box, side: int, stamp: Stamp | None) -> bytes:
    """All that decides how it looks."""
    return f"{LAYOUT} {side} {box} {stamp}\0".encode() + os.fsencode(path)


def _keep(library: Library, kept: Thumbnails, face: int, about: bytes, picture: bytes) -> None:
    """Nothing stays of a face that somebody has erased meanwhile."""
    kept.keep(about, picture)
    try:
        library.located(face)
    except NoSuchFace:
        kept.drop(about)
        raise
