"""`GET /completions?q=&caret=`: what can stand at the caret, counted in characters. `GET /conditions?q=`: the
conditions that a query is made of, how many faces match it, and what its words are read as; or the mistake in it.
"""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from retrieval.answers.conditions import Change, Condition, meanings
from retrieval.errors import NoSuchSearch, QueryError, excerpt, shown
from retrieval.language.query import parsed
from retrieval.library import Library
from ui.endpoints.answers import answering
from ui.options import meant
from ui.search import corrected, offers, positive


def routes(library: Callable[[], Library]) -> list[Route]:
    """For a library that is opened when it is first asked."""

    def completions(request: Request) -> dict[str, Any]:
        text = request.query_params.get("q", "")
        caret = positive(request.query_params.get("caret")) or 0
        found = library().completions(text, caret)
        return {"start": found.start, "end": found.end, "offers": [offer._asdict() for offer in found.offers]}

    def conditions(request: Request) -> dict[str, Any]:
        return asked(library(), request.query_params.get("q", ""))

    return [Route("/completions", answering(completions)), Route("/conditions", answering(conditions))]


def asked(library: Library, text: str) -> dict[str, Any]:
    """What is to be said of a query before it is answered, as JSON has it."""
    text = text.strip()
    try:
        query = parsed(meant(library, text)) if text else None
        total = library.totals().faces if query is None else library.count(query)
        tree = library.conditions(query) if query else None
    except QueryError as error:
        return {"mistake": mistake(error)}
    except NoSuchSearch as error:
        return {"mistake": {"problem": shown(str(error)), "line": "", "column": 0, "offers": [], "others": []}}
    read = meanings(query.tree) if query else {}
    return {"total": total, "conditions": tree and _condition(tree), "meanings": list(read.items())}


def mistake(error: QueryError) -> dict[str, Any]:
    """Where a query stops making sense, what the command line says of it, and what each of its offers makes of it."""
    line, column = excerpt(error.query, error.position) if error.query.strip() else ("", 0)
    mending = offers(error)
    return {
        "problem": shown(error.problem),
        "line": line,
        "column": column,
        "offers": [{"text": meant, "query": corrected(error, meant)} for meant in mending],
        "others": [meant for meant in error.suggestions if meant not in mending],
    }


def _condition(one: Condition) -> dict[str, Any]:
    changes = {name: value._asdict() for name, value in one._asdict().items() if isinstance(value, Change)}
    return {**one._asdict(), **changes, "parts": [_condition(part) for part in one.parts]}
