"""The ways out: what other programs get, and that nothing is ever written among the photographs."""

import csv
import json
import math
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from indexer.scan import resolve
from retrieval.answers import citation
from retrieval.attributes import ATTRIBUTES
from retrieval.errors import JOINERS
from retrieval.facts import Facts
from retrieval.library import Library
from retrieval.tables.records import Photo
from tests.bad_files import encoded
from tests.retrieval.made import MODEL, a_face, fill
from tests.retrieval.test_unfinished import half_written
from tests.retrieval.writing.test_store import NAMES
from tests.ui.ended import Run
from ui import chosen
from ui.files import formats, xmp

SIZE = (200, 150)
SUFFIXES = {"--to": "t.csv", "--sheet": "s.pdf", "--xmp": "", "--zip": "z.zip", "--crops": "c.zip", "--links": "new"}


SAID = Facts(1_683_356_889, 7200, "FUJIFILM X100V", "23mm f/2", 48.85, -2.352)


class Shelf:
    """A library of photographs that are really there, and the program to run over it."""

    def __init__(self, root: Path) -> None:
        self.root, self.photographs, self.out = root, root / "photographs", root / "out"
        self.photographs.mkdir()
        self.folder = root / "library"

    def fill(self, names: list[bytes]) -> "Shelf":
        with Library.create_or_open(self.folder) as library:
            fill(library, [self._photo(name, seed) for seed, name in enumerate(names)])
        return self

    def _photo(self, name: bytes, seed: int) -> Photo:
        from hashlib import sha256

        data = encoded(Image.new("RGB", SIZE, (seed, 0, 0)), "PNG")
        path = os.path.join(os.fsencode(self.photographs), name)  # noqa: PTH118 - bytes
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        Path(os.fsdecode(path)).write_bytes(data)
        face = a_face(seed, Smiling=0.9, Male=0.1 * seed % 1)
        return Photo(os.fsdecode(path), len(data), 1, sha256(data).hexdigest(), *SIZE, "faces", None, (face,))

    def tell(self, name: str, facts: Facts) -> None:
        """What a photograph says of itself."""
        with Library.open(self.folder) as library, library.writer(MODEL) as writer, writer.batch() as batch:
            batch.tell(writer.known(str(self.photographs))[str(self.photographs / name)].id, facts)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path).fill([b"a.png", b"b/c.png", b"b/d.png"])


def tree(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    }


def test_csv_and_parquet_hold_every_face_with_its_numbers(shelf: Shelf, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chosen, "PAGE", 2)
    assert run("export", "Smiling", "--to", shelf.out / "t.csv").status == 0
    assert run("export", "Smiling", "--to", shelf.out / "t.parquet").status == 0
    with Library.open(shelf.folder) as library:
        hits = library.find("Smiling").hits
    with open(shelf.out / "t.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(int(r["face"]), r["photo"], int(r["top"])) for r in rows] == [(h.face, h.photo, 20) for h in hits]
    table = pd.read_parquet(shelf.out / "t.parquet")
    assert table.shape == (3, 8 + 40 + 7) and list(table.face) == [hit.face for hit in hits]
    for row, hit in zip(table.to_dict("records"), hits, strict=True):
        assert [row[name] for name in ATTRIBUTES] == [np.float32(p) for p in hit.attributes.values()]
        assert os.fsdecode(row["path"]) == hit.photo


def test_every_table_says_what_photographs_say_of_themselves(shelf: Shelf, run: Run):
    shelf.tell("a.png", SAID)
    assert run("export", "Smiling", "--to", shelf.out / "t.csv", "--to", shelf.out / "t.parquet").status == 0
    with open(shelf.out / "t.csv", newline="") as file:
        a, _, c = sorted(csv.DictReader(file), key=lambda row: row["photo"])
    said = ["taken", "dated", "camera", "lens", "latitude", "longitude"]
    told = ["2023-05-06T07:08:09+02:00", "picture", "FUJIFILM X100V", "23mm f/2", "48.85", "-2.352"]
    assert [a[name] for name in said] == told and [c[name] for name in said] == [""] * 6
    table = pd.read_parquet(shelf.out / "t.parquet").sort_values("photo").set_index("photo")
    first = table.iloc[0]
    assert (first.taken, first.utc_offset) == (pd.Timestamp("2023-05-06 07:08:09"), 7200)
    assert first[said[1:]].tolist() == ["picture", "FUJIFILM X100V", "23mm f/2", 48.85, -2.352]
    assert table.iloc[1:][said].isna().all(axis=None)


def test_coco_and_sidecars_say_it_by_the_names_that_they_have_for_it(shelf: Shelf, run: Run):
    shelf.tell("a.png", SAID)
    shelf.tell("b/c.png", Facts(latitude=-0.5, longitude=0.25))
    assert run("export", "Smiling", "--coco", shelf.out / "c.json", "--xmp", shelf.out).status == 0
    first, second, third = json.loads((shelf.out / "c.json").read_bytes())["images"]
    assert (first["date_captured"], first["camera"], first["dated"]) == (
        "2023-05-06 07:08:09", "FUJIFILM X100V", "picture",
    )  # fmt: skip
    assert second["date_captured"] and second["dated"] == "file" and third["date_captured"] is third["dated"] is None
    a, c, d = (document for _, document in sorted(sidecars(shelf.out).items()))
    assert plain(a) == {
        "photoshop:DateCreated": "2023-05-06T07:08:09+02:00",
        "tiff:Model": "FUJIFILM X100V",
        "aux:Lens": "23mm f/2",
        "exif:GPSLatitude": "48,51.000000N",
        "exif:GPSLongitude": "2,21.120000W",
    }
    assert plain(c) == {"exif:GPSLatitude": "0,30.000000S", "exif:GPSLongitude": "0,15.000000E"}  # not its file's date
    assert plain(d) == {}


def plain(document: Any) -> dict[str, str]:
    """What a sidecar says in one word each."""
    prefixes = {f"{{{xmp.NAMESPACES[prefix]}}}": prefix for prefix in ("photoshop", "tiff", "aux", "exif")}
    return {
        f"{prefix}:{item.tag.removeprefix(uri)}": item.text
        for item in document.iter()
        for uri, prefix in prefixes.items()
        if item.tag.startswith(uri)
    }


def test_every_way_out_may_be_taken_more_than_once(shelf: Shelf, run: Run):
    names = {"--to": ("a.csv", "b.parquet", "c.csv"), "--coco": ("d.json", "e.json"), "--cite": ("f.json", "g.json")}
    files = [name for group in names.values() for name in group]
    arguments = [word for option, group in names.items() for name in group for word in (option, shelf.out / name)]
    ended = run("export", "Smiling", *arguments)
    assert ended.status == 0 and sorted(path.name for path in shelf.out.iterdir()) == files
    assert all(name in ended.err for name in files)


def test_coco_says_images_boxes_and_attributes(shelf: Shelf, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chosen, "PAGE", 1)
    run("correct", "--face", 1, "--clear", "Smiling", "--set", "Bald")
    assert run("export", "Smiling OR Bald", "--coco", shelf.out / "coco.json").status == 0
    coco = json.loads((shelf.out / "coco.json").read_bytes())
    assert {image["id"]: image["file_name"] for image in coco["images"]} == {
        n + 1: str(shelf.photographs / name) for n, name in enumerate(("a.png", "b/c.png", "b/d.png"))
    }
    assert all((image["width"], image["height"]) == SIZE for image in coco["images"])
    first = coco["annotations"][0]
    assert (first["bbox"], first["area"], first["image_id"], first["category_id"]) == ([10, 20, 100, 120], 12000, 1, 1)
    assert (first["attributes"]["Smiling"], first["attributes"]["Bald"]) == (False, True)
    assert [category["name"] for category in coco["categories"]] == ["face"]


def test_an_empty_answer_is_written_too(shelf: Shelf, run: Run):
    none = ("export", "Smiling AND NOT Smiling", "--to", shelf.out / "t.parquet", "--coco", shelf.out / "c.json")
    assert run(*none, "--sheet", shelf.out / "s.png", "--cite", shelf.out / "set.json").status == 0
    assert len(pd.read_parquet(shelf.out / "t.parquet")) == 0
    assert json.loads((shelf.out / "c.json").read_bytes())["annotations"] == []


def sidecars(folder: Path) -> dict[str, Any]:
    return {str(path.relative_to(folder)): ElementTree.parse(path) for path in folder.rglob("*.xmp")}


def values(document: Any, name: str) -> list[str]:
    prefix, local = name.split(":")
    return [item.text for item in document.findall(f".//{{{xmp.NAMESPACES[prefix]}}}{local}/*/*")]


def test_sidecars_mirror_the_tree_and_say_what_the_faces_have(shelf: Shelf, run: Run):
    before = tree(shelf.photographs)
    run("correct", "Smiling", "--set", "Bangs", "--clear", "Male")
    assert run("export", "Smiling", "--xmp", shelf.out).status == 0
    found = sidecars(shelf.out)
    root = str(shelf.photographs).lstrip("/")
    assert sorted(found) == [f"{root}/a.png.xmp", f"{root}/b/c.png.xmp", f"{root}/b/d.png.xmp"]
    for document in found.values():
        assert {"Smiling", "Bangs"} <= set(values(document, "dc:subject"))
        assert "facequery|hair|Bangs" in values(document, "lr:hierarchicalSubject")
        assert "Male" not in values(document, "dc:subject")
        (area,) = document.findall(f".//{{{xmp.NAMESPACES['mwg-rs']}}}Area")
        numbers = [float(area.get(f"{{{xmp.NAMESPACES['stArea']}}}{side}")) for side in "xywh"]
        assert numbers == pytest.approx([60 / 200, 80 / 150, 100 / 200, 120 / 150], abs=1e-6)
    assert tree(shelf.photographs) == before


def test_a_photograph_that_changed_or_is_gone_gets_no_sidecar(shelf: Shelf, run: Run):
    (shelf.photographs / "a.png").unlink()
    (shelf.photographs / "b" / "c.png").write_bytes(b"other")
    ended = run("export", "Smiling", "--xmp", shelf.out)
    assert ended.status == 1 and len(sidecars(shelf.out)) == 1
    assert "a.png: there is no such file" in ended.err and "c.png: its bytes are not those" in ended.err


def test_any_name_is_written_and_none_is_believed(tmp_path: Path, run: Run):
    shelf = Shelf(tmp_path).fill([name for name in NAMES if len(name) < 200])
    ended = run("export", "Smiling", "--xmp", shelf.out, "--to", shelf.out / "t.csv", "--coco", shelf.out / "c.json")
    assert ended.status == 0, ended.err
    run("export", "Smiling", "--to", shelf.out / "t.parquet")
    with Library.open(shelf.folder) as library:
        paths = {hit.photo for hit in library.find(None, limit=None).hits}
    assert {os.fsdecode(path) for path in pd.read_parquet(shelf.out / "t.parquet").path} == paths
    assert {image["file_name"] for image in json.loads((shelf.out / "c.json").read_text())["images"]} == paths
    with open(shelf.out / "t.csv", newline="", errors="surrogateescape") as file:
        assert {row["photo"] for row in csv.DictReader(file)} == paths
    assert len(list(shelf.out.rglob("*.xmp"))) == len(paths)
    for photo in pd.read_parquet(shelf.out / "t.parquet").photo:
        assert all(character in JOINERS or character.isprintable() for character in photo)


def test_names_that_are_too_long_for_a_sidecar_are_passed_by_with_a_reason(tmp_path: Path, run: Run):
    shelf = Shelf(tmp_path).fill([b"x" * 253, b"y.png"])
    ended = run("export", "Smiling", "--xmp", shelf.out)
    assert ended.status == 1 and "File name too long" in ended.err and len(sidecars(shelf.out)) == 1


@pytest.mark.parametrize("option", ["--to", "--coco", "--xmp", "--sheet", "--cite", "--zip", "--crops", "--links"])
@pytest.mark.parametrize("place", ["", "b", "new/deep", "link"])
def test_nothing_is_written_among_photographs(shelf: Shelf, run: Run, option: str, place: str):
    with Library.open(shelf.folder) as library, library.writer(MODEL) as writer:
        writer.remember([resolve(str(shelf.photographs))])
    (shelf.root / "elsewhere").symlink_to(shelf.photographs)
    before = tree(shelf.photographs)
    folder = shelf.root / "elsewhere" if place == "link" else shelf.photographs / place
    suffix = SUFFIXES.get(option, "f.json")
    ended = run("export", "Smiling", option, folder / suffix)
    assert ended.status == 2 and "among photographs" in ended.err
    assert tree(shelf.photographs) == before


@pytest.mark.parametrize("option", ["--to", "--coco", "--xmp", "--sheet", "--cite", "--zip", "--crops", "--links"])
@pytest.mark.parametrize("place", ["library", "library/new/deep", "link"])
def test_nothing_is_written_into_the_library(shelf: Shelf, run: Run, option: str, place: str):
    (shelf.root / "link").symlink_to(shelf.folder)
    before = tree(shelf.folder)
    suffix = SUFFIXES.get(option, "library.db")
    ended = run("export", "Smiling", "--cite", shelf.out / "first.json", option, shelf.root / place / suffix)
    assert ended.status == 2 and "lies in the library itself" in ended.err
    assert tree(shelf.folder) == before and not shelf.out.exists()


def test_sidecars_that_would_fall_into_the_library_are_refused(shelf: Shelf, run: Run):
    library = shelf.out / str(shelf.photographs).lstrip("/")
    library.parent.mkdir(parents=True)
    shelf.folder.rename(library)
    ended = run("export", "Smiling", "--xmp", shelf.out, "--library", library)
    assert ended.status == 2 and "lies in the library itself" in ended.err and not sidecars(shelf.out)


def test_not_even_beside_photographs_of_a_library_that_remembers_no_folder(shelf: Shelf, run: Run):
    assert run("export", "Smiling", "--to", shelf.photographs / "b" / "t.csv").status == 2
    assert run("export", "Smiling", "--xmp", "/").status == 2


def test_a_link_inside_the_folder_of_sidecars_leads_nowhere(shelf: Shelf, run: Run):
    link = shelf.out / str(shelf.photographs).lstrip("/")
    link.parent.mkdir(parents=True)
    link.symlink_to(shelf.photographs)
    before = tree(shelf.photographs)
    assert run("export", "Smiling", "--xmp", shelf.out).status == 2
    assert tree(shelf.photographs) == before


def test_a_path_that_leads_out_of_the_folder_of_sidecars_gets_none(shelf: Shelf, run: Run):
    """As only a library has it that came from somebody else."""
    target = shelf.out / "sidecars"
    path = f"/x{'/..' * len(target.parts)}{shelf.photographs}/a.png"
    with closing(sqlite3.connect(shelf.folder / "library.db")) as raw, raw:
        raw.execute("UPDATE photo SET path = ? WHERE id = 1", [os.fsencode(path)])
    before = tree(shelf.root / "photographs")
    ended = run("export", "Smiling", "--xmp", target)
    assert ended.status == 1 and "leads out of the folder" in ended.err
    assert tree(shelf.photographs) == before and len(list(target.rglob("*.xmp"))) == 2
    assert len(list(shelf.root.rglob("*.xmp"))) == 2


def test_a_result_set_can_be_checked_by_who_has_the_library(shelf: Shelf, run: Run):
    file = shelf.out / "set.json"
    run("correct", "--face", 1, "--set", "Bald")
    assert run("export", "smiling", "--cite", file, "--sheet", shelf.out / "s.png").status == 0
    cited = json.loads(file.read_bytes())
    assert (cited["total"], cited["corrections"], cited["model"]["name"]) == (3, 1, "tiny")
    assert str(shelf.root) not in file.read_text(), "it tells no path"
    same = run("verify-set", file, "--json")
    assert same.status == 0 and same.json == {"query": "smiling", "total": 3, "differences": []}
    run("correct", "--face", 2, "--clear", "Smiling")
    other = run("verify-set", file)
    assert other.status == 1 and "1 faces do not match any more: 2." in other.out
    run("undo")
    fill_again = shelf.fill([b"a.png"])
    with Library.open(fill_again.folder) as library:
        assert library.differences(cited) != []


def test_a_result_set_that_was_changed_is_refused(shelf: Shelf, run: Run):
    file = shelf.out / "set.json"
    run("export", "Smiling", "--cite", file)
    cited = json.loads(file.read_bytes())
    bare = {"format": cited["format"]}
    fits = json.dumps({**bare, "checksum": citation.checksum(bare)}).encode()
    other = [json.dumps({**cited, "total": total}).encode() for total in (2, math.nan)]
    for spoilt in (b"", b"[]", b"{}", b"[" * 100_000, *other, fits, file.read_bytes()[:-40]):
        (shelf.out / "spoilt.json").write_bytes(spoilt)
        ended = run("verify-set", shelf.out / "spoilt.json")
        assert ended.status == 1 and ended.err.startswith(("This is no result set", "The result set is not as"))


def test_what_was_written_where_is_told_as_it_is(shelf: Shelf, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(formats, "SHEET", 2)
    monkeypatch.setattr(chosen, "PAGE", 2)
    (shelf.photographs / "a.png").unlink()
    names = {"--to": ("t.csv", "t.parquet"), "--coco": ("c.json",), "--sheet": ("s.png",), "--cite": ("f.json",)}
    outputs = [word for option, group in names.items() for name in group for word in (option, shelf.out / name)]
    ended = run("export", "Smiling", *outputs, "--xmp", shelf.out)
    told = [f"3 faces to {shelf.out}/{name}" for name in ("t.csv", "t.parquet", "c.json")]
    told += [f"2 faces to {shelf.out}/s.png", f"3 faces to {shelf.out}/f.json", f"2 sidecars to {shelf.out}"]
    assert ended.status == 1 and ended.err.endswith(f"Written: {', '.join(told)}.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        *[("Smiling",), ("Smiling", "--to", "x.xlsx"), ("Smiling", "--sheet", "x.jpg"), ("Smiling", "--zip", "x.tar")],
        *[("--to", "x.csv"), ("Smiling", "--face", "1", "--to", "x.csv"), ("--face", "1", "--cite", "x.json")],
        ("Smiling", "--shortlist", "a", "--to", "x.csv"),
    ],
)
def test_what_cannot_be_written_is_wrong_usage(shelf: Shelf, run: Run, arguments: tuple[str, ...]):
    assert run("export", *arguments).status == 2


def listed(shelf: Shelf) -> Shelf:
    """With a shortlist, of which the photograph of face 3 was missing when somebody looked last."""
    with Library.open(shelf.folder) as library:
        library.shortlists.add("Casting", [2, 3, 1])
        library.shortlists.note("Casting", [1], "call back")
        with library.writer(MODEL) as writer, writer.batch() as batch:
            batch.mark_missing([3])
    return shelf


def test_a_shortlist_is_written_in_its_order_with_its_notes(shelf: Shelf, run: Run):
    out = listed(shelf).out
    ways = {"--to": "t.csv", "--coco": "c.json", "--zip": "z.zip", "--crops": "f.zip", "--links": "links"}
    outputs = [word for option, name in ways.items() for word in (option, out / name)]
    more = ["--to", out / "t.parquet", "--sheet", out / "s.png", "--sheet", out / "s.pdf", "--cite", out / "set.json"]
    ended = run("export", "--shortlist", "casting", *outputs, *more, "--xmp", out / "xmp")
    assert ended.status == 1 and "1 face could not be taken: the photographs are missing." in ended.err
    assert f"2 faces to {out}/t.csv, 2 faces to {out}/t.parquet, 2 faces to {out}/c.json" in ended.err
    with open(out / "t.csv", newline="") as file:
        assert [(row["face"], row["note"]) for row in csv.DictReader(file)] == [("2", ""), ("1", "call back")]
    table = pd.read_parquet(out / "t.parquet")
    assert list(table.face) == [2, 1] and list(table.note.fillna("")) == ["", "call back"]
    annotations = json.loads((out / "c.json").read_bytes())["annotations"]
    assert [(face["id"], face["note"]) for face in annotations] == [(2, None), (1, "call back")]
    with ZipFile(out / "z.zip") as archive:
        names = archive.namelist()
        assert archive.read(names[0]) == (shelf.photographs / "b" / "c.png").read_bytes()
        assert "d.png: the photograph was missing" in archive.read("MISSING.txt").decode()
    assert names == ["photographs/c.png", "photographs/a.png", "contents.csv", "MISSING.txt"]
    with ZipFile(out / "f.zip") as archive:
        assert archive.namelist()[:2] == ["faces/00001 face 2.jpg", "faces/00002 face 1.jpg"]
    assert [path.name for path in sorted((out / "links").iterdir())] == ["1 c.png", "2 a.png"]
    texts = [
        item.text for one in sidecars(out / "xmp").values() for item in one.iter() if item.tag.endswith("Description")
    ]
    assert "call back" in texts and len(sidecars(out / "xmp")) == 2
    assert json.loads((out / "set.json").read_bytes())["query"] == 'list:"Casting"'
    assert run("verify-set", out / "set.json").status == 0


def test_faces_are_written_in_the_order_in_which_they_are_named(
    shelf: Shelf, run: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(chosen, "PAGE", 2)
    faces = ("export", "--face", 3, "--face", 1, "--face", 2)
    assert run(*faces, "--to", shelf.out / "t.csv", "--xmp", shelf.out).status == 0
    with open(shelf.out / "t.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["face"] for row in rows] == ["3", "1", "2"] and "note" not in rows[0] and len(sidecars(shelf.out)) == 3
    assert run("export", "--face", 9, "--to", shelf.out / "u.csv").status == 1
    assert run("export", "--shortlist", "none", "--to", shelf.out / "u.csv").status == 1


def test_a_library_s_own_photographs_are_never_touched_by_what_is_taken_away(shelf: Shelf, run: Run):
    before = tree(shelf.photographs)
    out = shelf.out
    ended = run("export", "Smiling", "--zip", out / "z.zip", "--crops", out / "c.zip", "--links", out / "links")
    assert ended.status == 0 and tree(shelf.photographs) == before
    again = run("export", "Smiling", "--links", out / "links", "--force")
    assert again.status == 2 and "is not empty" in again.err and tree(shelf.photographs) == before


def test_every_name_is_in_the_archive_and_none_is_believed(tmp_path: Path, run: Run):
    names = [name for name in NAMES if len(name) < 200]
    shelf = Shelf(tmp_path).fill(names)
    ended = run(
        "export", "Smiling", "--zip", shelf.out / "z.zip", "--links", shelf.out / "l", "--sheet", shelf.out / "s.pdf"
    )
    assert ended.status == 0, ended.err
    with ZipFile(shelf.out / "z.zip") as archive:
        members = [name for name in archive.namelist() if name.startswith("photographs/")]
        assert len({name.casefold() for name in members}) == len(members) == len(names)
        archive.extractall(shelf.out / "there")
    assert len([path for path in (shelf.out / "there" / "photographs").iterdir() if path.is_file()]) == len(names)
    assert len(list((shelf.out / "l").iterdir())) == len(names)


def test_a_library_that_moves_on_meanwhile_is_noticed(shelf: Shelf, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chosen, "PAGE", 1)
    find = Library.find

    def moving(self: Library, *arguments: Any, **options: Any) -> Any:
        answer = find(self, *arguments, **options)
        self.correct([answer.hits[0].face], {"Bald": not self.corrections(answer.hits[0].face).get("Bald", False)})
        return answer

    monkeypatch.setattr(Library, "find", moving)
    ended = run("export", "Smiling", "--to", shelf.out / "t.csv")
    assert ended.status == 1 and "changed while" in ended.err and list(shelf.out.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "name"),
    [
        *[("--to", "t.csv"), ("--coco", "c.json"), ("--sheet", "s.png"), ("--cite", "f.json")],
        *[("--sheet", "s.pdf"), ("--zip", "z.zip"), ("--crops", "c.zip")],
    ],
)
def test_nothing_is_overwritten_unless_that_is_wanted(shelf: Shelf, run: Run, option: str, name: str):
    shelf.out.mkdir()
    (shelf.out / name).write_bytes(b"mine")
    (shelf.out / f"link{name}").symlink_to(shelf.out / "nowhere")
    for place in (name, f"link{name}"):
        ended = run("export", "Smiling", "--cite", shelf.out / "new.json", option, shelf.out / place)
        assert ended.status == 2 and "is there already" in ended.err and "--force" in ended.err
    assert (shelf.out / name).read_bytes() == b"mine" and not (shelf.out / "new.json").exists()
    assert run("export", "Smiling", option, shelf.out / name, "--force").status == 0
    assert (shelf.out / name).read_bytes() != b"mine"


def test_nothing_takes_the_place_of_what_the_same_command_writes_or_of_a_folder(shelf: Shelf, run: Run):
    (shelf.out / "folder.csv").mkdir(parents=True)
    twice = run("export", "Smiling", "--cite", shelf.out / "a.json", "--coco", shelf.out / "." / "a.json", "--force")
    assert twice.status == 2 and "the same place" in twice.err
    folder = run("export", "Smiling", "--to", shelf.out / "folder.csv", "--force")
    assert folder.status == 2 and "folder.csv is a folder. Name a file." in folder.err
    assert os.listdir(shelf.out) == ["folder.csv"]


def test_no_sidecar_is_overwritten_unless_that_is_wanted(shelf: Shelf, run: Run):
    run("export", "Smiling", "--xmp", shelf.out)
    first = sidecars(shelf.out)
    (place := shelf.out / next(iter(first))).write_bytes(b"mine")
    ended = run("export", "Smiling", "--xmp", shelf.out)
    assert ended.status == 1 and ended.err.count("is there already") == len(first) and place.read_bytes() == b"mine"
    assert run("export", "Smiling", "--xmp", shelf.out, "--force").status == 0 and place.read_bytes() != b"mine"


def test_what_a_killed_export_has_left_is_removed_by_the_next(shelf: Shelf, run: Run):
    folders = [shelf.out, shelf.out / str(shelf.photographs / "b").lstrip("/")]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        process = half_written("file", folder / "t.csv")
        process.kill()
        process.communicate()
    assert run("export", "Smiling", "--to", shelf.out / "t.csv", "--xmp", shelf.out).status == 0
    assert not list(shelf.out.rglob(".facequery-*"))
