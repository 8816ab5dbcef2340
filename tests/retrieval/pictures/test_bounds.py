"""No file takes seconds longer, or more memory, than its picture is worth."""

import json
import subprocess
import sys
from typing import NamedTuple

import pytest

from retrieval.errors import UnreadableImage
from retrieval.pictures import bounds
from tests.bad_files import encoded, picture
from tests.retrieval.pictures import hostile
from tests.sizes import sizes

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured through /proc")


class Cost(NamedTuple):
    """CPU seconds and MB at most of one file, its megapixels, and why there are none."""

    seconds: float
    megabytes: float
    megapixels: float
    reason: str

    def is_bounded(self) -> bool:
        """By 400 MB, and two seconds beyond what an honest picture takes: up to 60 ms a megapixel."""
        return self.megabytes < 400 and self.seconds < 2 + 0.06 * self.megapixels


def costs(files: str, *, seconds: int) -> dict[str, Cost]:
    """What each of `measuring.FILES[files]` takes, in a process that may take so many CPU seconds for all."""
    command = [sys.executable, "-m", "tests.retrieval.pictures.measuring", files, str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-500:]
    return {name: Cost(*cost) for name, *cost in map(json.loads, done.stdout.splitlines())}


@pytest.mark.lengthy
@linux
@pytest.mark.timeout(300)
def test_a_picture_made_to_hurt_takes_two_seconds_and_400_mb_at_most() -> None:
    found = costs("hostile", seconds=100)
    assert found.keys() == hostile.HOSTILE.keys()
    assert {name: cost for name, cost in found.items() if not cost.is_bounded()} == {}


@pytest.mark.lengthy
@linux
@pytest.mark.parametrize(("files", "number"), sizes(("few", 200), ("many", 3000), patience=200))
def test_mutated_pictures_stay_in_their_bounds(files: str, number: int) -> None:
    found = costs(files, seconds=600)
    assert len(found) == number
    assert {name: cost for name, cost in found.items() if not cost.is_bounded()} == {}


@linux
@pytest.mark.fault
@pytest.mark.timeout(600)
@pytest.mark.parametrize("files", ["honest", "heavy"])
def test_the_largest_honest_pictures_are_read_within_the_bounds(files: str) -> None:
    found = costs(files, seconds=500)
    assert {name: cost for name, cost in found.items() if not cost.is_bounded()} == {}
    assert {name: cost.reason for name, cost in found.items() if cost.reason} == (
        {} if files == "honest" else {"63 MP.heic": "larger than 50 megapixels, the most for such a picture in HEIF"}
    )


@pytest.mark.parametrize(
    ("kind", "size", "reason"),
    [
        ("PNG", (8001, 8000), "larger than 64 megapixels"),
        ("PNG", (65_536, 1), "longer than 65,535 pixels"),
        ("WEBP", (5001, 5000), "larger than 25 megapixels, the most for such a picture in WEBP"),
    ],
)
def test_a_picture_beyond_a_limit_is_refused_and_one_at_it_is_not(
    kind: str, size: tuple[int, int], reason: str
) -> None:
    with pytest.raises(UnreadableImage, match=reason):
        bounds.check_size(kind, *size)
    bounds.check_size(kind, size[0] - 1, size[1])


def test_a_gif_with_a_few_remarks_and_a_bmp_in_a_few_runs_pass() -> None:
    bounds.check_gif(hostile.gif(b"!\xfe\3abc\0" * 100))
    bounds.check_bmp(encoded(picture(1), "BMP"))
    for cut in range(30):
        bounds.check_gif(encoded(picture(1), "GIF")[:cut])


@pytest.mark.parametrize("name", ["comments.gif", "extensions.gif", "junk.gif"])
def test_a_gif_with_very_much_before_its_picture_is_refused(name: str) -> None:
    with pytest.raises(UnreadableImage, match="GIF"):
        bounds.check_gif(hostile.HOSTILE[name]())
