"""The command `explore`: a data set in pictures, with a table beside each, in one folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui import options
from ui.study.hyperparameters import CelebaFolder
from ui.study.train import Split

if TYPE_CHECKING:
    from classifiers.sets.celeba import CelebA, Faces

STRONGEST = 20  # pairs that are named
FACES = 12  # of each kind on a contact sheet


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(explore)


def explore(
    celeba: CelebaFolder,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where pictures and tables go.")],
    split: Annotated[Split | None, typer.Option(help="Only this partition; all images without.")] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Chooses the faces of the contact sheets.")] = 0,
    as_json: options.Json = False,
) -> None:
    """The data in pictures. Frequency, distributions, correlation, people, a contact sheet an attribute."""
    from classifiers.sets import celeba as dataset
    from ui.output import say, write_json

    data = dataset.load(celeba)
    faces = data.split(split.value) if split else data.faces
    if not len(faces):
        raise dataset.DatasetError(f"{celeba} names no image: there is nothing to explore.")
    if (faces.identities < 0).all():
        say("This data set does not say who is who: no picture of images per person.")
    written = []
    for path in (*_charts(data, faces, out), *_sheets(faces, out, seed)):
        written.append(str(path))
        if not as_json:
            typer.echo(str(path))
    if as_json:
        write_json(written)


def _charts(data: "CelebA", faces: "Faces", out: Path) -> Iterator[Path]:
    from classifiers.sets import explore as numbers
    from retrieval.attributes import ATTRIBUTES
    from ui.study import exploration_pictures as pictures
    from ui.study.charts import write, write_rows

    common = numbers.frequencies(faces.labels)
    yield write(pictures.frequency(common, len(faces)), out / "frequency.png")
    yield write_rows(out / "frequency.csv", numbers.Frequency._fields, common)
    shares, crossed = _shares(data), numbers.crossed(faces.labels, "Male", "Young")
    yield write(pictures.male_and_young(shares, crossed), out / "male-young.png")
    yield write_rows(out / "male-young.csv", ("partition", "Male", "Young"), shares)
    yield write_rows(out / "male-young-crossed.csv", ("Male", "Young", "images"), _cells(crossed.tolist()))
    phi = numbers.correlations(faces.labels)
    order, strong = numbers.clustered(phi), numbers.strongest(phi, STRONGEST)
    names = [ATTRIBUTES[i] for i in order]
    yield write(pictures.correlation(phi, order), out / "correlation.png")
    rows = [(name, *phi[i, order].tolist()) for name, i in zip(names, order, strict=True)]
    yield write_rows(out / "correlation.csv", ("attribute", *names), rows)
    yield write(pictures.pairs(strong), out / "strongest-pairs.png")
    yield write_rows(out / "strongest-pairs.csv", numbers.Pair._fields, strong)
    if people := numbers.images_per_person(faces.identities):
        yield write(pictures.people(people), out / "images-per-person.png")
        yield write_rows(out / "images-per-person.csv", ("images", "people"), people)
    sizes = numbers.partitions(data)
    yield write(pictures.partitions(sizes), out / "partitions.png")
    yield write_rows(out / "partitions.csv", ("partition", "images"), sizes)


def _shares(data: "CelebA") -> list[tuple[str, float, float]]:
    """Share of Male and of Young among all images, and in each partition that holds any."""
    from classifiers.sets.celeba import SPLITS
    from retrieval.attributes import ATTRIBUTES

    columns = data.faces.labels[:, [ATTRIBUTES.index("Male"), ATTRIBUTES.index("Young")]]
    parts = [("all", columns), *((name, columns[data.partition == number]) for name, number in SPLITS.items())]
    return [(name, *map(float, part.mean(0))) for name, part in parts if len(part)]  # type: ignore[misc]


def _cells(crossed: list[list[int]]) -> list[tuple[int, int, int]]:
    return [(1 if male else -1, 1 if young else -1, crossed[male][young]) for male in (1, 0) for young in (1, 0)]


def _sheets(faces: "Faces", out: Path, seed: int) -> Iterator[Path]:
    from classifiers.sets import explore as numbers
    from retrieval.attributes import ATTRIBUTES
    from ui.study import attribute_sheets
    from ui.study.charts import write_rows

    chosen = []
    for name in ATTRIBUTES:
        kinds = numbers.examples(faces, name, FACES, seed)
        positive, negative = ([faces.names[i] for i in kind] for kind in kinds)
        files = ([faces.folder / file for file in kind] for kind in (positive, negative))
        yield attribute_sheets.write(out / "contact-sheets" / f"{name}.png", name, *files)
        chosen += [(name, has, file) for has, kind in ((1, positive), (-1, negative)) for file in kind]
    yield write_rows(out / "contact-sheets.csv", ("attribute", "label", "image"), chosen)
