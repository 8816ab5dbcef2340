import csv
import io
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image

from retrieval.library import Hit
from ui.files import archive
from ui.files.archive import Asked, Packed


def picture(path: Path, colour: tuple[int, int, int] = (9, 9, 9)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (300, 200), colour).save(path)
    return path


def hit(face: int, path: Path | str, left: int = 20) -> Hit:
    return Hit(face, str(path), (left, 20, left + 60, 100), 0.9, {})


def asked(*hits: Hit, notes: dict[int, str] | None = None, **more: list[str]) -> Asked:
    def digests(page: list[Hit]) -> dict[int, str]:
        there = [one for one in page if Path(one.photo).is_file()]
        return {one.face: sha256(Path(one.photo).read_bytes()).hexdigest() for one in there}

    return Asked(hits, (notes or {}).get, digests, **more)


def opened(file: io.BytesIO) -> tuple[dict[str, bytes], list[dict[str, str]]]:
    with ZipFile(file) as found:
        assert found.testzip() is None
        members = {name: found.read(name) for name in found.namelist()}
    assert len(members) == len(found.namelist())
    return members, list(csv.DictReader(io.StringIO(members["contents.csv"].decode())))


def test_originals_are_there_byte_for_byte_each_once_in_order(tmp_path: Path):
    one, two, three = (picture(tmp_path / name, (n, 0, 0)) for n, name in enumerate(["b/x.jpg", "a/X.JPG", "y.png"]))
    file = io.BytesIO()
    notes = {2: "call", 4: "tall"}
    assert archive.originals(asked(hit(2, one), hit(1, two), hit(4, one), hit(3, three), notes=notes), file).number == 3
    members, rows = opened(file)
    assert [row["file"] for row in rows] == ["photographs/x.jpg", "photographs/X (2).JPG", "photographs/y.png"]
    assert [members[row["file"]] for row in rows] == [path.read_bytes() for path in (one, two, three)]
    assert [(row["faces"], row["notes"]) for row in rows] == [("2 4", "call / tall"), ("1", ""), ("3", "")]
    assert "MISSING.txt" not in members and str(tmp_path) not in members["contents.csv"].decode(), "it tells no folder"


def test_what_cannot_be_read_is_named_and_ends_nothing(tmp_path: Path):
    good, folder = picture(tmp_path / "a.jpg"), tmp_path / "b.jpg"
    folder.mkdir()
    file = io.BytesIO()
    hits = [hit(1, folder), hit(2, tmp_path / "gone\n.jpg"), hit(3, good)]
    packed = archive.originals(asked(*hits, missing=["/away/c.jpg"]), file)
    members, rows = opened(file)
    assert packed.number == 1 and [row["file"] for row in rows] == ["", "", "photographs/a.jpg"]
    text = members["MISSING.txt"].decode()
    reasons = [reason for _, reason in packed.problems]
    assert [line.split(": ")[1] for line in text.splitlines() if ": " in line] == reasons and str(tmp_path) not in text
    assert [path for path, _ in packed.problems] == [*[one.photo for one in hits[:2]], "/away/c.jpg"]
    assert "b.jpg: not a file but a folder" in text and "gone␊.jpg: there is no such file" in text
    assert "c.jpg: the photograph was missing" in text


def test_faces_are_cut_out_as_large_as_they_are(tmp_path: Path):
    path, changed = picture(tmp_path / "a.jpg", (200, 0, 0)), picture(tmp_path / "b.jpg")
    (tmp_path / "c.jpg").write_bytes(b"no picture")
    hits = [hit(7, path), hit(5, path, 200), hit(6, tmp_path / "c.jpg"), hit(8, changed)]
    question = asked(*hits, notes={5: "x"})
    digests = question.sha256(hits)
    file = io.BytesIO()
    packed = archive.faces(question._replace(sha256=lambda _: {**digests, 8: "0" * 64}), file)
    members, rows = opened(file)
    assert [row["file"] for row in rows] == ["faces/00001 face 7.jpg", "faces/00002 face 5.jpg", "", ""]
    for name in [name for name in members if name.startswith("faces/")]:
        with Image.open(io.BytesIO(members[name])) as face:
            assert face.format == "JPEG" and face.size == (104, 104)
    assert packed.number == 2 and "b.jpg: its bytes are not those that were indexed" in members["MISSING.txt"].decode()
    assert rows[1]["notes"] == "x"


@pytest.mark.parametrize("name", ["../../evil.jpg", "CON.jpg", "=cmd|calc.jpg", "a\\b.jpg", "caf\udce9.jpg", "-x.jpg"])
def test_no_name_leads_out_of_the_archive_or_is_a_formula(tmp_path: Path, name: str):
    path = tmp_path / "d" / "e" / name
    picture(path.parent / "x.jpg")
    (path.parent / "x.jpg").rename(path)
    file = io.BytesIO()
    archive.originals(asked(hit(1, path)), file)
    members, rows = opened(file)
    place = rows[0]["file"]
    assert place in members and place.count("/") == 1 and place.startswith("photographs/") and ".." not in place


@pytest.mark.lengthy
def test_more_than_a_zip_once_could_hold_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """ZIP64 begins at 65,536 members, of which each is a few bytes here."""
    path = picture(tmp_path / "a.jpg")
    monkeypatch.setattr(archive.crops, "whole", lambda data, box: b"x")
    content = archive.read_bytes(str(path))
    monkeypatch.setattr(archive, "read_bytes", lambda path: content)
    file = io.BytesIO()
    assert archive.faces(asked(*[hit(n, path) for n in range(65_600)]), file).number == 65_600
    with ZipFile(file) as found:
        assert len(found.namelist()) == 65_601 and found.read("faces/65600 face 65599.jpg") == b"x"


def test_an_archive_of_nothing_is_one_too():
    file = io.BytesIO()
    assert archive.originals(asked(), file) == Packed(0, [])
    assert list(opened(file)[0]) == ["contents.csv"]


def test_a_disk_that_is_full_is_no_file_that_is_missing(tmp_path: Path):
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            if self.tell() > 500:
                raise OSError(28, "No space left on device")
            return super().write(data)  # type: ignore[arg-type]

    with pytest.raises(OSError, match="No space"):
        archive.originals(asked(hit(1, picture(tmp_path / "a.jpg"))), Full())
