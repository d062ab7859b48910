"""Options and arguments of a verb as typer declares them; nothing is imported that only reading a value needs."""

from collections.abc import Callable
from typing import Any

import typer


def option(*names: str, help: str, reads: Callable[[str], object] | None = None, metavar: str = "TEXT") -> Any:
    """An option of a verb, with how its value is read."""
    return typer.Option(*names, help=help, parser=reads and _of_text(reads), metavar=metavar)


def _of_text(reads: Callable[[str], object]) -> Callable[[Any], object]:
    """A reader that leaves a default as it is."""
    return lambda value: reads(value) if isinstance(value, str) else value


def argument(metavar: str, help: str, reads: Callable[[str], object] | None = None) -> Any:
    """A value that stands after the verb without a name."""
    return typer.Argument(help=help, parser=reads, metavar=metavar)


def timed(*names: str, help: str) -> Any:
    """An option that takes a moment; it is read when the bank's zone is known."""
    return option(*names, help=f"{help} ISO 8601; without an offset, the site's time.", metavar="TIME")


def flag(*names: str, help: str) -> Any:
    """An option that is there or not."""
    return typer.Option(*names, help=help)
