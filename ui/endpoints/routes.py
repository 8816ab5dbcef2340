"""All addresses of our own that the app's server answers, behind `ui.gate` like everything else."""

from functools import partial

from starlette.routing import BaseRoute

from retrieval.stores.places import Place
from ui.endpoints import browser, browsing, completions, downloads, faces, hits, photographs, reviews, thumbnails
from ui.endpoints import map as map_of_faces
from ui.session.handles import library_at


def routes(place: Place) -> list[BaseRoute]:
    """For the library at `place`."""
    library = partial(library_at, place)
    parts = (hits, thumbnails, photographs, faces, browsing, completions, map_of_faces, reviews)
    return [
        *browser.routes(),
        *(route for part in parts for route in part.routes(library)),
        *downloads.routes(),
    ]
