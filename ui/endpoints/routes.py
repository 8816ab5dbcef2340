"""All addresses of our own that the app's server answers, behind `ui.gate` like everything else."""

from functools import partial
from pathlib import Path

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from ui.endpoints import browsing, completions, downloads, faces, hits, photographs, reviews, thumbnails
from ui.endpoints import map as map_of_faces
from ui.session.handles import library_in

BROWSER = Path(__file__).parent.parent / "browser"  # the scripts and styles that run in the browser


def routes(folder: Path) -> list[BaseRoute]:
    """For the library in `folder`."""
    library = partial(library_in, folder)
    parts = (hits, thumbnails, photographs, faces, browsing, completions, map_of_faces, reviews)
    return [
        Mount("/browser", StaticFiles(directory=BROWSER)),
        *(route for part in parts for route in part.routes(library)),
        *downloads.routes(),
    ]
