from io import BytesIO
from pathlib import Path

from PIL import Image, PdfParser

from retrieval.library import Answer, Hit
from ui.files import contact_sheet


def hit(face: int, photo: Path) -> Hit:
    return Hit(face, str(photo), (10, 10, 90, 90), 0.9, {})


def written(answer: Answer) -> BytesIO:
    file = BytesIO()
    assert contact_sheet.write(answer, answer.query or "", file) == len(answer.hits)
    return file


def test_every_face_has_its_place_in_order(tmp_path: Path) -> None:
    colours = [(250, 0, 0), (0, 250, 0), (0, 0, 250)]
    for number, colour in enumerate(colours):
        Image.new("RGB", (100, 100), colour).save(tmp_path / f"{number}.png")
    hits = [hit(number, tmp_path / f"{number}.png") for number in range(3)]
    with Image.open(written(Answer("Smiling", 3, hits, 1))) as sheet:
        for place, colour in enumerate(colours):
            middle = (14 + place * 214 + 100, 14 + 26 + 100)
            assert max(abs(a - b) for a, b in zip(sheet.getpixel(middle), colour, strict=True)) < 8


def test_a_photograph_that_is_gone_leaves_a_grey_place(tmp_path: Path) -> None:
    with Image.open(written(Answer("Smiling", 1, [hit(1, tmp_path / "gone.png")], 1))) as sheet:
        assert sheet.getpixel((20, 60)) == sheet.getpixel((20, 100))


def test_an_answer_without_faces_is_a_sheet_too() -> None:
    assert written(Answer("Bald", 0, [], 1)).getbuffer().nbytes > 0


def pages(file: BytesIO) -> int:
    return len(PdfParser.PdfParser(buf=file.getvalue()).pages)  # type: ignore[no-untyped-call]


def test_a_pdf_has_as_many_pages_as_it_takes(tmp_path: Path) -> None:
    Image.new("RGB", (100, 100), (250, 0, 0)).save(tmp_path / "a.png")
    for number, count in ((0, 1), (25, 1), (26, 2)):
        file = BytesIO()
        hits = [hit(face, tmp_path / "a.png") for face in range(number)]
        assert contact_sheet.write_pdf(iter(hits), "Casting", file, {1: "tall"}) == number
        assert pages(file) == count


def drawn(answer: Answer, notes: dict[int, str] | None = None) -> Image.Image:
    file = BytesIO()
    contact_sheet.write(answer, "x", file, notes)
    return Image.open(file)


def test_names_and_notes_stand_beneath_whatever_is_in_them(tmp_path: Path) -> None:
    plain = drawn(Answer("x", 1, [hit(1, tmp_path / "a.png")], 1))
    noted = drawn(Answer("x", 1, [hit(1, tmp_path / "a.png")], 1), {1: "a note"})
    assert noted.height > plain.height
    for name in ("Ünïcödé Ελληνικά Кириллица عربى 写真", "\x1b[2J\n\u202egpj.exe", "caf\udce9" * 60, "<b>&amp;"):
        sheet = drawn(Answer("x", 1, [hit(1, Path("/") / name)], 1), {1: name})
        assert sheet.size == noted.size
        right = sheet.crop((14 + 202, 40, 14 + 213, sheet.height))
        assert len(right.getcolors() or []) == 1, "nothing is written beyond its place"
