"""Photographs or faces as one ZIP: a member at a time, so that neither its size nor theirs matters (ZIP64). A file that
cannot be read is named in the archive, and is no reason to end it.
"""

import csv
import io
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import PurePath
from typing import BinaryIO, NamedTuple
from xml.etree.ElementTree import Element, ElementTree
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from indexer.read import UnreadableImage, read_bytes
from retrieval.errors import shown
from retrieval.library import Hit
from ui.files import crops
from ui.files.names import Names

CONTENTS, MISSING = "contents.csv", "MISSING.txt"
CHANGED = "its bytes are not those that were indexed"
GONE = "the photograph was missing when the library was last brought up to date"
EARLIEST, LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # that a ZIP can say


class Packed(NamedTuple):
    """How many members, and of each photograph that could not be put there the path, and why."""

    number: int
    problems: list[tuple[str, str]]


class Asked(NamedTuple):
    """What is put into an archive: `hits` in order, what is noted of a face, the sha256 of its photograph as it was
    indexed, and the paths of photographs that are known to be `missing`.
    """

    hits: Iterable[Hit]
    note: Callable[[int], str | None]
    sha256: Callable[[list[Hit]], dict[int, str]]
    missing: Iterable[str] = ()


class Member(NamedTuple):
    """A file of the archive ("": it is not in it), what it is called at home, whose faces it is, what is noted."""

    name: str
    photograph: str
    faces: list[int]
    notes: list[str]


def originals(asked: Asked, file: BinaryIO) -> Packed:
    """The photographs themselves, byte for byte, each once, in the order of their first faces."""
    names, members = Names(), dict[str, Member]()
    with _Archive(file, asked) as archive:
        for hit, _ in archive.hits():
            if hit.photo not in members:
                members[hit.photo] = Member(archive.original(hit, names), _called(hit.photo), [], [])
            members[hit.photo].faces.append(hit.face)
            members[hit.photo].notes.extend(filter(None, [asked.note(hit.face)]))
        return archive.finish(members.values())


def faces(asked: Asked, file: BinaryIO) -> Packed:
    """Each face cut out of its photograph, a JPEG as large as it is there; numbered, so that a folder shows them in
    order.
    """
    members: list[Member] = []
    with _Archive(file, asked) as archive:
        for number, (hit, sha256) in enumerate(archive.hits(), 1):
            name = archive.face(f"faces/{number:05} face {hit.face}.jpg", hit, sha256)
            members.append(Member(name, _called(hit.photo), [hit.face], [*filter(None, [asked.note(hit.face)])]))
        return archive.finish(members)


def documents(made: Iterable[tuple[str, "ElementTree[Element] | UnreadableImage"]], file: BinaryIO) -> Packed:
    """XML documents, each under the name of its photograph's file, and why others could not be made."""
    names, problems, number = Names(), list[tuple[str, str]](), 0
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for path, document in made:
            if isinstance(document, UnreadableImage):
                problems.append((path, document.reason))
                continue
            text = io.BytesIO()
            document.write(text, "utf-8", xml_declaration=True)
            archive.writestr(_info(names.new(f"{_called(path)}.xmp"), time.time(), ZIP_DEFLATED), text.getvalue())
            number += 1
        _tell(archive, problems)
    return Packed(number, problems)


class _Archive:
    """One that is being written."""

    def __init__(self, file: BinaryIO, asked: Asked) -> None:
        self._zip = ZipFile(file, "w", ZIP_STORED, allowZip64=True)
        self._asked = asked
        self._problems: list[tuple[str, str]] = []
        self._number = 0

    def __enter__(self) -> "_Archive":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        with suppress(*(() if kind is None else (OSError,))):  # or it closes itself later, and complains then
            self._zip.close()

    def hits(self) -> Iterator[tuple[Hit, str | None]]:
        """Each with the sha256 of its photograph, asked for a bounded number at a time."""
        page: list[Hit] = []
        for hit in self._asked.hits:
            page.append(hit)
            if len(page) == 1_000:
                yield from self._with_sha256(page)
                page = []
        yield from self._with_sha256(page)

    def _with_sha256(self, page: list[Hit]) -> Iterator[tuple[Hit, str | None]]:
        known = self._asked.sha256(page)
        return ((hit, known.get(hit.face)) for hit in page)

    def original(self, hit: Hit, names: Names) -> str:
        """Puts the photograph in; returns the member's name, "" if it cannot be read."""
        try:
            content = read_bytes(hit.photo)
        except UnreadableImage as error:
            self._problem(hit.photo, error.reason)
            return ""
        name = f"photographs/{names.new(_called(hit.photo))}"
        self._put(name, content.data, content.mtime_ns / 1e9)
        return name

    def face(self, name: str, hit: Hit, sha256: str | None) -> str:
        """Puts the face in; returns the member's name, "" if its photograph cannot be read, or is another one."""
        try:
            content = read_bytes(hit.photo)
            if sha256 is not None and content.sha256 != sha256:
                raise UnreadableImage(CHANGED)
            self._put(name, crops.whole(content.data, hit.box), content.mtime_ns / 1e9)
        except UnreadableImage as error:
            self._problem(hit.photo, error.reason)
            return ""
        return name

    def finish(self, members: Iterable[Member]) -> Packed:
        """Says what is in it, and what is not."""
        for path in self._asked.missing:
            self._problem(path, GONE)
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(["file", "photograph", "faces", "notes"])
        for name, photo, numbers, notes in members:
            writer.writerow([name, photo, " ".join(map(str, numbers)), " / ".join(notes)])
        self._zip.writestr(_info(CONTENTS, time.time(), ZIP_DEFLATED), table.getvalue().encode())
        _tell(self._zip, self._problems)
        return Packed(self._number, self._problems)

    def _put(self, name: str, data: bytes, made: float) -> None:
        self._zip.writestr(_info(name, made, ZIP_STORED), data)  # photographs are packed already
        self._number += 1

    def _problem(self, path: str, reason: str) -> None:
        if (path, reason) not in self._problems[-1:]:
            self._problems.append((path, reason))


def _tell(archive: ZipFile, problems: list[tuple[str, str]]) -> None:
    if problems:
        lines = ["What could not be put into this archive, and why:", ""]
        lines += [*[f"{_called(path)}: {reason}" for path, reason in problems], ""]
        archive.writestr(_info(MISSING, time.time(), ZIP_DEFLATED), "\n".join(lines).encode())


def _info(name: str, made: float, packed: int) -> ZipInfo:
    try:
        moment = time.localtime(made)[:6]
    except (OverflowError, ValueError, OSError):
        moment = EARLIEST
    info = ZipInfo(name, min(max(moment, EARLIEST), LATEST))
    info.compress_type, info.external_attr = packed, 0o644 << 16
    return info


def _called(path: str) -> str:
    """The file's name, without where it lies: that is nobody's business to whom the archive goes."""
    return shown(PurePath(path).name)
