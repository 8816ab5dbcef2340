from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from classifiers.cards.preprocessing import Preprocessing
from classifiers.hyperparameters import Hyperparameters, RunError
from classifiers.networks import checkpoint
from classifiers.sets import celeba
from classifiers.training import grid, train
from classifiers.training.grid import Outcome
from classifiers.training.run import Run
from tests.classifiers.training.test_train import Interrupted

TINY = Hyperparameters(model="tiny", size=32, features=64, epochs=2, batch_size=16)
TWO = grid.combinations(TINY, ["tiny"], [0.01, 0.001], [0.3])


def trained(outcomes: list[Outcome]) -> list[object]:
    """What was learned, without how long it took."""
    return [[{**row, "seconds": 0} for row in outcome.history] for outcome in outcomes]


def test_the_study_has_six_combinations_of_each_network_each_under_its_own_name() -> None:
    runs = grid.combinations(Hyperparameters(), ["resnet50", "densenet121"])
    assert len({grid.name(hyper) for hyper in runs}) == len(runs) == 12
    assert grid.name(runs[-6]) == "densenet121-lr0.01-dropout0.3"
    assert {(hyper.batch_size, hyper.features, hyper.epochs) for hyper in runs} == {(64, 512, 8)}
    assert {(hyper.learning_rate, hyper.dropout) for hyper in runs} == {
        (rate, dropout) for rate in (0.01, 0.005, 0.001) for dropout in (0.3, 0.5)
    }


def test_a_combination_that_is_asked_for_twice_is_trained_once() -> None:
    assert len(grid.combinations(TINY, ["tiny", "tiny"], [0.01], [0.3, 0.3])) == 1


def test_no_run_of_a_search_stops_early() -> None:
    assert all(hyper.patience == hyper.epochs for hyper in grid.combinations(TINY, ["tiny"]))


def test_a_search_leaves_a_model_a_run_and_its_whole_history(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    outcomes = list(grid.search(data, TWO, tmp_path, cache=cache))
    assert [outcome.name for outcome in outcomes] == ["tiny-lr0.01-dropout0.3", "tiny-lr0.001-dropout0.3"]
    for outcome, hyper in zip(outcomes, TWO, strict=True):
        assert len(outcome.history) == hyper.epochs
        _, card = checkpoint.load(tmp_path / outcome.name)
        assert card.training["hyperparameters"]["learning_rate"] == hyper.learning_rate


def test_a_finished_run_is_not_trained_again(
    data: celeba.CelebA, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = list(grid.search(data, TWO, tmp_path, cache=cache))
    monkeypatch.setattr(grid, "train", None)
    again = list(grid.search(data, TWO, tmp_path, cache=cache))
    assert [outcome.as_json() for outcome in again] == [outcome.as_json() for outcome in first]


@pytest.mark.parametrize("steps", [1, 5, 11])
def test_an_interrupted_search_ends_as_if_it_had_not_been(
    data: celeba.CelebA, cache: Path, tmp_path: Path, steps: int
) -> None:
    whole = list(grid.search(data, TWO, tmp_path / "whole", cache=cache))
    left = iter(range(steps, 0, -1))

    def stop(name: str, step: train.Step) -> None:
        if next(left) == 1:
            raise Interrupted

    with pytest.raises(Interrupted):
        list(grid.search(data, TWO, tmp_path / "parts", cache=cache, progress=stop))
    parts = list(grid.search(data, TWO, tmp_path / "parts", cache=cache))
    assert trained(parts) == trained(whole)
    for outcome in whole:
        files = [(tmp_path / name / outcome.name / checkpoint.WEIGHTS).read_bytes() for name in ("whole", "parts")]
        assert files[0] == files[1]


def test_a_run_that_became_no_model_is_finished(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    """Stopped after its last epoch, while the model was being made."""
    list(grid.search(data, TWO[:1], tmp_path, cache=cache))
    folder = tmp_path / grid.name(TWO[0])
    checkpoint.save(folder, Run.resumed(folder).best_network(), checkpoint.Card("tiny", TINY_INPUT, features=64))
    list(grid.search(data, TWO[:1], tmp_path, cache=cache))
    assert checkpoint.load(folder)[1].training["history"]


TINY_INPUT = Preprocessing(32)


def test_a_folder_with_another_run_is_an_error_before_anything_is_trained(
    data: celeba.CelebA, cache: Path, tmp_path: Path
) -> None:
    Run.new(replace(TWO[1], limit=32), tmp_path / grid.name(TWO[1]))
    with pytest.raises(RunError, match="limit 32, and now it should be None"):
        list(grid.search(data, TWO, tmp_path, cache=cache))
    assert not (tmp_path / grid.name(TWO[0])).exists()


@pytest.mark.parametrize("rate", [1e6, 1e20])  # weights beyond half precision; beyond any
def test_a_run_whose_weights_run_away_is_a_result_too(
    data: celeba.CelebA, cache: Path, tmp_path: Path, rate: float
) -> None:
    one_step = replace(TINY, batch_size=64, warmup=0.0, schedule="constant")
    runs = grid.combinations(one_step, ["tiny"], [rate, 0.001], [0.3])
    for _ in range(2):
        outcomes = list(grid.search(data, runs, tmp_path, cache=cache))
        assert "this run diverges" in outcomes[0].diverged and not outcomes[1].diverged
        assert grid.best(outcomes) is outcomes[1] and grid.best(outcomes[:1]) is None


def test_a_run_that_diverges_is_a_result_and_the_others_go_on(
    data: celeba.CelebA, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[float] = []

    def diverging(data: celeba.CelebA, run: Run, **options: object) -> object:
        calls.append(run.hyper.learning_rate)
        if run.hyper.learning_rate == 0.01:
            raise RunError("The loss is no longer a number.")
        return really(data, run, **options)  # type: ignore[arg-type]

    really = grid.train
    monkeypatch.setattr(grid, "train", diverging)
    for _ in range(2):
        outcomes = list(grid.search(data, TWO, tmp_path, cache=cache))
    assert [outcome.diverged for outcome in outcomes] == ["The loss is no longer a number.", ""]
    assert grid.best(outcomes) is outcomes[1]
    assert calls == [0.01, 0.001]  # neither again


def outcomes_of(*scores: list[float]) -> Iterator[Outcome]:
    for number, values in enumerate(scores):
        history = [{"epoch": e, "seconds": 1.0, grid.CHOSEN_BY: value} for e, value in enumerate(values)]
        yield Outcome(f"run {number}", TINY, 10, 10, "a machine", history)


def test_the_best_is_the_run_with_the_best_epoch_wherever_it_is() -> None:
    runs = list(outcomes_of([0.5, 0.6], [0.7, 0.2], [0.7, 0.7], []))
    chosen = grid.best(runs)
    assert chosen is runs[1]
    assert chosen.best["epoch"] == 0
    assert grid.best([]) is None


@pytest.mark.parametrize(
    ("images", "available", "epochs", "words"),
    [
        (4000, 37529, 2, "4,000 of 37,529 training images, 2 epochs (the study: 8)"),
        (37529, 37529, 8, "all 37,529 training images, 8 epochs"),
        (10, 20, 1, "10 of 20 training images, 1 epoch (the study: 8)"),
    ],
)
def test_the_scale_is_said(images: int, available: int, epochs: int, words: str) -> None:
    assert grid.scale(images, available, epochs) == words
