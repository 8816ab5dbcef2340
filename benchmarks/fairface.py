"""Faces that are not framed like CelebA's: how many are found, and how `Male` agrees with FairFace's `gender`.

    facequery index ../shared/fairface/val --library /tmp/fairface
    python benchmarks/fairface.py /tmp/fairface ../shared/fairface

The labels are FairFace's annotators' words. Of a photograph with several faces the largest counts; the peer is
always answering with the commoner label.
"""

import argparse
from pathlib import Path

import pandas as pd

from retrieval.library import Library


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("fairface", type=Path)
    arguments = parser.parse_args()
    labels = pd.read_csv(arguments.fairface / "fairface_label_val.csv")
    labels["name"] = labels["file"].map(lambda file: Path(file).name)
    there = {path.name for path in (arguments.fairface / "val").iterdir()}
    labels = labels[labels["name"].isin(there)].merge(predicted(arguments.library), on="name", how="left")
    found = labels.dropna(subset=["male"])
    right = (found["male"] == (found["gender"] == "Male")).astype(float)
    commoner = found["gender"].value_counts(normalize=True).iloc[0]
    print(f"a face in {len(found)} of {len(labels)} photographs: {len(found) / len(labels):.1%}")
    print(f"Male agrees with gender in {right.mean():.1%} of them; the commoner label alone: {commoner:.1%}")
    for column in ("gender", "race", "age"):
        print(f"\nby {column}")
        print(right.groupby(found[column]).agg(["mean", "count"]).round(3).to_string(header=False))


def predicted(library: Path) -> pd.DataFrame:
    """A row a photograph: its name, and whether its largest face is `Male` at the model's threshold."""
    with Library.open(library) as open_library:
        hits = open_library.find(None, limit=None).hits
        model = open_library.model
    assert model is not None
    rows = [(Path(h.photo).name, _area(h.box), h.attributes["Male"] >= model.thresholds["Male"]) for h in hits]
    faces = pd.DataFrame(rows, columns=["name", "area", "male"])
    return faces.sort_values("area").drop_duplicates("name", keep="last")[["name", "male"]]


def _area(box: tuple[int, int, int, int]) -> int:
    left, top, right, bottom = box
    return (right - left) * (bottom - top)


if __name__ == "__main__":
    main()
