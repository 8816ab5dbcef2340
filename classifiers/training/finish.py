"""The end of a run: its best epoch becomes a calibrated model, whose card tells all that it learned from.

Knows nothing of how an epoch is trained.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from classifiers.cards.card import Card, card_from_json
from classifiers.evaluation.calibrate import calibrated
from classifiers.hyperparameters import Hyperparameters
from classifiers.networks import checkpoint, dlib_file
from classifiers.networks.architectures import FaceNetwork, placed
from classifiers.networks.inference import features_of, predict
from classifiers.sets.face_sets import FaceSet
from classifiers.teaching import descriptors
from classifiers.training import people_head
from classifiers.training.refit import Layer, Seen, refitted
from classifiers.training.run import Run, machine

NOBODY = 1.0  # a threshold that no two groups reach
LICENCE = "Trained on CelebA, whose terms allow non-commercial research only."


def finish(
    run: Run,
    faces: NDArray[np.uint8] | torch.Tensor,
    labels: NDArray[np.bool_],
    rates: NDArray[np.float64],
    sets: Sequence[FaceSet],
    clean: Sequence[NDArray[np.uint8]] = (),
) -> Card:
    """Makes the best epoch so far the model in the run's folder: halved, calibrated on validation (faces and labels)
    for a population with those `rates` [40] of attributes, with a card that names the sets it learned from. With
    `clean`, the sets' prepared faces, the last layer is first fitted to these. Where a head was learned that tells
    people apart, it is kept beside the model, and takes nobody for another until its threshold is chosen.
    """
    draft, network = Card(run.hyper.model, run.preprocessing, features=run.hyper.features), run.best_network()
    told = {}
    if clean:
        network = placed(network, run.device)
        seen = Seen(features_of(network, run.preprocessing, faces), labels)
        told = _refit(network, _clean(run, network, sets, clean), seen)
    checkpoint.save(run.out, network, draft)
    network, card = checkpoint.load(run.out)  # the very weights that are shipped, halved
    predicted = predict(placed(network, run.device), card.preprocessing, faces)
    card = replace(card, licence=licence(sets), training={**_training(run, sets), **told})
    card = calibrated(card, predicted.logits, labels, rates)
    if head := run.best_head():
        learned = {"data": sets[0].name, "learned": "with the network"}
        data = people_head.written(head.arrays(), NOBODY)
        return checkpoint.save_head(run.out, card, data, {"alike": NOBODY, "training": learned})
    checkpoint.write_card(run.out, card)
    return card


def _clean(run: Run, network: FaceNetwork, sets: Sequence[FaceSet], clean: Sequence[NDArray[np.uint8]]) -> Seen:
    """What the last layer sees of the training faces as they are."""
    features = torch.cat([features_of(network, run.preprocessing, faces) for faces in clean])
    known = np.concatenate([each.known for each in sets])
    return Seen(features, np.concatenate([each.faces.labels for each in sets]), None if known.all() else known)


@torch.no_grad()
def _refit(network: FaceNetwork, training: Seen, validation: Seen) -> dict[str, Any]:
    """Fits the network's last layer anew; what the card tells of it."""
    last = network.attributes
    with torch.enable_grad():
        layer, before, after = refitted(Layer(last.weight.detach(), last.bias.detach()), training, validation)
    last.weight.copy_(layer.weight)
    last.bias.copy_(layer.bias)
    return {"refit": {"validation_mean_average_precision": {"before": round(before, 5), "after": round(after, 5)}}}


def licence(sets: Sequence[FaceSet]) -> str:
    """The terms of every data set learned from, CelebA first: those of a table's images are its owner's."""
    further = [each.name for each in sets[1:]]
    if not further:
        return LICENCE
    return f"{LICENCE} Trained on the images of {' and '.join(further)} too, whose own terms apply besides."


def _training(run: Run, sets: Sequence[FaceSet]) -> dict[str, Any]:
    """For the card: what was learned from, how, on what and how fast; validation is in the seconds."""
    seconds = sum(row["seconds"] for row in run.history)
    images = sum(row["images"] for row in run.history)
    return {
        "data": "; ".join(_named(each) for each in sets),
        "sets": [each.told() for each in sets],
        **_descriptors(run),
        "hyperparameters": run.hyper.told(),
        "machine": machine(run.device),
        "seconds": round(seconds, 1),
        "images_per_second": round(images / seconds, 1) if seconds else None,
        "best_epoch": run.best_epoch,
        "history": run.history,
        **lineage(run.hyper),
    }


def _named(each: FaceSet) -> str:
    """A set in words: CelebA by its name alone; of others, how many images, and the attributes that are known."""
    told = each.told()
    known = ", ".join(told["known"]) if "known" in told else "all attributes"
    return f"{each.name} ({len(each):,} images; {known or 'no attribute'})" if each.sha256 else each.name


def _descriptors(run: Run) -> dict[str, Any]:
    """The file of descriptors, if there was one, or that of the network that made them: its name and the checksum of
    its content.
    """
    if run.hyper.describe:
        return {"descriptors": {"file": dlib_file.FILE, "sha256": dlib_file.SHA256}}
    if not run.hyper.descriptors:
        return {}
    path = Path(run.hyper.descriptors)
    return {"descriptors": {"file": path.name, "sha256": descriptors.sha256(path)}}


def lineage(hyper: Hyperparameters) -> dict[str, Any]:
    """How the models were trained that a run began from and learned from, as far as they have cards."""
    began = [Path(hyper.init).parent] if hyper.init not in ("random", "imagenet") else []
    folders = {"began_from": began, "learned_from": [checkpoint.shipped(name) for name in hyper.teachers]}
    told = {
        name: [_told(folder) for folder in some if (folder / checkpoint.CARD).is_file()]
        for name, some in folders.items()
    }
    return {name: models for name, models in told.items() if models}


def _told(folder: Path) -> dict[str, Any]:
    card = card_from_json((folder / checkpoint.CARD).read_text(), folder / checkpoint.CARD)
    return {"weights_sha256": card.weights_sha256, **card.training}
