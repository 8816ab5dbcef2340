"""A face that was looked at closely, as the JSON that the viewer draws: every word for people is chosen here, and every
name made printable.
"""

import glob
import os
from pathlib import PurePath
from typing import Any

from retrieval.answers.answers import Hit
from retrieval.answers.closely import Beside, Closeup
from retrieval.answers.explain import Explanation
from retrieval.attributes import GROUPS, JUDGEMENTS, UNRELIABLE
from retrieval.errors import shown
from retrieval.language import called, photographs, terms
from retrieval.language.nodes import And, Not, Or, Quantified, Query
from retrieval.language.query import parse
from retrieval.tables.records import Model
from ui.explanations import rows, turning
from ui.files import whole
from ui.session import desktop, models
from ui.words import GRADES, percent, remarks, spelled

NEAR = "1km"


def document(seen: Closeup, model: Model | None) -> dict[str, Any]:
    """All that is known of a face."""
    hit, now = seen.hit, whole.stamp(seen.hit.photo)
    return {
        "face": hit.face,
        "box": hit.box,
        "name": shown(PurePath(hit.photo).name),
        "path": shown(hit.photo),
        "copied": hit.photo if _is_text(hit.photo) else shown(hit.photo),
        "photograph": {"width": seen.photograph.width, "height": seen.photograph.height},
        "changed": now is not None and now[0] != seen.photograph.size,
        "facts": [*facts(hit), _folder(hit.photo)],
        "faces": [_beside(one) for one in seen.faces],
        "groups": _groups(seen, models.grades(model)),
        "remarks": remarks(hit.attributes),
        "why": _why(seen.explanation) if seen.explanation else None,
        "desktop": desktop.opener() is not None,
    }


def facts(hit: Hit) -> list[dict[str, Any]]:
    """What the photograph says of itself, as far as it does: `what` that is, its `text`, and the query that asks it."""
    said, when = hit.facts, hit.facts.when
    found: list[dict[str, Any]] = []
    if when is not None:
        moment = f"{when:%Y-%m-%d %H:%M}" + (f" (UTC{when:%z})" if said.utc_offset is not None else "")
        text = moment if hit.dated == "picture" else f"{moment}, says its file; the photograph gives no date"
        found.append({"what": "date", "text": text, "query": f"taken:{when:%Y-%m-%d}"})
    if said.camera:
        found.append({"what": "camera", "text": shown(said.camera), "query": str(photographs.Camera(said.camera))})
    if said.lens:
        found.append({"what": "lens", "text": shown(said.lens), "query": None})
    if said.latitude is not None and said.longitude is not None:
        near = f"near:{said.latitude:.4f},{said.longitude:.4f},{NEAR}"
        found.append({"what": "place", "text": f"{said.latitude:.5f}, {said.longitude:.5f}", "query": near})
    return found


def _folder(photo: str) -> dict[str, Any]:
    folder = os.path.dirname(photo)  # noqa: PTH120  # not every path is text
    query = str(terms.Path(f"{glob.escape(folder)}/")) if _is_text(folder) else None
    return {"what": "folder", "text": shown(folder), "query": query}


def _beside(one: Beside) -> dict[str, Any]:
    who = one.who
    return {
        "face": one.hit.face,
        "box": one.hit.box,
        "group": who and who.group,
        "person": who and who.name and shown(who.name),
        "asks": str(called.Person(who.name)) if who and who.name else None,
        "sure": bool(who and who.sure),
        "others": who.faces - 1 if who else 0,
        "surest": [f"{spelled(name)} {percent(one.hit.attributes[name])}" for name in one.surest],
        "matches": one.matches,
    }


def _groups(seen: Closeup, grades: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"group": group, "attributes": [_attribute(seen, name, grades.get(name)) for name in names]}
        for group, names in GROUPS.items()
    ]


def _attribute(seen: Closeup, name: str, grade: str | None) -> dict[str, Any]:
    """`predicted` is the model's own number, and `said` what a person said, which outranks it."""
    value, limit = seen.predicted[name], seen.thresholds[name]
    said = seen.said.get(name)
    return {
        "name": name,
        "label": spelled(name),
        "predicted": round(value, 6),
        "percent": percent(value),
        "threshold": round(limit, 6),
        "from": percent(limit),
        "said": said,
        "has": value >= limit if said is None else said,
        "note": "an opinion" if name in JUDGEMENTS else "doubtful label" if name in UNRELIABLE else "",
        "grade": grade,
        "means": GRADES.get(grade or ""),
    }


def _why(explanation: Explanation) -> dict[str, Any]:
    """A term that is only denied is shown with its NOT, so that what holds is what was asked for."""
    denied = _denied(parse(explanation.query))
    reasons = []
    for (term, number, margin, holds), reason in zip(rows(explanation), explanation.reasons, strict=True):
        turned = reason.term in denied
        said = {"term": f"NOT {term}" if turned else term, "is": reason.holds is not turned}
        reasons.append({**said, "number": number, "margin": margin.replace("-", "−"), "note": holds.partition(", ")[2]})
    return {
        "query": shown(explanation.query),
        "matches": explanation.matches,
        "confidence": percent(explanation.confidence),
        "reasons": reasons,
        "turning": turning(explanation),
    }


def _denied(tree: Query) -> set[str]:
    """The terms that stand behind a NOT, and nowhere without one."""
    plain, denied = _stands(tree, False), _stands(tree, True)
    return denied - plain


def _stands(node: Query, denied: bool) -> set[str]:
    match node:
        case Not(child):
            return _stands(child, not denied)
        case And(children) | Or(children):
            return set().union(*(_stands(child, denied) for child in children))
        case Quantified(quantifier, child):
            return _stands(child, denied is not (quantifier == "none"))
    return set() if denied else {str(node)}


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
