"""How answers look on a terminal, in JSON and in CSV. Knows nothing of where they come from."""

import csv
import json
import sys
from collections.abc import Iterable
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from retrieval.answers.conditions import meanings
from retrieval.answers.emptied import Dropped
from retrieval.attributes import ATTRIBUTES
from retrieval.errors import shown
from retrieval.facts import SAID
from retrieval.language.query import parsed
from retrieval.library import Answer, Hit
from retrieval.tables.actions import Action
from ui.words import counted, described

WIDE = 10_000  # columns; a table that is piped into a file is not cut


def console() -> Console:
    """Standard output as Rich writes to it: coloured and fitted on a terminal, plain and unwrapped elsewhere."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDE, markup=False)


def write_json(data: Any) -> None:
    """One JSON document on standard output; bytes of a file's name that are not UTF-8 are written as `\\udcXX`."""
    json.dump(data, sys.stdout, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def hits_as_json(answer: Answer, score: str, dropped: Iterable[Dropped] = ()) -> dict[str, Any]:
    """An answer in the form of the command line's contract; `score` is "confidence" or "similarity". One of nothing
    says `without` which conditions there would be faces, and one whose words are no names what each is `read_as`.
    """
    document: dict[str, Any] = {
        "query": answer.query,
        "total": answer.total,
        "faces": [_hit(hit, score) for hit in answer.hits],
        **read_as(answer.query),
    }
    if answer.expected:
        document["expected"] = {name: _rounded(value) for name, value in answer.expected._asdict().items()}
    if not answer.total:
        document["without"] = [{"condition": d.condition, "query": d.rest, "total": d.faces} for d in dropped]
    return document


def read_as(query: str | None) -> dict[str, dict[str, str]]:
    """For JSON: what the words of a query mean where they are no names, `{"read_as": {"woman": "NOT Male"}}`."""
    read = meanings(parsed(query).tree) if query else {}
    return {"read_as": read} if read else {}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _hit(hit: Hit, score: str) -> dict[str, Any]:
    return {
        "face": hit.face,
        "photo": hit.photo,
        "box": list(hit.box),
        score: round(hit.score, 6),
        "attributes": {name: round(p, 6) for name, p in hit.attributes.items()},
        **hit.said,
    }


def write_csv(answer: Answer, score: str) -> None:
    """A row a face, with a header: face, photo, box, score, the 40 probabilities, and what its photograph says of
    itself (SAID).
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["face", "photo", "left", "top", "right", "bottom", score, *ATTRIBUTES, *SAID])
    for hit in answer.hits:
        probabilities = (f"{hit.attributes[name]:.6f}" for name in ATTRIBUTES)
        writer.writerow([hit.face, hit.photo, *hit.box, f"{hit.score:.6f}", *probabilities, *hit.said.values()])


def write_paths(hits: Iterable[Hit], end: str) -> None:
    """Each photograph once, in the order of its best face, byte for byte, ended by a new line or a NUL."""
    for photo in dict.fromkeys(hit.photo for hit in hits):
        sys.stdout.write(photo + end)


def write_hits(answer: Answer, score: str, reviewed: str | None = None) -> None:
    """A table for people, how many there are in all, and how good that is."""
    rows = [[str(hit.face), f"{hit.score:.1%}", _box(hit.box), shown(hit.photo)] for hit in answer.hits]
    write_table(["face", score, "box", "photograph"], rows, numbers=2)
    out = console()
    more = f", the first {len(answer.hits)} above" if len(answer.hits) < answer.total else ""
    out.print(f"{counted(answer.total, 'face')}{more}{hopes(answer, reviewed)}")


def hopes(answer: Answer, reviewed: str | None = None) -> str:
    """How good the answer is, behind the number of faces: by a review of it (`ui.reviewed`), else as the model expects
    it; nothing where that says nothing.
    """
    if reviewed is not None:
        return f"; {reviewed}"
    good = answer.expected
    if good is None or good.precision is None or good.recall is None:
        return ""
    return (
        f"; expected, on photographs like CelebA's: {good.precision:.0%} of them right, "
        f"{good.recall:.0%} of all such faces among them"
    )


def _box(sides: Iterable[int]) -> str:
    left, top, right, bottom = sides
    return f"{left},{top} {right},{bottom}"


def write_table(headers: list[str], rows: list[list[str]], *, numbers: int = 0) -> None:
    """A table of text; the first `numbers` columns stand to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, header in enumerate(headers):
        table.add_column(header, justify="right" if index < numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    if rows:
        console().print(table)


def say(text: str) -> None:
    """A message for people, on standard error."""
    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(text)


def write_action(action: Action | None, as_json: bool, lead: str = "") -> None:
    """What was said or taken back; None is what was said before."""
    if as_json:
        number, summary, faces = (action.id, action.summary, action.faces) if action else (None, None, 0)
        write_json({"action": number, "summary": summary, "faces": faces, "undone": bool(lead)})
    elif action is None:
        console().print("Nothing was changed: all of it was said before.")
    else:
        console().print(f"{lead}{shown(described(action))}; action {action.id}")


def write_answer(
    answer: Answer,
    score: str,
    dropped: Iterable[Dropped] = (),
    *,
    as_json: bool,
    as_csv: bool,
    paths: bool,
    null: bool,
    reviewed: str | None = None,
) -> None:
    """An answer in the one form that was asked for: a table unless it says otherwise."""
    if as_json:
        write_json(hits_as_json(answer, score, dropped))
    elif as_csv:
        write_csv(answer, score)
    elif paths or null:
        write_paths(answer.hits, "\0" if null else "\n")
    else:
        write_hits(answer, score, reviewed)
