import io
import re
from io import BytesIO

from PIL import Image, PdfParser

from ui.files.pdf import Pdf


def jpeg(colour: tuple[int, int, int]) -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 60), colour).save(file, "JPEG")
    return file.getvalue()


def test_every_page_holds_its_picture_and_every_object_lies_where_the_table_says():
    file, pictures = io.BytesIO(), [jpeg((90 * n, 0, 0)) for n in range(3)]
    with Pdf(file) as pdf:
        for picture in pictures:
            pdf.page(picture, (40, 60), (200.0, 300.0))
    data = file.getvalue()
    parsed = PdfParser.PdfParser(buf=data)  # type: ignore[no-untyped-call]
    assert len(parsed.pages) == 3
    assert [data.count(picture) for picture in pictures] == [1, 1, 1]
    table = data[int(data.rsplit(b"startxref\n", 1)[1].split()[0]) :]
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", table)]
    assert [data[place:].split(b" ", 1)[0] for place in places] == [b"%d" % n for n in range(1, 12)]
