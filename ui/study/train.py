"""The command `train`. Knows how to show a run, not how to train."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ui import options
from ui.study import hyperparameters as chosen
from ui.study.hyperparameters import CROP, Cache, CelebaFolder, Kept, LossName, Network, ScheduleName, WeightingName

PEOPLE = ("validation_same_person_first", "validation_true_pairs_found")  # where a people head was learned


class Split(StrEnum):
    """CelebA's partitions."""

    train = "train"
    val = "val"
    test = "test"


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(train)


def train(
    celeba: CelebaFolder,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the run and its model go.")],
    model: Annotated[Network, typer.Option(help="The network to train.")] = Network.densenet121,
    init: chosen.Init = "random",
    size: chosen.Size = 64,
    crop: Annotated[
        tuple[int, int, int, int],
        typer.Option(metavar="N N N N", help="Left, top, right, bottom of what is used of an aligned face."),
    ] = CROP,
    epochs: chosen.Epochs = 8,
    batch_size: chosen.BatchSize = 64,
    learning_rate: Annotated[float, typer.Option(metavar="X", min=0, help="The highest, after the warm-up.")] = 1e-3,
    schedule: chosen.Schedule = ScheduleName.cosine,
    warmup: chosen.Warmup = 0.5,
    features: chosen.Features = 512,
    dropout: Annotated[
        float, typer.Option(metavar="SHARE", min=0, max=0.99, help="Of the features that a step goes without.")
    ] = 0.3,
    weighting: chosen.Weighting = WeightingName.sqrt,
    loss: Annotated[LossName, typer.Option(help="Cross-entropy by that weighting, or one without.")] = LossName.bce,
    patience: Annotated[int, typer.Option(metavar="N", min=1, help="Epochs without a better one before stopping.")] = 3,
    limit: chosen.Limit = None,
    seed: chosen.Seed = 0,
    augment: chosen.Augment = False,
    weight_decay: Annotated[float, typer.Option(metavar="X", min=0, help="AdamW's, of matrices and kernels.")] = 0.0,
    average: Annotated[
        float, typer.Option(metavar="X", min=0, max=0.9999, help="Decay of the weights' running mean.")
    ] = 0.0,
    teacher: Annotated[
        list[str] | None, typer.Option(metavar="MODEL", help="A model to learn from, beside the labels; or several.")
    ] = None,
    distill: Annotated[
        float, typer.Option(metavar="SHARE", min=0, max=1, help="The teachers' share in the targets.")
    ] = 0.5,
    hint: Annotated[float, typer.Option(metavar="X", min=0, help="Weight of seeing what the teachers see.")] = 0.0,
    identity: Annotated[float, typer.Option(metavar="X", min=0, help="Weight of telling the people apart.")] = 0.0,
    also: Annotated[
        list[Path] | None,
        typer.Option(metavar="TABLE", help="A table of further faces, whose labels may be unknown; or several."),
    ] = None,
    partial: Annotated[
        float, typer.Option(metavar="SHARE", min=0, max=1, help="Of images with unknown labels, drawn each epoch.")
    ] = 1.0,
    same_view: Annotated[
        bool, typer.Option("--same-view", help="Teachers look at each view as the model does.")
    ] = False,
    coarse: Annotated[
        float, typer.Option(metavar="SHARE", min=0, max=1, help="Of training faces at a low resolution.")
    ] = 0.0,
    erase: Annotated[
        float, typer.Option(metavar="SHARE", min=0, max=1, help="Of training faces with a square erased.")
    ] = 0.0,
    descriptors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Descriptors to learn likeness from (.npy): a row a training image."),
    ] = None,
    relate: Annotated[
        float, typer.Option(metavar="X", min=0, help="Weight of being alike where descriptors are.")
    ] = 0.0,
    point: Annotated[float, typer.Option(metavar="X", min=0, help="Weight of pointing where descriptors point.")] = 0.0,
    blend: chosen.Blend = 0.0,
    bend: chosen.Bend = 0.0,
    poor: chosen.Poor = 0.0,
    describe: chosen.Describe = False,
    own: chosen.Own = 0.0,
    head_identity: chosen.HeadIdentity = 0.0,
    init_head: chosen.InitHead = None,
    keep: chosen.Keep = Kept.best,
    refit: chosen.Refit = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --out, with the hyperparameters it began with.")
    ] = False,
    device: options.Device = "auto",
    cache: Cache = None,
    no_progress: options.NoProgress = False,
    as_json: options.Json = False,
) -> None:
    """One training run. Its best epoch becomes a calibrated model in --out.

    With --own or --head-identity a head that tells people apart is learned beside the network, and kept with the model.
    """
    from classifiers.cards.preprocessing import Preprocessing
    from classifiers.hyperparameters import Hyperparameters
    from classifiers.networks.devices import available
    from classifiers.sets import celeba as dataset
    from classifiers.training import train as training
    from classifiers.training.run import Run
    from ui import progress
    from ui.output import say, write_json
    from ui.study import people_head

    try:
        Preprocessing(size, crop)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    data = dataset.load(celeba)
    hyper = Hyperparameters(
        model=model.value, size=size, crop=crop, init=init, epochs=epochs, batch_size=batch_size,
        learning_rate=learning_rate, schedule=schedule.value, warmup=warmup, features=features, dropout=dropout,
        weighting=weighting.value, loss=loss.value, patience=patience, limit=limit, seed=seed, augment=augment,
        weight_decay=weight_decay, average=average, teachers=tuple(teacher or ()), distill=distill, hint=hint,
        identity=identity, also=tuple(map(str, also or ())), partial=partial, same_view=same_view, coarse=coarse,
        erase=erase, descriptors=str(descriptors or ""), relate=relate, point=point, blend=blend, bend=bend, poor=poor,
        describe=describe, own=own, head_identity=head_identity, init_head=str(init_head or ""), keep=keep.value,
        refit=refit,
    )  # fmt: skip
    if not resume:
        training.check(data, hyper)
    run = Run.resumed(out, available(device)) if resume else Run.new(hyper, out, available(device))
    with progress.bar(quiet=no_progress) as show:
        on_step = progress.training(show, quiet=no_progress)
        try:
            kept = options.cache_folder(cache)
            decoding = progress.decoding(show)
            history = training.train(data, run, cache=kept, progress=on_step, decoding=decoding, saying=say)
            people_head.choose(data, out, run.device, kept, show)
        except KeyboardInterrupt:
            say("Stopped. The epochs that were whole are kept; --resume goes on from there.")
            raise
    if as_json:
        write_json(history)
    else:
        _write_history(history)


def _write_history(history: list[dict[str, Any]]) -> None:
    from ui.output import write_table

    columns = ["epoch", "loss", "accuracy", "validation_loss", "validation_balanced_accuracy",
               "validation_mean_average_precision", "seconds"]  # fmt: skip
    columns[-1:-1] = [name for name in PEOPLE if name in history[0]]
    rows = [[f"{row[c]:.4g}" for c in columns] for row in history]
    write_table([c.replace("_", " ") for c in columns], rows, numbers=len(columns))
