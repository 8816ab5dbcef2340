"""A camera's RAW file -> the preview that it holds, and how that lies. It needs `rawpy`, of the extra `raw`.

The sensor's own pixels are never developed: the preview is what the camera itself made of them.
"""

from importlib.util import find_spec
from io import BytesIO
from typing import NamedTuple

from PIL import Image

from retrieval.errors import UnreadableImage
from retrieval.pictures import tiff

TIFFS = (b"II", b"MM")
FUJI = b"FUJIFILMCCD-RAW"
CANON = b"ftypcrx "  # from the fifth byte on
ORIENTATIONS = {0: 1, 3: 3, 5: 8, 6: 6}  # LibRaw's number for a turn -> EXIF's


class Preview(NamedTuple):
    """A picture in one of the usual formats, and how its pixels lie, as EXIF numbers it."""

    data: bytes
    orientation: int


def is_raw(data: bytes) -> bool:
    """Whether these are the bytes of a RAW file."""
    return data.startswith(FUJI) or data[4:12] == CANON or (data.startswith(TIFFS) and tiff.is_raw(data))


def installed() -> bool:
    """Whether the extra `raw` is there; it loads nothing of it."""
    return find_spec("rawpy") is not None


def preview(data: bytes) -> Preview:
    """The largest preview in a RAW file; UnreadableImage."""
    if not installed():
        raise UnreadableImage("a RAW file: `pip install 'facequery[raw]'` has its preview read")
    import rawpy

    try:
        with rawpy.imread(BytesIO(data)) as file:
            found, flip = file.extract_thumb(), file.sizes.flip
    except rawpy.LibRawNoThumbnailError:
        raise UnreadableImage("a RAW file without a preview") from None
    except (rawpy.LibRawError, rawpy.NotSupportedError, ValueError, OSError) as error:
        raise UnreadableImage(f"a RAW file that cannot be read ({' '.join(str(error).split())[:100]})") from error
    made = found.data if isinstance(found.data, bytes) else _as_bmp(Image.fromarray(found.data))
    return Preview(made, ORIENTATIONS.get(flip, 1))


def _as_bmp(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "BMP")
    return file.getvalue()
