from io import BytesIO
from pathlib import Path

from PIL import Image

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
