"""Images a second that a network learns from, on a device: as the loop was, as it is, and with the whole recipe.

    python benchmarks/training.py --device cuda --batch-size 512            # DenseNet121 at 64 pixels
    python benchmarks/training.py --device cpu --images 256 --batch-size 32 --steps 3

The peer is the loop before: each batch is changed by numbers of numpy's and copied to the device, and every step waits
for its loss. The recipe adds two EfficientNet-Lites at 128 pixels that look at each view, identities and descriptors.
Pixels are noise and weights are random, which changes no speed. Prints a Markdown table; a few steps of each come
first and are not counted.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import affine_grid, grid_sample

from classifiers.cards.card import Card
from classifiers.cards.preprocessing import Preprocessing
from classifiers.hyperparameters import Hyperparameters
from classifiers.networks import checkpoint
from classifiers.networks.architectures import build, normalised, unit_range
from classifiers.networks.devices import available
from classifiers.teaching import augment
from classifiers.teaching.distill import Teachers
from classifiers.teaching.examples import Batch, Examples, InFiles, Told, batches
from classifiers.training import train
from classifiers.training.lesson import Lesson
from classifiers.training.losses import ClassWeights, class_weights, weighted_loss
from classifiers.training.run import Run, machine

TEACHERS = ("efficientnet_lite0", "efficientnet_lite2")
PEOPLE, DESCRIPTOR, VIEW = 8000, 128, 128
UNCOUNTED = 5  # steps first, in which a GPU looks for its fastest convolutions


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--model", default="densenet121")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--images", type=int, default=20_000)
    parser.add_argument("--batch-size", type=int, default=512)
    parser.add_argument("--steps", type=int, default=30, help="that are counted, of each way")
    parser.add_argument("--uncounted", type=int, default=UNCOUNTED, help="steps before these")
    arguments = parser.parse_args()
    device = available(arguments.device)
    hyper = Hyperparameters(
        model=arguments.model, size=arguments.size, batch_size=arguments.batch_size, augment=True, average=0.998,
        weight_decay=0.05, weighting="none",
    )  # fmt: skip
    print(f"{machine(device)}; {hyper.model} at {hyper.size} pixels, batches of {hyper.batch_size}\n")
    print("| way | images a second |\n| --- | --- |")
    ways: dict[str, Callable[[Hyperparameters, int, str], Callable[[int], None]]] = {
        "as before: numpy and a copy a batch, a wait a step": before,
        "now": now,
        "now, with two teachers of the same view, identities and descriptors": recipe,
    }
    for name, way in ways.items():
        steps = way(hyper, arguments.images, device)
        print(f"| {name} | {measured(steps, arguments.steps, arguments.uncounted, hyper, device):,.1f} |", flush=True)


def measured(steps: Callable[[int], None], counted: int, uncounted: int, hyper: Hyperparameters, device: str) -> float:
    """Images a second of so many steps, after those that do not count."""
    steps(uncounted)
    waited(device)
    started = time.perf_counter()
    steps(counted)
    waited(device)
    return counted * hyper.batch_size / (time.perf_counter() - started)


def waited(device: str) -> None:
    """Until the device has done all it was told."""
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize()


def noise(images: int, size: int) -> NDArray[np.uint8]:
    side = round(size * augment.OVERSAMPLED)
    return np.random.default_rng(0).integers(0, 256, (images, side, side, 3), np.uint8)


def fresh(hyper: Hyperparameters, device: str) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        return Run.new(hyper, Path(folder) / "run", device)


def before(hyper: Hyperparameters, images: int, device: str) -> Callable[[int], None]:
    run, pixels, random = fresh(hyper, device), noise(images, hyper.size), np.random.default_rng(0)
    labels = random.random((images, 40)) < 0.2
    weights = class_weights(labels, hyper.weighting, device=device)
    run.network.train()

    def steps(count: int) -> None:
        for number in range(count):
            chosen = random.choice(images, hyper.batch_size, replace=False)
            waiting_step(run, changed_by_numpy(pixels[chosen], hyper.size, random), labels[chosen], weights)
            follow_one_by_one(run, number)

    return steps


def changed_by_numpy(faces: NDArray[np.uint8], size: int, random: np.random.Generator) -> torch.Tensor:
    """As `classifiers.teaching.augment` was, on the host."""
    maps = np.zeros((len(faces), 2, 3), np.float32)
    zoom, turn = random.uniform(*augment.ZOOM, len(faces)), random.uniform(-augment.TURN, augment.TURN, len(faces))
    maps[:, 0, 0], maps[:, 0, 1] = zoom * np.cos(turn), -zoom * np.sin(turn)
    maps[:, 1, 0], maps[:, 1, 1] = zoom * np.sin(turn), zoom * np.cos(turn)
    grid = affine_grid(torch.from_numpy(maps), [len(faces), 3, size, size], align_corners=False)
    seen = grid_sample(unit_range(faces), grid, mode="bilinear", padding_mode="reflection", align_corners=False)
    light = torch.from_numpy(random.uniform(0.8, 1.2, (3, len(faces), 1, 1, 1)).astype(np.float32))
    seen = seen * light[0]
    seen = torch.lerp(seen.mean((1, 2, 3), keepdim=True), seen, light[1])
    return torch.lerp(seen.mean(1, keepdim=True), seen, light[2]).clamp_(0, 1)


def waiting_step(
    run: Run, faces: torch.Tensor, labels: NDArray[np.bool_], weights: ClassWeights
) -> tuple[float, float]:
    truth = torch.from_numpy(labels).float().to(run.device)
    with torch.autocast(torch.device(run.device).type, torch.bfloat16):
        logits, _ = run.network(normalised(faces.to(run.device), run.preprocessing))
    loss = weighted_loss(logits, truth, weights)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    run.optimizer.step()
    return loss.item(), ((logits > 0) == (truth > 0.5)).float().mean().item()


@torch.no_grad()
def follow_one_by_one(run: Run, step: int) -> None:
    decay = min(run.hyper.average, (1 + step) / (10 + step))
    for mine, new in zip(run.smooth.state_dict().values(), run.network.state_dict().values(), strict=True):
        mine.lerp_(new, 1 - decay) if mine.is_floating_point() else mine.copy_(new)


def now(hyper: Hyperparameters, images: int, device: str) -> Callable[[int], None]:
    told = Told(torch.rand(images, 40, device=device).round())
    return stepping(
        fresh(hyper, device), Lesson(found(images, hyper.size, told, device), equal_weights(told), None, hyper.size)
    )


def recipe(hyper: Hyperparameters, images: int, device: str) -> Callable[[int], None]:
    hyper = replace(hyper, identity=0.02, relate=0.1, point=0.2, coarse=0.1, erase=0.15, distill=0.7)
    people = torch.randint(PEOPLE, (images,), device=device)
    described = torch.nn.functional.normalize(torch.randn(images, DESCRIPTOR, device=device))
    known = torch.rand(images, 40, device=device) < 0.8
    told = Told(torch.rand(images, 40, device=device).round(), known, people=people, descriptors=described)
    with tempfile.TemporaryDirectory() as folder:
        teachers = Teachers([teacher(Path(folder) / str(n), name) for n, name in enumerate(TEACHERS)], device)
    run = fresh(replace(hyper, descriptors="noise"), device)
    run.learn_too(PEOPLE, 0, DESCRIPTOR)
    return stepping(run, Lesson(found(images, VIEW, told, device), equal_weights(told), teachers, VIEW))


def teacher(folder: Path, name: str) -> str:
    checkpoint.save(folder, build(name), Card(name, Preprocessing(VIEW)))
    return str(folder)


def found(images: int, size: int, told: Told, device: str) -> Examples:
    pixels = noise(images, size)
    held = InFiles([pixels], device) if device == "cpu" else torch.from_numpy(pixels).to(device)
    return Examples(held, told, np.zeros(images, bool))


def equal_weights(told: Told) -> ClassWeights:
    return class_weights(told.labels.cpu().numpy() > 0.5, "none", device=str(told.labels.device))


def stepping(run: Run, lesson: Lesson) -> Callable[[int], None]:
    """So many steps of the loop as it is, over as many epochs as they take; what they come to is read once."""
    run.network.train()
    train._hurry(torch.device(run.device))

    def endless() -> Iterator[Batch]:
        epoch = 0
        while True:
            yield from batches(lesson.examples, run.hyper, epoch, lesson.size)
            epoch += 1

    coming = endless()

    def steps(count: int) -> None:
        sums = torch.zeros(2, device=run.device)
        for number, batch in zip(range(count), coming, strict=False):
            sums += train._step(run, batch, lesson, run.hyper.learning_rate)
            run.follow(number)
        sums.tolist()

    return steps


if __name__ == "__main__":
    main()
