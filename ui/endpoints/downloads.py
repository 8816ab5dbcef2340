"""`GET /downloads/{token}`: a file that was made to be downloaded, straight from the disk."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from ui.endpoints.answers import answering
from ui.session.downloads import downloads

GONE = "This download is no longer kept: make it again."


def routes() -> list[Route]:
    """Whatever the library is."""

    def download(request: Request) -> Response:
        found = downloads().get(request.path_params["token"])
        if found is None or not found.path.is_file():
            raise ValueError(GONE)
        headers = {"Cache-Control": "no-store"}
        return FileResponse(found.path, media_type=found.media, filename=found.name, headers=headers)

    return [Route("/downloads/{token}", answering(download))]
