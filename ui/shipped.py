"""What ships with the product beside its code: the sample faces, which show nobody."""

from pathlib import Path

from retrieval.errors import FacequeryError

HERE = Path(__file__).parent


def samples_folder() -> Path:
    """Where the composites are: beside this module in an installed wheel, in `data/samples` of a checkout."""
    inside = HERE / "samples"
    folder = inside if inside.is_dir() else HERE.parent / "data" / "samples"
    if not folder.is_dir():
        raise FacequeryError(f"The samples are not there ({folder}): install facequery again.")
    return folder
