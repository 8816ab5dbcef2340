"""The options that several commands share, and what they stand for. Imports nothing that takes long."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import platformdirs
import typer

from retrieval.stores.places import Place, is_served

if TYPE_CHECKING:
    from retrieval.library import Library
    from retrieval.tables.records import Sought


def _globs(given: list[str] | None) -> list[str] | None:
    """As they were given; an empty one is wrong usage, since it would keep nothing from being looked at."""
    if "" in (given or ()):
        raise typer.BadParameter("this is empty; is a variable of your script unset?")
    return given


Meaning = Literal["look", "person"]
"""What likeness means: faces look alike, or are the same person. As the library takes it."""

Crop = Literal["auto", "aligned"]
"""How faces are had from a photograph: found and aligned, or the photograph as it is. As the library records it."""

Sort = Literal["confidence", "path", "added", "taken"]
"""The order of an answer. As the library takes it."""

FinderName = Literal["mtcnn", "yunet"]
"""What finds faces. As the library keeps it."""

EngineName = Literal["local", "ray"]
"""Who looks at new photographs: this machine, or those of a Ray cluster."""

LibraryPlace = Annotated[
    str | None,
    typer.Option(
        "--library",
        envvar="FACEQUERY_LIBRARY",
        metavar="FOLDER",
        help="The library's folder, or postgresql://USER@HOST/DATABASE; without it, a folder among your user data.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]
Csv = Annotated[bool, typer.Option("--csv", help="Write CSV, with all 40 probabilities.")]
Paths = Annotated[bool, typer.Option("--paths", help="Write each photograph's path, one a line.")]
Null = Annotated[bool, typer.Option("--null", "-0", help="As --paths, each path ended by a NUL, for `xargs -0`.")]
Explain = Annotated[
    bool, typer.Option("--explain", help="Why each face matches, and which single terms would turn that around.")
]
Limit = Annotated[int, typer.Option(metavar="N", min=0, help="Faces at most; 0 for all.")]
BatchSize = Annotated[int, typer.Option(metavar="N", min=1, max=4096, help="Faces tagged at once.")]
Workers = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, max=64, help="Processes that look at photographs; without it, one a core."),
]
Threads = Annotated[int, typer.Option("--workers", metavar="N", min=1, max=64, help="Threads that read photographs.")]
Processes = Annotated[int, typer.Option("--workers", metavar="N", min=1, max=64, help="Processes that look at faces.")]
Query = Annotated[
    str, typer.Argument(metavar="QUERY", help='Such as "Big_Nose AND NOT Eyeglasses", "smiling > 0.9", or @NAME.')
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        help="A shipped model, or a folder of one that was trained. Without it: the library's, else densenet121-112.",
    ),
]
AnyModel = Annotated[
    str, typer.Option("--model", metavar="NAME", help="A shipped model, or a folder of one that was trained.")
]
CropMode = Annotated[
    Crop | None,
    typer.Option(
        "--crop",
        help="auto finds and aligns faces; aligned takes each picture as one aligned face. "
        "Without it: as the library's photographs were, auto in a new one.",
    ),
]
AnyCrop = Annotated[
    Crop, typer.Option("--crop", help="auto finds and aligns faces; aligned takes each picture as one aligned face.")
]
Precision = Annotated[
    float | None,
    typer.Option(metavar="SHARE", help="Only the surest faces, of which this share (0 to 1) should be right."),
]
By = Annotated[Meaning, typer.Option("--by", help="Faces that look alike, or faces of the same person.")]
Device = Annotated[str, typer.Option(metavar="NAME", help="auto, cpu, cuda, mps...")]
Finder = Annotated[
    FinderName | None,
    typer.Option("--finder", help="What finds faces; yunet needs --finder-weights. Kept in the library; else mtcnn."),
]
FinderWeights = Annotated[
    Path | None,
    typer.Option("--finder-weights", metavar="FILE", help="A YuNet of OpenCV's Zoo (ONNX), fetched by you; kept too."),
]
Smallest = Annotated[
    int | None,
    typer.Option(
        metavar="PIXELS",
        min=20,
        max=1000,
        help="The shorter side of the smallest face, in the photograph; half of it takes four times as long. Kept; "
        "else 40.",
    ),
]
Certainty = Annotated[
    float | None,
    typer.Option(
        metavar="SCORE", min=0, max=1, help="How sure the finder has to be of a face. Kept; else 0.9, or 0.7."
    ),
]
Include = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GLOB",
        callback=_globs,
        help="Look at folders or files of that name that are usually passed by; kept with the folder. Repeatable.",
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(
        metavar="GLOB",
        callback=_globs,
        help="Pass by folders or files of that name; kept with the folder. Repeatable.",
    ),
]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="Show no progress bar.")]


def library_place(given: str | None) -> Place:
    """Where the library is: an address as given, or a folder, or one in the platform's user data folder."""
    if not given:
        return platformdirs.user_data_path("facequery", appauthor=False) / "library"
    return given if is_served(given) else expanded(Path(given))


def expanded(given: Path) -> Path:
    """A folder with `~` or `~name` at its start written out; wrong usage where nobody's home is known by that name."""
    try:
        return given.expanduser()
    except RuntimeError as error:
        from retrieval.errors import shown

        raise typer.BadParameter(
            f"{shown(str(given))}: no home folder is known for {shown(given.parts[0])}; write the folder out"
        ) from error


def cache_folder(given: Path | None) -> Path:
    """Where decoded images are kept: as given, or in the platform's user cache folder."""
    return given or platformdirs.user_cache_path("facequery", appauthor=False)


def meant(library: "Library", query: str) -> str:
    """The query itself, or the one that is saved under NAME where it is @NAME; NoSuchSearch."""
    return library.search(query[1:].strip()) if query.startswith("@") else query


def one_form(*, as_json: bool, as_csv: bool, paths: bool, null: bool) -> None:
    """An answer is written in one form; more are wrong usage."""
    if as_json + as_csv + (paths or null) > 1:
        raise typer.BadParameter("choose one of --json, --csv and --paths (or -0)")


def none_ahead(context: typer.Context) -> None:
    """Options ahead of a group's command are wrong usage: the command would not hear of them."""
    sources = (context.get_parameter_source(name) for name in context.params)
    if any(source is not None and source.name == "COMMANDLINE" for source in sources):
        raise typer.BadParameter(f"options go behind `{context.invoked_subcommand}`")


def all_if_zero(limit: int) -> int | None:
    """A limit as the library takes it: None means all."""
    return limit or None


def sought(
    kept: "Sought", finder: FinderName | None, weights: Path | None, smallest: int | None, certainty: float | None
) -> "Sought":
    """By what faces are looked for: what the library has kept, but for what is said now; wrong usage."""
    name = finder or ("yunet" if weights else kept.finder)
    if name == "mtcnn" and weights:
        raise typer.BadParameter("--finder-weights are those of yunet; mtcnn brings its own")
    known = kept.weights if name == "yunet" else None
    file = str(weights.absolute()) if weights else known
    if name == "yunet" and not file:
        raise typer.BadParameter("yunet needs --finder-weights FILE, which facequery does not bring")
    certain = kept.certainty if certainty is None and name == kept.finder else certainty
    return type(kept)(name, file, smallest or kept.smallest, certain)


def listed_in(file: Path | None) -> tuple[str, ...]:
    """The paths in a list; BadParameter where it cannot be read or has none."""
    if file is None:
        return ()
    from indexer.named import paths_in

    try:
        paths = paths_in(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    except OSError as error:
        raise typer.BadParameter(f"--paths {file}: {error.strerror or error}. Name a file with a path a line") from None
    if not paths:
        raise typer.BadParameter(f"--paths {file}: there is no path in it. Give one a line")
    return tuple(paths)
