"""The shipped weights on the shipped samples, whose names say what their members share; and on the real data."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifiers.evaluation.evaluate import evaluate
from classifiers.sets import celeba, pixels
from classifiers.tagger import Tagger
from indexer.faces import Finder
from retrieval.attributes import ATTRIBUTES
from ui import cli
from ui.shipped import samples_folder

CELEBA = Path(__file__).parent.parent.parent / "shared" / "celeba"


@pytest.fixture(scope="module", params=["densenet121-112", "densenet121", "resnet50"])
def tagger(request: pytest.FixtureRequest) -> Tagger:
    return Tagger.load(request.param, "cpu")


@pytest.fixture(scope="module")
def decided(tagger: Tagger) -> dict[str, dict[str, bool]]:
    """What the shipped model says of each sample, by file name and attribute."""
    paths = sorted(samples_folder().glob("*.jpg"))
    found = tagger.probabilities(np.stack([tagger.prepare(opened(path)) for path in paths]))
    rows = (found >= np.array(tagger.card.thresholds)).tolist()
    return {path.stem: dict(zip(ATTRIBUTES, row, strict=True)) for path, row in zip(paths, rows, strict=True)}


def opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


@pytest.mark.parametrize(
    ("attribute", "named"),
    [
        ("Male", lambda name: name.startswith("man")),
        ("Smiling", lambda name: "smiling" in name),
        ("Eyeglasses", lambda name: "eyeglasses" in name),
    ],
)
def test_the_samples_are_tagged_as_they_are_named(
    decided: dict[str, dict[str, bool]], attribute: str, named: Callable[[str], bool]
) -> None:
    right = [row[attribute] == named(name) for name, row in decided.items()]
    assert np.mean(right) > 0.9  # men, averaged, lose some of their beard


def test_a_face_is_found_where_a_sample_has_one() -> None:
    """Twelve samples in one picture, three by four, each found in its own place."""
    paths = sorted(samples_folder().glob("*smiling-young*.jpg"))[:12]
    sheet = Image.new("RGB", (178 * 4, 218 * 3))
    for place, path in enumerate(paths):
        sheet.paste(opened(path), (place % 4 * 178, place // 4 * 218))
    faces = Finder().find(sheet)
    middles = {((f.box[0] + f.box[2]) // 2 // 178, (f.box[1] + f.box[3]) // 2 // 218) for f in faces}
    assert middles == {(x, y) for x in range(4) for y in range(3)}


def test_the_demo_answers_with_faces_that_fit_and_a_contact_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["facequery", "demo", "--out", str(tmp_path), "--json"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    faces = json.loads(capsys.readouterr().out)["faces"]
    names = [Path(face["photo"]).name for face in faces]
    assert len(names) >= 5
    assert all(name.startswith("man-") and "eyeglasses" in name and "smiling" not in name for name in names)
    with Image.open(tmp_path / "contact-sheet.png") as sheet:
        assert sheet.size[0] > 1000


@pytest.mark.slow
@pytest.mark.skipif(not CELEBA.is_dir(), reason="needs the CelebA folder beside the checkout")
def test_the_weights_are_as_good_as_their_card_says(tagger: Tagger, tmp_path: Path) -> None:
    faces = celeba.load(CELEBA).split("test")
    prepared = pixels.cached(faces, tagger.card.preprocessing, tmp_path)
    probabilities = tagger.probabilities(prepared)
    for name, cuts in tagger.card.sets.items():
        figures = evaluate(probabilities, faces.labels, cuts)
        told = tagger.card.figures["test"]["sets"][name]["accuracy"]
        assert figures.accuracy == pytest.approx(told, abs=5e-4)  # a card may tell of single precision
    assert tagger.card.figures["test"]["accuracy"] >= 0.905
    assert tagger.card.figures["test"]["sets"]["counts"]["balanced_accuracy"] > 0.78
