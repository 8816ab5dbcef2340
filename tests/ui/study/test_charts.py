from pathlib import Path

from retrieval.attributes import ATTRIBUTES
from ui.files import crops
from ui.study import charts, comparison_pictures


def test_no_name_of_a_file_or_a_model_is_a_formula(tmp_path: Path) -> None:
    model, jpeg = "$\\bad$\udcff", crops.placeholder()
    said = {model: dict.fromkeys(ATTRIBUTES, 0.5)}
    charts.write(comparison_pictures.tagged([(jpeg, "$\\bad$.png", said)], said), tmp_path / "tagged.png")
    charts.write(comparison_pictures.reliability({model: []}, {model: 0.1}), tmp_path / "reliability.png")
