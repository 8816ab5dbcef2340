import numpy as np
import pytest

from retrieval.library import Library
from tests.retrieval.made import a_face, a_photo, fill
from tests.ui.ended import Run


@pytest.fixture(autouse=True)
def many(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """150 faces, in photographs that are nowhere."""
    with Library.create_or_open(tmp_path / "library") as library:
        fill(library, [a_photo(f"/p/{seed}.png", a_face(seed)) for seed in range(150)])


def judged(run: Run, yes: int, no: int) -> None:
    faces = list(map(str, run("review", "Smiling", "--json").json["to_judge"]))
    run("review", "Smiling", "--yes", ",".join(faces[:yes]), "--no", ",".join(faces[yes : yes + no]))


def test_a_review_is_begun_judged_and_says_how_good_the_answer_is(run: Run):
    first = run("review", "Smiling")
    assert first.status == 0 and "Judge 50 more faces of the answer" in first.out
    judged(run, 45, 5)
    second = run("review", "Smiling")
    assert "of the" in second.out and "are right (45 of 50 judged)" in second.out
    assert "Judge 50 more faces that do not match but nearly do" in second.out
    judged(run, 10, 40)
    document = run("review", "smiling", "--json").json
    assert document["judged"] == {"hits": 50, "misses": 50, "unsure": 0}
    assert 0.7 < document["precision"]["low"] < 0.9 < document["precision"]["high"] <= 1
    assert document["recall"]["low"] < document["recall"]["share"] < document["recall"]["high"]


def test_what_was_reviewed_replaces_what_would_be_expected_elsewhere(run: Run):
    assert "on photographs like CelebA's" in run("find", "Smiling").out
    judged(run, 45, 5)
    said = run("find", "Smiling").out
    assert "right in a review of 50 on " in said and "CelebA" not in said
    assert "right in a review of 50 on " in run("find", "Smiling", "--explain", "--limit", "1").out
    run("correct", "--face", "1", "--set", "Smiling")
    run("correct", "--face", "2", "--clear", "Smiling")
    assert "(the answer has changed since)" in run("find", "Smiling").out
    assert "right in a review of 50 on" in run("review", "--list").out


def test_a_saved_search_keeps_what_was_reviewed_of_it(run: Run):
    run("searches", "save", "happy", "Smiling")
    judged(run, 45, 5)
    said = run("find", "@happy").out
    assert "right in a review of 50 on " in said and "CelebA" not in said
    assert "right in a review of 50 on " in run("searches").out
    (listed,) = run("searches", "--json").json["searches"]
    assert "right in a review of 50 on " in listed["reviewed"]


def test_another_review_draws_other_faces_and_both_are_listed(run: Run):
    first = run("review", "Smiling", "--json").json
    assert run("review", "Smiling", "--json").json["to_judge"] == first["to_judge"]
    second = run("review", "Smiling", "--new", "--json").json
    assert second["review"] != first["review"] and second["to_judge"] != first["to_judge"]
    assert [one["review"] for one in run("review", "--list", "--json").json["reviews"]] == [2, 1]
    run("undo")
    assert [one["review"] for one in run("review", "--list", "--json").json["reviews"]] == [1]


def test_an_answer_is_taken_back(run: Run):
    face = run("review", "Smiling", "--json").json["to_judge"][0]
    assert run("review", "Smiling", "--unsure", face, "--json").json["to_judge"][0] != face
    assert run("review", "Smiling", "--take-back", face, "--json").json["to_judge"][0] == face


def test_wrong_usage_is_told(run: Run):
    assert run("review").status == 2 and run("review", "Smiling", "--list").status == 2
    assert run("review", "Smiling", "--yes", "a").status == 2 and run("review", "Smilling").status == 2
    face = run("review", "Smiling", "--json").json["to_judge"][0]
    assert run("review", "Smiling", "--yes", face, "--no", face).status == 2
    assert run("review", "Smiling", "--yes", "9999").status == 1 and run("review", "corrected").status == 1


def test_the_calibration_of_a_reviewed_attribute_is_moved_on_a_yes_and_taken_back(run: Run):
    assert run("review", "--calibrate", "Smiling").status == 1
    judged(run, 15, 35)
    judged(run, 0, 50)
    total = run("find", "Smiling", "--json").json["total"]
    said = run("review", "--calibrate", "smiling", "--json").json
    assert said["attribute"] == "Smiling" and said["better"] and said["error"]["after"] < said["error"]["before"]
    assert said["action"] is None and said["gained"] == 0 < said["lost"] and said["judged"] == 100
    refused = run("review", "--calibrate", "Smiling")
    assert refused.status == 1 and f"{said['lost']} no more" in refused.out  # nobody was there to say yes
    assert run("find", "Smiling", "--json").json["total"] == total
    done = run("review", "--calibrate", "Smiling", "--apply")
    assert done.status == 0 and "calibration of Smiling by 100 judged faces" in done.err
    assert run("find", "Smiling", "--json").json["total"] == total - said["lost"]
    assert "take that one's place" in run("review", "--calibrate", "Smiling", "--apply").out
    run("undo"), run("undo")
    assert run("find", "Smiling", "--json").json["total"] == total


def test_what_chance_could_do_is_told_before_a_calibration_is_moved(run: Run):
    faces = run("review", "Smiling", "--json").json["to_judge"]
    fair = {"yes": [], "no": []}  # type: dict[str, list[str]]
    for face in faces:
        p = float(a_face(face - 1).probabilities[31])
        fair["yes" if p > np.random.default_rng(face).random() else "no"].append(str(face))
    run("review", "Smiling", "--yes", ",".join(fair["yes"]), "--no", ",".join(fair["no"]))
    assert "Chance alone could do as much" in run("review", "--calibrate", "Smiling", "--apply").out


def test_wrong_usage_of_a_calibration_is_told(run: Run):
    assert run("review", "Smiling", "--calibrate", "Smiling").status == 2
    assert run("review", "Smiling", "--apply").status == 2 and run("review", "--calibrate", "Smilling").status == 2
