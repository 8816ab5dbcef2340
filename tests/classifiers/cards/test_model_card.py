import json
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from classifiers.cards import model_card, reliability
from classifiers.cards.model_card import render
from retrieval.attributes import ATTRIBUTES

SHIPPED = Path(__file__).parents[3] / "data" / "models" / "densenet121" / "card.json"


@pytest.fixture
def card() -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(SHIPPED.read_text())
    return facts


def front_matter(text: str) -> dict[str, Any]:
    """The front matter, as YAML that is made of JSON values can be read."""
    _, matter, _ = text.split("---\n", 2)
    simple, index = matter.split("model-index:")
    pairs = (line.split(": ", 1) for line in simple.splitlines())
    return {key: json.loads(value) for key, value in pairs} | {"model-index": json.loads(index)}


def row(text: str, start: str) -> list[str]:
    """The cells of the first table row that begins with that cell."""
    line = next(line for line in text.splitlines() if line.startswith(f"| {start} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_machines_read_licence_data_set_and_figures(card: dict[str, Any]) -> None:
    matter = front_matter(render("mine", card))
    assert (matter["license"], matter["datasets"]) == ("other", ["celeba", "CelebA-HQ", "UTKFace"])
    (model,) = matter["model-index"]
    assert model["name"] == "mine"
    test = next(result for result in model["results"] if result["dataset"]["split"] == "test")
    values = {metric["type"]: metric["value"] for metric in test["metrics"]}
    assert values["accuracy"] == round(card["figures"]["test"]["accuracy"], 4)


def test_every_attribute_has_a_row_with_its_grade_and_figures(card: dict[str, Any]) -> None:
    text, grades = render("mine", card), reliability.grades(card)
    for name in ATTRIBUTES:
        cells = row(text, f"`{name}`")
        assert cells[1] == f"**{grades[name]}**"
        assert cells[3] == f"{card['figures']['test']['attributes'][name]['average_precision']:.2f}"


def test_it_says_how_the_model_was_trained(card: dict[str, Any]) -> None:
    epoch = card["training"]["history"][0]
    card["training"]["history"] = [{**epoch, "epoch": number, "seconds": 300} for number in range(10)]
    text = render("mine", card)
    assert row(text, "seed")[1] == "0"
    assert row(text, "wall time")[1] == "50 min"
    assert row(text, "machine")[1] == card["training"]["machine"]
    assert card["weights_sha256"] in text
    assert f"learning rate {card['training']['hyperparameters']['learning_rate']}" in text
    assert len([line for line in text.splitlines() if line.startswith("| 10 |")]) == 1


@pytest.mark.parametrize("said", ["surveillance", "non-commercial", "identifying", "12 of the 40", "children"])
def test_it_says_what_must_not_be_done_and_what_labels_are_worth(card: dict[str, Any], said: str) -> None:
    assert said in render("mine", card)


def test_other_figures_are_shown_however_deep(card: dict[str, Any]) -> None:
    card["figures"]["elsewhere"] = {"Male": {"race": {"Black": 0.75, "faces": 12}}}
    text = render("mine", card)
    assert "## On elsewhere" in text
    assert row(text, "Male, race, Black")[1] == "0.7500"
    assert row(text, "Male, race, faces")[1] == "12"


def test_figures_that_come_later_find_their_place(card: dict[str, Any]) -> None:
    test = card["figures"]["test"]
    test |= {"expected_calibration_error": 0.0123, "contradiction_rate": 0.25}
    test["attributes"]["Male"]["expected_calibration_error"] = 0.017
    text = render("mine", card)
    assert row(text, "faces whose attributes contradict each other")[1:] == [
        "0.2500",
        f"{card['figures']['val']['contradiction_rate']:.4f}",
    ]
    assert row(text, "`Male`")[8] == "0.017"


def test_it_says_what_the_weights_came_of(card: dict[str, Any]) -> None:
    before = {"weights_sha256": "ab" * 32, "hyperparameters": {"seed": 3, "init": "first.safetensors"}}
    card["training"]["began_from"] = [{**before, "history": [{"seconds": 60}, {"seconds": 60}]}]
    text = render("mine", card)
    assert "It began from the weights `abababababab`: 2 epochs, 2 min, seed 3; init first.safetensors." in text


def test_a_model_that_was_not_measured_says_so(card: dict[str, Any]) -> None:
    card["figures"], card["training"] = {}, {}
    text = render("mine", card)
    assert "Not measured yet" in text
    assert row(text, "machine")[1] == "not recorded"
    assert front_matter(text)["model-index"] == [{"name": "mine", "results": []}]


def test_a_long_learning_curve_is_thinned_and_keeps_its_last_epoch(card: dict[str, Any]) -> None:
    epoch = card["training"]["history"][0]
    card["training"]["history"] = [{**epoch, "epoch": number} for number in range(61)]
    text = render("mine", card)
    curve = text[text.index("| epoch |") :].splitlines()[2:]
    numbers = [int(line.split("|")[1]) for line in takewhile(bool, curve)]
    assert numbers[-1] == 61
    assert len(numbers) <= model_card.EPOCHS


def test_groups_of_fairface_have_a_row_each(card: dict[str, Any]) -> None:
    def of(faces: int, accuracy: float) -> dict[str, float]:
        return {"faces": faces, "accuracy": accuracy, "low": 0.1, "high": 0.9, "balanced_accuracy": 0.5}

    groups = {"all": of(980, 0.75), "race": {"Black": of(140, 0.5), "Indian": of(150, 0.8)}}
    card["figures"]["fairface"] = {"photographs": 1000, "found": 980, "young": "up to 39 years", "Male": groups}
    lines = render("mine", card).splitlines()
    assert "| `Male` | all faces | 980 | 0.750 | 0.100 to 0.900 | 0.500 |" in lines
    assert "| `Male` | race: Black | 140 | 0.500 | 0.100 to 0.900 | 0.500 |" in lines


def test_other_thresholds_likeness_and_queries_are_shown_where_they_are_known(card: dict[str, Any]) -> None:
    asked = {"queries": 780, "average_precision": 0.5, "first_60": 0.75, "best_first_60": 1.0, "filter_f1": {"f1": 0.6}}
    card["figures"]["test"] |= {
        "thresholds": "accuracy",
        "find": "counts",
        "sets": {"counts": {"accuracy": 0.9, "macro_f1": 0.7}},
        "likeness": {"queries": 10, "recall": {"1": 0.25}, "agreement": 33.0, "chance": 30.0, "same_person": 34.0},
        "queries": {"pairs": {**asked, "without_not": asked}},
    }
    text = render("mine", card)
    assert "`find` at those for counts" in text
    assert row(text, "counts")[1:] == ["0.9000", "0.7000"]
    assert row(text, "another photograph of the person among the nearest 1")[1] == "0.2500"
    assert row(text, "780 pairs without NOT")[1:] == ["0.500", "0.750", "1.000", "0.600"]
