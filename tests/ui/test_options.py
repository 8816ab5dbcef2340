from pathlib import Path
from typing import Any, get_args

import pytest
import typer

from retrieval.answers import ranking
from retrieval.tables import records
from retrieval.tables.records import Sought
from ui import options


def test_what_an_option_offers_is_what_the_library_takes() -> None:
    assert get_args(options.Crop) == get_args(records.Crop)
    assert get_args(options.Sort) == get_args(ranking.Sort)
    assert get_args(options.FinderName) == get_args(records.FinderName)


def test_what_is_sought_is_what_was_kept_but_for_what_is_said_now(tmp_path: Path) -> None:
    weights = tmp_path / "w.onnx"
    kept = Sought("yunet", str(weights), 30, 0.6)
    assert options.sought(Sought(), None, None, None, None) == Sought()
    assert options.sought(Sought(), None, None, 24, 0.8) == Sought("mtcnn", None, 24, 0.8)
    assert options.sought(Sought(), "yunet", weights, None, None) == Sought("yunet", str(weights), 40, None)
    assert options.sought(kept, None, None, 50, None) == kept._replace(smallest=50)
    assert options.sought(kept, "mtcnn", None, None, None) == Sought("mtcnn", None, 30, None), "its own certainty"


@pytest.mark.parametrize(("finder", "weights"), [("yunet", None), ("mtcnn", Path("w.onnx"))])
def test_a_finder_without_its_weights_or_with_anothers_is_wrong_usage(finder: Any, weights: Path | None) -> None:
    with pytest.raises(typer.BadParameter, match="finder-weights"):
        options.sought(Sought(), finder, weights, None, None)
