import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from classifiers.cards.card import ModelError
from classifiers.hyperparameters import Hyperparameters, RunError
from classifiers.networks import checkpoint
from classifiers.sets import celeba, pixels
from classifiers.teaching.examples import Examples, Told, batches
from classifiers.training import finish, train
from classifiers.training.losses import class_weights, weighted_loss
from classifiers.training.run import RUN, STATE, Run
from classifiers.training.train import learning_rate
from retrieval.errors import FacequeryError

TINY = Hyperparameters(model="tiny", size=32, features=64, epochs=3, batch_size=16, dropout=0.5, patience=99)


class Interrupted(Exception):
    pass


def after(steps: int) -> Callable[[train.Step], None]:
    """A progress callback that raises at that step of the whole run."""
    seen = iter(range(1, steps + 1))

    def progress(step: train.Step) -> None:
        if next(seen) == steps:
            raise Interrupted

    return progress


@pytest.mark.lengthy
def test_the_loop_overfits_64_images(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    hyper = replace(TINY, size=64, epochs=60, dropout=0.0, learning_rate=3e-3, weighting="none")
    history = train.train(data, Run.new(hyper, tmp_path / "run"), cache=cache)
    assert history[-1]["accuracy"] > 0.99


@pytest.mark.parametrize("steps", [1, 3, 4, 6, 9])
def test_a_resumed_run_equals_an_uninterrupted_one(
    data: celeba.CelebA, cache: Path, tmp_path: Path, steps: int
) -> None:
    whole = train.train(data, Run.new(TINY, tmp_path / "whole"), cache=cache)
    with pytest.raises(Interrupted):
        train.train(data, Run.new(TINY, tmp_path / "parts"), cache=cache, progress=after(steps))
    torch.manual_seed(12345)  # whatever the process did meanwhile
    resumed = train.train(data, Run.resumed(tmp_path / "parts"), cache=cache)
    assert [{**row, "seconds": 0} for row in resumed] == [{**row, "seconds": 0} for row in whole]
    weights = [(tmp_path / name / checkpoint.WEIGHTS).read_bytes() for name in ("whole", "parts")]
    assert weights[0] == weights[1]


def test_a_finished_run_is_a_model_with_a_card(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    run = Run.new(replace(TINY, epochs=1), tmp_path)
    train.train(data, run, cache=cache)
    network, card = checkpoint.load(tmp_path)
    assert not network.training
    assert card.training["hyperparameters"] == json.loads(json.dumps(run.hyper.told()))
    assert card.preprocessing.size == 32
    assert len(card.training["history"]) == 1
    assert "non-commercial" in card.licence


def test_a_finished_run_that_is_resumed_stays_as_somebody_left_it(
    data: celeba.CelebA, cache: Path, tmp_path: Path
) -> None:
    train.train(data, Run.new(replace(TINY, epochs=1), tmp_path), cache=cache)
    _, card = checkpoint.load(tmp_path)
    checkpoint.write_card(tmp_path, replace(card, figures={"test": {"accuracy": 1.0}}))
    left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(train.train(data, Run.resumed(tmp_path), cache=cache)) == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == left


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "densenet121", "size": 16}, "densenet121 cannot look at 16 x 16 pixels"),
        ({"teachers": ("densenet",)}, "There is no model 'densenet'"),
    ],
)
def test_what_cannot_be_trained_leaves_nothing_behind(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(FacequeryError, match=message):
        Run.new(replace(TINY, **changes), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_run_that_cannot_go_on_yet_keeps_its_hyperparameters(tmp_path: Path) -> None:
    run = Run.new(TINY, tmp_path)  # interrupted in its first epoch
    facts = json.loads((tmp_path / RUN).read_text())
    facts["hyperparameters"]["teachers"] = ["not mounted"]
    (tmp_path / RUN).write_text(json.dumps(facts))
    with pytest.raises(FacequeryError, match="There is no model 'not mounted'"):
        Run.resumed(run.out)
    assert json.loads((tmp_path / RUN).read_text()) == facts


@pytest.mark.parametrize("name", [checkpoint.CARD, checkpoint.WEIGHTS])
def test_a_model_is_not_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"somebody's")
    with pytest.raises(RunError, match="already holds a model"):
        Run.new(TINY, tmp_path)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"somebody's"]


def test_people_nobody_knows_are_not_one_person(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    assert celeba.people(np.array([-1, 7, 7, -1, 9])).tolist() == [-1, 0, 0, -1, 1]
    known = data.faces.identities
    for left in (np.full_like(known, -1), np.where(known == known[0], known, -1)):
        unknown = replace(data, faces=replace(data.faces, identities=left))
        with pytest.raises(celeba.DatasetError, match="whose faces these are"):
            train.train(unknown, Run.new(replace(TINY, identity=1.0), tmp_path / str(left.max())), cache=cache)
    some = replace(data, faces=replace(data.faces, identities=np.where(np.arange(len(known)) < 20, known, -1)))
    run = Run.new(replace(TINY, identity=1.0, epochs=1), tmp_path / "some")
    train.train(some, run, cache=cache)
    assert run.tasks["identity"].weight.shape[0] == 5  # four photographs each


def test_the_warm_up_rises_to_the_rate_and_no_further() -> None:
    for warmup, steps in ((0.5, 1), (0.5, 3), (0.25, 586)):
        rates = [learning_rate(replace(TINY, warmup=warmup), step, steps) for step in range(3 * steps)]
        assert max(rates) <= TINY.learning_rate


def test_a_card_names_no_folder_of_the_machine() -> None:
    told = Hyperparameters(init="/home/a/b.safetensors", teachers=("/home/a/teacher", "densenet121")).told()
    assert (told["init"], told["teachers"]) == ("b.safetensors", ["teacher", "densenet121"])


def test_the_best_epoch_is_kept_not_the_last(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    run = Run.new(replace(TINY, epochs=6, learning_rate=0.05, schedule="constant"), tmp_path)
    history = train.train(data, run, cache=cache)
    scores = [row["validation_mean_average_precision"] for row in history]
    assert run.best_epoch == int(np.argmax(scores))


def test_early_stopping_ends_a_run_without_progress(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    run = Run.new(replace(TINY, epochs=50, learning_rate=0.0, patience=2), tmp_path)
    assert len(train.train(data, run, cache=cache)) <= 10


def test_validation_is_over_all_images_in_eval_mode_without_flips(
    data: celeba.CelebA, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[np.ndarray] = []

    def spy(network: object, preprocessing: object, faces: np.ndarray, **options: object) -> object:
        seen.append(np.array(faces))
        return predict(network, preprocessing, faces, **options)

    predict = train.predict
    for room in (train, finish):
        monkeypatch.setattr(room, "predict", spy)
    run = Run.new(replace(TINY, epochs=2), tmp_path)
    train.train(data, run, cache=cache)
    expected = train._validation(data.split("val"), run, cache, None).faces
    assert len(seen) == 3  # two epochs, and the calibration
    assert all((faces == expected).all() for faces in seen)


def examples(faces: np.ndarray, **told: torch.Tensor) -> Examples:
    """Faces uint8[N, s, s, 3], each with the attribute of its own number and what else is told of it."""
    labels = torch.eye(len(faces), 40)
    return Examples(torch.from_numpy(faces), Told(labels, **told), np.zeros(len(faces), bool))


def test_only_training_batches_are_flipped_and_every_image_is_seen_once() -> None:
    faces = np.arange(40 * 4 * 4 * 3, dtype=np.uint8).reshape(40, 4, 4, 3) // 3
    hyper = replace(TINY, batch_size=8, size=4)
    flipped = 0
    seen: list[int] = []
    for batch in batches(examples(faces), hyper, epoch=0):
        pixels = (batch.faces * 255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
        for face, row in zip(pixels, batch.told.labels.numpy(), strict=True):
            index = int(np.flatnonzero(row)[0])
            seen.append(index)
            same, mirrored = (face == faces[index]).all(), (face == faces[index][:, ::-1]).all()
            assert same or mirrored
            flipped += not same
    assert sorted(seen) == list(range(40))
    assert 5 < flipped < 35


def test_epochs_differ_in_their_order_and_repeat_for_the_same_seed() -> None:
    some = examples(np.zeros((40, 32, 32, 3), np.uint8))
    first, again, second = ([b.told.labels.tolist() for b in batches(some, TINY, e)] for e in (0, 0, 1))
    assert first == again
    assert first != second


def test_a_batch_keeps_every_face_with_its_own_labels_teaching_and_person() -> None:
    number = np.arange(32)
    faces = np.broadcast_to(number[:, None, None, None], (32, 4, 4, 3)).astype(np.uint8)
    mine = torch.from_numpy(number)
    told = {"probabilities": mine[:, None].repeat(1, 40) / 100, "hints": mine[:, None].half(), "people": mine}
    told |= {"descriptors": mine[:, None].float(), "known": mine[:, None] != torch.arange(40)}
    for batch in batches(examples(faces, **told), replace(TINY, size=4), epoch=3):
        face = (batch.faces[:, 0, 0, 0] * 255).round().int().tolist()
        labels, known, probabilities, hints, people, descriptors = batch.told
        assert face == labels.argmax(1).tolist()
        assert known is not None and face == (~known).int().argmax(1).tolist()
        assert people is not None and face == people.tolist()
        assert probabilities is not None and face == (probabilities[:, 0] * 100).round().int().tolist()
        assert hints is not None and face == hints[:, 0].int().tolist()
        assert descriptors is not None and face == descriptors[:, 0].int().tolist()


EVERYTHING = replace(
    TINY, augment=True, average=0.9, identity=0.01, hint=0.1, weight_decay=0.01, dropout=0.2, weighting="none", epochs=2
)


@pytest.mark.lengthy
@pytest.mark.parametrize("steps", [2, 5])
def test_a_run_with_every_second_task_resumes_as_if_it_had_not_stopped(
    data: celeba.CelebA, cache: Path, tmp_path: Path, steps: int
) -> None:
    train.train(data, Run.new(replace(TINY, epochs=1), tmp_path / "teacher"), cache=cache)
    hyper = replace(EVERYTHING, teachers=(str(tmp_path / "teacher"),) * 2)
    train.train(data, Run.new(hyper, tmp_path / "whole"), cache=cache)
    with pytest.raises(Interrupted):
        train.train(data, Run.new(hyper, tmp_path / "parts"), cache=cache, progress=after(steps))
    train.train(data, Run.resumed(tmp_path / "parts"), cache=cache)
    whole, parts = ((tmp_path / name / checkpoint.WEIGHTS).read_bytes() for name in ("whole", "parts"))
    assert whole == parts


def test_only_matrices_decay(tmp_path: Path) -> None:
    run = Run.new(replace(TINY, weight_decay=0.1), tmp_path)
    run.learn_too(people=3)
    decayed = {id(v): group["weight_decay"] for group in run.optimizer.param_groups for v in group["params"]}
    assert len(decayed) == len([*run.network.parameters(), *run.tasks.parameters()])
    for values in (*run.network.parameters(), *run.tasks.parameters()):
        assert decayed[id(values)] == (0.1 if values.ndim > 1 else 0.0)


def test_a_run_of_another_version_is_not_gone_on_with(
    data: celeba.CelebA, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train.train(data, Run.new(replace(TINY, epochs=1), tmp_path), cache=cache)
    monkeypatch.setattr("classifiers.training.run.LAYOUT", 99)
    with pytest.raises(RunError, match=r"another version.*begin it anew"):
        Run.resumed(tmp_path)


def test_a_gpu_is_looked_at_seldom_and_the_last_step_always(
    data: celeba.CelebA, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr(train, "every", lambda device: 3)
    run = Run.new(replace(TINY, epochs=2, learning_rate=1e30, schedule="constant", warmup=0), tmp_path)
    with pytest.raises(RunError, match="in epoch 0, step 3"):
        train.train(data, run, cache=cache, progress=lambda step: seen.append(step.step))
    calm = Run.new(replace(TINY, epochs=2), tmp_path / "calm")
    train.train(data, calm, cache=cache, progress=lambda step: seen.append(step.step))
    assert seen == [3, 4, 3, 4]


def test_a_teacher_changes_what_is_learned_and_must_be_there(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    short = replace(TINY, epochs=1, weighting="none")
    train.train(data, Run.new(short, tmp_path / "teacher"), cache=cache)
    alone = train.train(data, Run.new(short, tmp_path / "alone"), cache=cache)
    hyper = replace(short, teachers=(str(tmp_path / "teacher"),), distill=1.0)
    taught = train.train(data, Run.new(hyper, tmp_path / "taught"), cache=cache)
    assert taught[0]["loss"] != alone[0]["loss"]
    learned_from = checkpoint.load(tmp_path / "taught")[1].training["learned_from"][0]
    assert learned_from["weights_sha256"] == checkpoint.load(tmp_path / "teacher")[1].weights_sha256
    assert len(learned_from["history"]) == 1
    with pytest.raises(ModelError, match="no model"):
        train.train(data, Run.new(replace(hyper, teachers=("nobody",)), tmp_path / "untaught"), cache=cache)


def test_the_kept_weights_are_the_running_mean(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    run = Run.new(replace(TINY, epochs=1, average=0.9), tmp_path)
    train.train(data, run, cache=cache)
    kept, last = run.best_network().state_dict(), run.network.state_dict()
    assert not torch.equal(kept["attributes.weight"], last["attributes.weight"])
    assert torch.equal(kept["attributes.weight"], run.smooth.state_dict()["attributes.weight"])


@pytest.mark.lengthy
def test_telling_people_apart_brings_their_photographs_together(
    data: celeba.CelebA, cache: Path, tmp_path: Path
) -> None:
    together = []
    for weight in (0.0, 1.0):
        hyper = replace(TINY, epochs=40, identity=weight, dropout=0.0, learning_rate=3e-3)
        run = Run.new(hyper, tmp_path / str(weight))
        train.train(data, run, cache=cache)
        faces = data.split("train")
        prepared = pixels.cached(faces, run.preprocessing, cache)
        seen = train.predict(run.network, run.preprocessing, prepared)
        alike = seen.embeddings @ seen.embeddings.T
        same = faces.identities[:, None] == faces.identities
        together.append(alike[same].mean() - alike[~same].mean())
    assert together[1] > together[0] + 0.05


def test_inverse_weights_make_both_classes_weigh_the_same() -> None:
    labels = np.zeros((100, 40), bool)
    labels[:7] = True
    weights = class_weights(labels, "inverse")
    assert torch.allclose(weights.positive * 0.07, weights.negative * 0.93)
    assert torch.allclose(weights.positive * 0.07 + weights.negative * 0.93, torch.ones(40))
    assert (class_weights(labels, "none").positive == 1).all()
    assert class_weights(labels, "sqrt").positive[0] < weights.positive[0]


def test_the_loss_of_a_rare_positive_is_weighted() -> None:
    labels = np.zeros((10, 40), bool)
    labels[0] = True
    weights = class_weights(labels, "inverse")
    wrong_positive = weighted_loss(torch.full((1, 40), -2.0), torch.ones(1, 40), weights)
    wrong_negative = weighted_loss(torch.full((1, 40), 2.0), torch.zeros(1, 40), weights)
    assert wrong_positive / wrong_negative == pytest.approx(9, rel=1e-4)


def test_the_learning_rate_rises_then_falls_to_nothing() -> None:
    hyper = replace(TINY, epochs=4, warmup=1.0, learning_rate=1.0)
    rates = [learning_rate(hyper, step, 10) for step in range(40)]
    assert rates[:10] == pytest.approx(np.linspace(0.1, 1, 10))
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] < 0.01
    assert learning_rate(replace(hyper, schedule="constant"), 39, 10) == 1.0


def test_a_folder_with_a_run_is_not_overwritten(tmp_path: Path) -> None:
    Run.new(TINY, tmp_path)
    with pytest.raises(RunError, match="--resume"):
        Run.new(TINY, tmp_path)


def test_there_is_nothing_to_resume_in_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no run to go on with"):
        Run.resumed(tmp_path)


def test_a_damaged_state_is_an_error_not_a_fresh_start(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    train.train(data, Run.new(replace(TINY, epochs=1), tmp_path), cache=cache)
    state = tmp_path / STATE
    state.write_bytes(state.read_bytes()[:1000])
    with pytest.raises(ModelError, match="damaged"):
        Run.resumed(tmp_path)


def test_a_run_that_diverges_is_stopped_and_says_so(data: celeba.CelebA, cache: Path, tmp_path: Path) -> None:
    run = Run.new(replace(TINY, learning_rate=1e30, schedule="constant", warmup=0), tmp_path)
    with pytest.raises(RunError, match="lower --learning-rate"):
        train.train(data, run, cache=cache)


def test_a_damaged_run_file_is_an_error(tmp_path: Path) -> None:
    Run.new(TINY, tmp_path)
    (tmp_path / RUN).write_text("{")
    with pytest.raises(RunError, match="damaged"):
        Run.resumed(tmp_path)
