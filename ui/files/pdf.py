"""A PDF of pictures, a page each, written as they come: nothing is kept in memory but where each part of it begins.

By ISO 32000-1: 7.5 says how a file is laid out, 7.4.8 that a JPEG may stand in it as it is (DCTDecode).
"""

from types import TracebackType
from typing import BinaryIO, Self

CATALOG, PAGES = 1, 2  # numbers of objects; those of pages follow, three each


class Pdf:
    """For `with`; the file is whole at its end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = 0
        self._places: dict[int, int] = {}
        self._write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")  # bytes that tell a mailer that it is no text

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, traceback: TracebackType | None) -> None:
        if kind is None:
            self._finish()

    def page(self, jpeg: bytes, pixels: tuple[int, int], points: tuple[float, float]) -> None:
        """A page of that size, filled by a JPEG in RGB of so many pixels."""
        page = max(self._places, default=PAGES) + 1
        width, height = points
        drawn = b"q %.2f 0 0 %.2f 0 0 cm /P Do Q" % points
        about = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB" % pixels
        box = b"/MediaBox [0 0 %.2f %.2f]" % (width, height)
        uses = b"/Contents %d 0 R /Resources << /XObject << /P %d 0 R >> >>" % (page + 1, page + 2)
        self._object(page, b"<< /Type /Page /Parent %d 0 R %s %s >>" % (PAGES, box, uses))
        self._stream(page + 1, b"", drawn)
        self._stream(page + 2, about + b" /BitsPerComponent 8 /Filter /DCTDecode", jpeg)

    def _stream(self, number: int, about: bytes, data: bytes) -> None:
        self._object(number, b"<< %s /Length %d >>\nstream\n%s\nendstream" % (about, len(data), data))

    def _object(self, number: int, content: bytes) -> None:
        self._places[number] = self._at
        self._write(b"%d 0 obj\n%s\nendobj\n" % (number, content))

    def _finish(self) -> None:
        pages = sorted(self._places)[::3]
        kids = b" ".join(b"%d 0 R" % page for page in pages)
        self._object(CATALOG, b"<< /Type /Catalog /Pages %d 0 R >>" % PAGES)
        self._object(PAGES, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)))
        start, count = self._at, len(self._places) + 1
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for number in sorted(self._places):
            self._write(b"%010d 00000 n \n" % self._places[number])
        self._write(b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, CATALOG, start))

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._at += len(data)
