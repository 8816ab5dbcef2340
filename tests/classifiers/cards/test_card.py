from pathlib import Path

import pytest

from classifiers.cards.card import Card, ModelError, card_from_json
from classifiers.cards.preprocessing import Preprocessing


def test_a_card_without_sets_of_thresholds_keeps_the_fingerprint_it_had() -> None:
    card = Card("tiny", Preprocessing(32), weights_sha256="a")
    assert card.fingerprint == "a76399897424aa8d2db0c441696a7ef60dc185a1d3e227a6cd476da83e68c3dd"
    assert list(card.sets) == ["accuracy", "counts"] and (card.thresholds_for("accuracy") == 0.5).all()
    with pytest.raises(ModelError, match="facequery calibrate"):
        card.thresholds_for("f1")


def test_a_card_keeps_its_sets_of_thresholds_through_json() -> None:
    sets = {"counts": (0.5,) * 40, "f1": (0.25,) * 40}
    card = Card("tiny", Preprocessing(32), threshold_sets=sets, threshold_rule="counts: some")
    again = card_from_json(card.as_json(), Path("card"))
    assert again == card and again.fingerprint == card.fingerprint
    assert (again.thresholds_for("f1") == 0.25).all()
