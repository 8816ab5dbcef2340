"""A review as it is judged in a browser: `GET /reviews/{review}` how far it is, what it says and who is asked about
next, and `POST /reviews/{review}/answers` what a person says of a face.
"""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from retrieval.library import Library
from ui import reviewed
from ui.endpoints.answers import answering
from ui.endpoints.posted import Said, posting

AHEAD, BEHIND = 100, 20  # faces that are named to be judged, and to be taken back


def routes(library: Callable[[], Library]) -> list[Route]:
    """For a library that is opened when it is first asked."""

    def about(request: Request) -> dict[str, Any]:
        return _document(library(), request.path_params["review"])

    def answer(request: Request, said: Said) -> dict[str, Any]:
        known, number = library(), request.path_params["review"]
        face, undo = _whole(said.get("face")), said.get("undo")
        word, keep = said.get("answer"), said.get("keep")
        known.reviews.judge(number, {face: word})
        if undo is not None:
            known.undo(_whole(undo))
        action = known.reviews.keep(number, face, word) if keep is True and word in ("yes", "no") else None
        return {**_document(known, number), "action": action and action.id}

    return [
        Route("/reviews/{review:int}", answering(about)),
        Route("/reviews/{review:int}/answers", posting(answer), methods=["POST"]),
    ]


def _whole(number: object) -> int:
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError("A face, or an action, is a whole number.")
    return number


def _document(library: Library, number: int) -> dict[str, Any]:
    progress = library.reviews.progress(number)
    return {
        "hits": list(progress.hits),
        "misses": list(progress.misses),
        "to_judge": progress.to_judge[:AHEAD],
        "judged": progress.judged[:BEHIND],
        "says": reviewed.sentences(library, number),
    }
