"""`GET /thumbnails/{face}`: a face cut out of its photograph as it is on disk now, a square JPEG."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from retrieval.library import Library
from ui.endpoints.answers import answering
from ui.session.pictures import thumbnail_of


def routes(library: Callable[[], Library]) -> list[Route]:
    """For a library that is opened when it is first asked."""

    def thumbnail(request: Request) -> Response:
        hit = library().face(request.path_params["face"])
        return Response(thumbnail_of(hit).jpeg, media_type="image/jpeg", headers={"Cache-Control": "private, no-cache"})

    return [Route("/thumbnails/{face:int}", answering(thumbnail))]
