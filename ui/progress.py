"""The one progress bar, on standard error: what is done of how much, and the time left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from classifiers.training.train import Step

Show = Callable[[int, int, str], None]
"""Called with what is done, how much there is in all, and a few words."""


@contextmanager
def bar(*, quiet: bool = False) -> Iterator[Show]:
    """A progress bar while the `with` lasts, none when `quiet` or in a pipe; less done than before starts it anew."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    hidden = quiet or not console.is_terminal
    with Progress(*columns, console=console, disable=hidden, transient=True) as progress:
        task = progress.add_task("", total=None)

        def show(done: int, total: int, words: str) -> None:
            if done < progress.tasks[0].completed:
                progress.reset(task)
            progress.update(task, completed=done, total=total, description=words)

        yield show


def decoding(show: Show) -> Callable[[int, int], None]:
    """A callback for images that are decoded."""
    return lambda done, total: show(done, total, "decoding")


def training(show: Show, *, quiet: bool = False) -> Callable[["Step"], None]:
    """A callback for training steps; each epoch's figures stay, one line an epoch, for a log."""
    log = Console(stderr=True, highlight=False, quiet=quiet)

    def on_step(step: "Step") -> None:
        words = f"epoch {step.epoch + 1}/{step.epochs}  loss {step.loss:.3f}  accuracy {step.accuracy:.3f}"
        show(step.step, step.steps, f"{words}  {step.images_per_second:.0f} images/s")
        if step.step == step.steps:
            log.print(words)

    return on_step
