"""In which size, and how closely cut, a trained network sees most: on CELEBA's validation partition, without training.

    python benchmarks/inputs.py ../shared/celeba --model runs/first --sizes 64 72 80 --zooms 1 0.97 0.94 0.91

Training zooms in at random, so faces look larger there than in the whole crop (Touvron et al. 2019, "Fixing the
train-test resolution discrepancy"). A zoom is the share of the model's own crop, about its middle; the peer in the same
run is the model as it is. The best may be kept: `facequery calibrate CELEBA --model runs/first --size 72 --crop ...`.
"""

from dataclasses import replace

import numpy as np
import setting

from classifiers.cards.preprocessing import Box
from classifiers.evaluation.calibrate import calibrate
from classifiers.evaluation.evaluate import evaluate
from classifiers.sets import celeba
from classifiers.tagger import Tagger


def main() -> None:
    parser = setting.parser(__doc__)
    parser.add_argument("--sizes", type=int, nargs="+")
    parser.add_argument("--zooms", type=float, nargs="+", default=[1.0, 0.97, 0.94, 0.91])
    arguments = parser.parse_args()
    tagger = Tagger.load(arguments.model)
    own, faces = tagger.card.preprocessing, celeba.load(arguments.celeba).split("val")
    print("accuracy at one half after calibration, and mean average precision, on validation")
    for size in arguments.sizes or [own.size]:
        for zoom in arguments.zooms:
            tagger.card = replace(tagger.card, preprocessing=replace(own, size=size, crop=zoomed(own.crop, zoom)))
            logits = setting.logits(tagger, faces, arguments.cache)
            probabilities = calibrate(logits, faces.labels).probabilities(logits)
            found = evaluate(probabilities, faces.labels, np.full(40, 0.5))
            crop = tagger.card.preprocessing.crop
            print(f"{size:4} {zoom:5} {crop!s:22} {found.accuracy:.4f} {found.mean_average_precision:.4f}", flush=True)


def zoomed(crop: Box, share: float) -> Box:
    """That share of a crop, about its middle."""
    left, top, right, bottom = crop
    across, down = round((right - left) * (1 - share) / 2), round((bottom - top) * (1 - share) / 2)
    return left + across, top + down, right - across, bottom - down


if __name__ == "__main__":
    main()
