from pathlib import Path

from classifiers.cards.card import Card
from classifiers.cards.preprocessing import Preprocessing
from classifiers.networks import checkpoint
from classifiers.networks.architectures import build
from retrieval.attributes import ATTRIBUTES
from tests.ui.ended import Run


def test_tag_says_what_a_model_sees_and_why_not(run: Run, pictures: Path, model: Path) -> None:
    (pictures / "broken.jpg").write_text("no picture")
    arguments = ("tag", pictures / "0.png", pictures / "broken.jpg", "--crop", "aligned", "--model", model)
    ended = run(*arguments, "--json")
    good, bad = ended.json["images"]
    assert ended.status == 1
    assert good["error"] is None and list(good["faces"][0]["attributes"]) == list(ATTRIBUTES)
    assert bad["error"] == "not a picture (no known format)" and bad["faces"] == []
    words = run(*arguments)
    assert "%" in words.out and "not a picture" in words.err


def test_a_model_of_another_width_may_tag_but_not_index(run: Run, pictures: Path, tmp_path: Path) -> None:
    checkpoint.save(tmp_path / "narrow", build("tiny", 64), Card("tiny", Preprocessing(32), features=64))
    options = ("--crop", "aligned", "--model", tmp_path / "narrow")
    assert run("tag", pictures / "0.png", *options).status == 0
    ended = run("index", pictures, *options)
    assert ended.status == 1 and "--features 512" in ended.err
