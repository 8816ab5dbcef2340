"""The photograph of a face: `GET /photographs/{face}?size=` to be looked at, `GET /originals/{face}` the file itself,
and `POST /folders/{face}` to see where it lies.
"""

from collections.abc import Callable
from pathlib import PurePath
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from indexer.read import UnreadableImage, read_bytes
from retrieval.errors import FacequeryError, shown
from retrieval.library import Library
from ui.endpoints.answers import answering
from ui.endpoints.posted import Said, posting
from ui.files import whole
from ui.files.whole import STEPS
from ui.session import desktop
from ui.session.photographs import photograph

FULL = "full"
TYPE = "application/octet-stream"  # nothing that a browser would draw, let alone run
LONGEST = 200  # characters of a file's name


def routes(library: Callable[[], Library]) -> list[Route]:
    """For a library that is opened when it is first asked."""

    def looked_at(request: Request) -> Response:
        return _photograph(library(), request)

    def original(request: Request) -> Response:
        return _original(library().face(request.path_params["face"]).photo)

    def folder(request: Request, _: Said) -> dict[str, bool]:
        desktop.show_folder(library().face(request.path_params["face"]).photo, desktop.opener())
        return {"shown": True}

    return [
        Route("/photographs/{face:int}", answering(looked_at)),
        Route("/originals/{face:int}", answering(original)),
        Route("/folders/{face:int}", posting(folder), methods=["POST"]),
    ]


def attached(name: str) -> str:
    """The header by which a browser saves something under a file's name, whatever bytes that holds, and never shows it
    (RFC 6266): the name in letters that every browser knows, and as it is.
    """
    printable = shown(PurePath(name).name).replace("/", "�").replace("\\", "�")
    stem, dot, ending = printable.rpartition(".")
    short = f"{stem[: LONGEST - len(ending)]}{dot}{ending}" if dot and len(ending) < 10 else printable[:LONGEST]
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in " ._-") else "_" for letter in short)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(short, safe='')}"


def _photograph(library: Library, request: Request) -> Response:
    longest, hit = _size(request.query_params.get("size")), library.face(request.path_params["face"])
    stamp = whole.stamp(hit.photo)
    tag = f'"{longest or FULL}-{"-".join(map(str, stamp or ("none",)))}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if stamp is not None and request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(_readable(lambda: photograph(hit.photo, longest, stamp)), media_type="image/jpeg", headers=headers)


def _original(path: str) -> Response:
    data = _readable(lambda: read_bytes(path).data)
    headers = {"Content-Disposition": attached(path), "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
    return Response(data, media_type=TYPE, headers=headers)


def _size(said: str | None) -> int | None:
    """The longer side, None for all pixels there are; ValueError."""
    if said == FULL:
        return None
    if said is not None and said.isascii() and said.isdigit() and int(said) in STEPS:
        return int(said)
    raise ValueError(f"A photograph comes with size={', '.join(map(str, STEPS))} or {FULL}.")


def _readable(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except UnreadableImage as error:
        raise FacequeryError(f"The photograph cannot be shown: {error.reason}.") from error
