import pytest

from indexer.report import Report
from ui.indexing import write_report


def test_what_vanished_while_a_run_was_under_way_is_told_and_a_run_without_does_not_speak_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = [f"/photos/{number:02}.jpg" for number in range(25)]
    for vanished in ([], names):
        write_report(Report(3, 0, 0, 0, [], 3, {"total": 1.0}, vanished=vanished), as_json=False)
        said = capsys.readouterr()
        assert ("vanished" in said.out) == bool(vanished)
    assert "25   vanished while the run was under way" in said.out
    assert "/photos/19.jpg" in said.out and "/photos/20.jpg" not in said.out and "and 5 more" in said.err
