"""The command `card`: a model's card for people, printed or written beside its `card.json`."""

from pathlib import Path
from typing import Annotated

import typer

README = "README.md"


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(card)


def card(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="A shipped model, or a folder of one.")],
    write: Annotated[bool, typer.Option("--write", help="Write README.md beside the model's card.json.")] = False,
) -> None:
    """A model's card in Hugging Face's form. Made of its card.json: training, figures, grades, limits."""
    import json

    from classifiers.cards.card import card_from_json
    from classifiers.cards.model_card import render
    from classifiers.networks import checkpoint
    from ui.output import say

    folder = checkpoint.shipped(model)
    text = (folder / checkpoint.CARD).read_text()
    card_from_json(text, folder / checkpoint.CARD)  # ModelError for what is no card
    rendered = render(folder.resolve().name, json.loads(text))
    if write:
        checkpoint.write_atomically(folder / README, rendered.encode())
        say(f"Written: {Path(folder / README)}")
    else:
        typer.echo(rendered, nl=False)
