"""`facequery demo`: the whole way on the shipped samples, in a throw-away library."""

import tempfile
from pathlib import Path

from indexer import models, pipeline
from retrieval.language.query import parse
from retrieval.library import Library
from ui import indexing
from ui.files import contact_sheet
from ui.files.written import written
from ui.output import hits_as_json, say, write_hits, write_json
from ui.progress import bar
from ui.shipped import samples_folder

SHEET = "contact-sheet.png"


def demonstrate(out: Path, query: str, model: str, *, as_json: bool) -> None:
    """Indexes the samples, writes the answer to standard output and a contact sheet of it into `out`."""
    from classifiers.tagger import Tagger

    with tempfile.TemporaryDirectory(prefix="facequery-demo-") as folder:
        parse(query)  # an error comes before the work
        say(f"Indexing the sample faces in {samples_folder()} ...")
        with Library.create_or_open(Path(folder)) as library:
            workers = models.workers_for(Tagger.load(model, lazily=True), "aligned")
            with bar() as show:
                where = [str(samples_folder())]
                report = pipeline.index(library, where, workers, progress=indexing.on_progress(show))
            say(f"{report.faces} faces in {report.seconds['total']:.1f} seconds. Looking for: {query}")
            answer = library.find(query)
            if as_json:
                write_json(hits_as_json(answer, "confidence"))
            else:
                write_hits(answer, "confidence")
            with written(out / SHEET, library.folders_of_photographs(), library.folder) as file:
                contact_sheet.write(answer, query, file)
    say(
        f"Contact sheet: {out / SHEET}\n\n"
        "These faces are composites: each is the mean of 16 people, and shows nobody.\n"
        "Index your own folder:  facequery index ~/Pictures\n"
        'Ask it:                 facequery find "Big_Nose AND NOT Eyeglasses"\n'
        "Open the app:           facequery ui"
    )
