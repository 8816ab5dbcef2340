"""The end of a run: its best epoch becomes a calibrated model, whose card tells all that it learned from.

Knows nothing of how an epoch is trained.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import checkpoint
from classifiers.calibrate import calibrated
from classifiers.evaluate import predict
from classifiers.run import Hyperparameters, Run, machine

LICENCE = "Trained on CelebA, whose terms allow non-commercial research only."


def finish(
    run: Run, faces: NDArray[np.uint8], labels: NDArray[np.bool_], rates: NDArray[np.float64]
) -> checkpoint.Card:
    """Makes the best epoch so far the model in the run's folder: halved, calibrated on validation for a population
    with those `rates` [40] of attributes, with a card.
    """
    draft = checkpoint.Card(run.hyper.model, run.preprocessing, features=run.hyper.features)
    checkpoint.save(run.out, run.best_network(), draft)
    network, card = checkpoint.load(run.out)  # the very weights that are shipped, halved
    predicted = predict(network.to(run.device), card.preprocessing, faces)
    card = replace(
        card,
        licence=LICENCE,
        training={
            "data": "CelebA, training partition",
            "hyperparameters": run.hyper.told(),
            "machine": machine(run.device),
            "best_epoch": run.best_epoch,
            "history": run.history,
            **lineage(run.hyper),
        },
    )
    card = calibrated(card, predicted.logits, labels, rates)
    checkpoint.write_card(run.out, card)
    return card


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
    card = checkpoint.card_from_json((folder / checkpoint.CARD).read_text(), folder / checkpoint.CARD)
    return {"weights_sha256": card.weights_sha256, **card.training}
