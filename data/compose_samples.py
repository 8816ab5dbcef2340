"""Makes `data/samples` from a CelebA folder: composite faces, each the pixel mean of 16 people who share attributes.

They look like photographs, show nobody, and can be shipped. The same folder gives the same files.

    python data/compose_samples.py ../shared/celeba
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from classifiers.sets import celeba
from retrieval.attributes import ATTRIBUTES

MEMBERS = 16  # faces in a composite: enough that no one can be made out, few enough that hair and glasses can
PER_GROUP = 6  # composites of one combination of attributes at most
TOTAL = 240
RARE = ("Eyeglasses", "Wearing_Hat", "Bald", "Gray_Hair")  # faces with one of these share no more than it and BASIC
BASIC = ("Male", "Smiling")
FINE = ("Young", "Bangs", "No_Beard", "Black_Hair", "Blond_Hair", "Brown_Hair", "Wearing_Necktie", "Wavy_Hair")


def compose(folder: Path, out: Path) -> int:
    """Writes the composites into `out`; returns how many."""
    faces = celeba.load(folder).split("train")
    out.mkdir(parents=True, exist_ok=True)
    composites = list(islice(_composites(faces), TOTAL))
    for name, face in composites:
        Image.fromarray(face).save(out / f"{name}.jpg", quality=82, optimize=True)
    return len(composites)


def _composites(faces: celeba.Faces) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """One composite of each group in turn, the rarest group first, until all groups are used up."""
    groups = _groups(faces)
    for number in range(PER_GROUP):
        for name, members in groups:
            chosen = members[number * MEMBERS : (number + 1) * MEMBERS]
            if len(set(faces.identities[chosen].tolist())) == MEMBERS:
                yield f"{name}-{number + 1}", _mean(faces, chosen)


def _groups(faces: celeba.Faces) -> list[tuple[str, list[int]]]:
    """Names and members of the combinations of attributes that fill a composite, the smallest first.

    A person's second photograph comes after everybody's first, so a composite is of as many people as it has faces.
    """
    members: dict[str, list[int]] = {}
    for index in np.argsort(_photograph_of_person(faces), kind="stable").tolist():
        has = dict(zip(ATTRIBUTES, faces.labels[index].tolist(), strict=True))
        members.setdefault(_name(has), []).append(index)
    full = [(name, found) for name, found in members.items() if len(found) >= MEMBERS]
    return sorted(full, key=lambda group: (len(group[1]), group[0]))


def _photograph_of_person(faces: celeba.Faces) -> list[int]:
    """0 for a person's first photograph, 1 for the second..."""
    seen: Counter[int] = Counter()
    numbers = []
    for person in faces.identities.tolist():
        numbers.append(seen[person])
        seen[person] += 1
    return numbers


def _name(has: dict[str, bool]) -> str:
    """The combination of attributes that defines a face's group, as the beginning of a file's name."""
    shared = BASIC + RARE if any(has[name] for name in RARE) else BASIC + FINE
    shown = [name for name in shared if has[name] and name not in ("Male", "No_Beard")]
    beard = ["Beard"] if "No_Beard" in shared and not has["No_Beard"] else []
    return "-".join(["man" if has["Male"] else "woman", *shown, *beard]).lower()


def _mean(faces: celeba.Faces, members: list[int]) -> NDArray[np.uint8]:
    mean: NDArray[np.uint8] = np.mean([_pixels(faces, i) for i in members], axis=0).round().astype(np.uint8)
    return mean


def _pixels(faces: celeba.Faces, index: int) -> NDArray[np.float64]:
    with Image.open(faces.folder / faces.names[index]) as image:
        return np.asarray(image.convert("RGB"), np.float64)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("celeba", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "samples")
    arguments = parser.parse_args()
    print(f"{compose(arguments.celeba, arguments.out)} composites in {arguments.out}")
