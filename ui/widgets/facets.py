"""The filter beside the faces (`ui/browser/facets.js`): how many of the hits have each attribute, lie in each folder,
and are by each camera. One tap narrows the search; the histogram of an attribute moves its threshold. It counts nothing
itself: the attributes' counts are given, and the browser asks the server for the rest.
"""

from collections.abc import Callable
from typing import Any

from retrieval.attributes import GROUPS, JUDGEMENTS, UNRELIABLE
from retrieval.browse import Known
from retrieval.language.query import Parsed
from retrieval.library import Facets
from ui import conditions
from ui.widgets.browser import browser_part
from ui.widgets.strips import heard
from ui.words import JUDGEMENT, UNRELIABLE_LABELS, graded, remark, spelled

KEY = "facets"
OPEN = ("hair", "nose & mouth", "accessories")  # the groups that are not folded away at first


def facets(
    found: Facets, query: Parsed | None, grades: dict[str, str], known: Known, on_asked: Callable[[str], None]
) -> None:
    """Draws it; `on_asked` gets the next query before the page is drawn anew.

    Beside an attribute stands its grade of reliability, if `grades` has one.
    """
    data = shown(found, query, grades, known)
    browser_part("facets", data, key=KEY, on={"asked": lambda: heard(KEY, query, on_asked)})


def shown(found: Facets, query: Parsed | None, grades: dict[str, str], known: Known) -> dict[str, Any]:
    """What the browser draws: attributes by group, each with its count, whether it is asked for, and at what."""
    chosen = conditions.chosen(query)
    groups = [
        {
            "title": group.capitalize(),
            "open": group in OPEN,
            "rows": [_row(name, found, query, chosen, grades) for name in names],
        }
        for group, names in GROUPS.items()
    ]
    return {
        "query": query.text if query else "",
        "generation": known.generation,
        "total": found.total,
        "groups": groups,
        "cameras": known.cameras,
        "notes": [f"* {JUDGEMENT}", f"† {UNRELIABLE_LABELS}"],
    }


def _row(
    name: str, found: Facets, query: Parsed | None, chosen: dict[str, bool], grades: dict[str, str]
) -> dict[str, Any]:
    at, grade = conditions.threshold(query, name), grades.get(name)
    return {
        "name": name,
        "label": spelled(name) + ("*" if name in JUDGEMENTS else "†" if name in UNRELIABLE else ""),
        "count": found.counts[name],
        "chosen": chosen.get(name),
        "at": f"{at[0]} {at[1]!r}" if at and at[1] is not None else None,
        "grade": grade,
        "said": [one for one in (graded(name, grade) if grade else None, remark(name)) if one],
    }
