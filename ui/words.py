"""Words for people: how attributes and numbers are written, and what must be said beside some of them.

It also makes text of strangers (file names, queries, messages) harmless in Streamlit's Markdown. It draws nothing.
"""

import json
import re
import time
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from retrieval.attributes import JUDGEMENTS, UNRELIABLE
from retrieval.errors import shown

if TYPE_CHECKING:
    from retrieval.library import Hit
    from retrieval.likeness.recognition import Means
    from retrieval.tables.actions import Action
    from retrieval.tables.records import Model

JUDGEMENT = "an annotator's opinion of a stranger's picture, not a fact about a person"
GRADES = {
    "A": "can be relied on, as far as anything here can",
    "B": "good, with a weak side",
    "C": "expect many mistakes",
    "D": "a hint at best",
}
UNRELIABLE_LABELS = "people who labelled the same faces again often disagreed: treat it as a hint"
LICENCE = "trained on CelebA: non-commercial research only"

SPACE = "\u2423"
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")  # CommonMark: any ASCII punctuation may be escaped
_SHORTCODE = re.compile(r":(?=[\w+/\-]+:)")  # :smile: and :material/home: are replaced even where escaped
_LINK = re.compile(r"(?<=:)(?=//)|(?<=www)(?=\.)|(?<=@)", re.IGNORECASE)  # addresses become links even where escaped
_WORD_JOINER = "\u2060"


def spelled(name: str) -> str:
    """`Big_Nose` as people write it: Big nose."""
    return "5 o'clock shadow" if name == "5_o_Clock_Shadow" else name.replace("_", " ").capitalize()


def listed(names: Iterable[str]) -> str:
    """`Big nose, Male and Young`, spelled for people, in the order of the alphabet."""
    *others, last = sorted(map(spelled, names))
    return f"{', '.join(others)} and {last}" if others else last


def percent(probability: float) -> str:
    """A probability to the nearest whole percent, but never a certainty it is not: `99 %`, `< 1 %`, `> 99 %`."""
    rounded = round(probability * 100)
    if rounded == 0 and probability > 0:
        return "< 1 %"
    return "> 99 %" if rounded == 100 and probability < 1 else f"{rounded} %"


def file_name(photo: str) -> str:
    """The last part of a path, printable; spaces at its ends are made visible, or a page would drop them."""
    name = shown(PurePath(photo).name)
    inner = name.strip(" ")
    before = len(name) - len(name.lstrip(" "))
    return f"{SPACE * before}{inner}{SPACE * (len(name) - len(inner) - before)}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 face`, `41,526 faces`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def when(seconds: int) -> str:
    """A moment since 1970 as a date and a time here, or a dash for one that no calendar has."""
    try:
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
    except (OverflowError, ValueError, OSError):
        return "–"


def described(action: "Action") -> str:
    """What an action did, in one line, with how many faces it changed."""
    faces = counted(action.faces, "face")
    return action.summary if not action.faces or faces in action.summary else f"{action.summary} ({faces})"


def lasting(seconds: float) -> str:
    """A duration as a person says it: `40 s`, `3 min`, `2 h 05 min`."""
    if seconds < 90:
        return f"{max(0, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"


def graded(name: str, grade: str) -> str:
    """What an attribute's grade means: `Big nose, grade C: expect many mistakes.`"""
    return f"{spelled(name)}, grade {grade}: {GRADES[grade]}."


def remark(name: str) -> str | None:
    """What has to be said wherever this attribute is shown, if anything."""
    if name in JUDGEMENTS:
        return f"{spelled(name)} is {JUDGEMENT}."
    return f"{spelled(name)}: {UNRELIABLE_LABELS}." if name in UNRELIABLE else None


def remarks(names: Iterable[str]) -> list[str]:
    """One sentence about the judgements among `names`, one about the unreliable ones; none where there are none."""
    opinions, doubtful = JUDGEMENTS & set(names), UNRELIABLE & set(names)
    said = []
    if opinions:
        verb = f"is {JUDGEMENT}" if len(opinions) == 1 else JUDGEMENT.replace("an annotator's opinion", "are opinions")
        said.append(f"{listed(opinions)} {verb}.")
    if doubtful:
        said.append(f"{listed(doubtful)}: {UNRELIABLE_LABELS}.")
    return said


def measured(model: "Model | None", by: "Means" = "head") -> str | None:
    """How good groups of faces were where that was measured, and on what kind of photographs: of a model's head by its
    card, or of descriptors; None where it does not say.
    """
    from retrieval.likeness.descriptors import FIGURES

    try:
        figures: Mapping[str, Any] = FIGURES if by == "descriptor" else _figures(model)
        said = [say(figures[name]) for name, say in (("test", _grouped), ("fairface", _strangers)) if name in figures]
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError):  # a library that came from somebody
        return None
    return " ".join([*said, "Your photographs may differ."]) if said else None


def _figures(model: "Model | None") -> Mapping[str, Any]:
    return ((json.loads(model.card).get("people") or {}).get("figures") or {}) if model else {}


def _grouped(test: Mapping[str, Any]) -> str:
    each, rest = divmod(test["images"], test["people"])
    photographs = counted(test["images"], "photograph") if rest else f"{counted(each, 'photograph')} each"
    return (
        f"On CelebA's test partition ({counted(test['people'], 'person', 'people')}, {photographs}) "
        f"{_of_100(test['precision'])} of 100 pairs in a group were one person, and {_of_100(test['recall'])} of 100 "
        "pairs of one person were found."
    )


def _strangers(strangers: Mapping[str, Any]) -> str:
    return (
        f"Of {counted(strangers['photographs'], 'photograph')} of FairFace, nearly all of different people, "
        f"{strangers['in_wrong_group']:,} lay in a group with somebody else."
    )


def _of_100(share: float) -> int:
    """Rounded down: a figure is not made better than it is."""
    return int(round(share * 100, 6))


def harmless(text: str) -> str:
    """Markdown that shows `text` as it is, on one line: no markup, emoji, link or formula comes of it."""
    joined = _LINK.sub(_WORD_JOINER, _SHORTCODE.sub(":" + _WORD_JOINER, shown(text)))
    return _PUNCTUATION.sub(r"\\\1", joined)


def sentence(text: str) -> str:
    """As `harmless`, but what our own messages set between backticks is shown as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0 or not all(code.strip() for code in parts[1::2]):
        return harmless(text)
    return "".join(f"`{shown(part)}`" if number % 2 else harmless(part) for number, part in enumerate(parts))


def fenced(lines: Iterable[str]) -> str:
    """A Markdown code block whose lines cannot end it; each is made printable."""
    printable = [shown(line) for line in lines]
    longest = max((len(run) for line in printable for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence, *printable, fence])


def sayings(hit: "Hit") -> list[str]:
    """What a face's photograph says of itself, as far as it does, a line each: when, with what, where."""
    facts, when = hit.facts, hit.facts.when
    lines = []
    if when is not None:
        moment = f"{when:%Y-%m-%d %H:%M}" + (f" (UTC{when:%z})" if facts.utc_offset is not None else "")
        lines.append(f"Taken {moment}" if hit.dated == "picture" else f"It says no date; its file is of {moment}")
    if names := [shown(name) for name in (facts.camera, facts.lens) if name]:
        lines.append(", ".join(names))
    if facts.latitude is not None and facts.longitude is not None:
        lines.append(
            f"At {facts.latitude:.5f}, {facts.longitude:.5f} (near:{facts.latitude:.4f},{facts.longitude:.4f},1km)"
        )
    return lines
