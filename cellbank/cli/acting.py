"""The acting verbs of a station, made from its commands: arguments, options, help, and the act itself."""

from collections.abc import Callable, Mapping
from importlib import import_module
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cellbank.cli.options import argument, flag, option, timed
from cellbank.cli.run import here
from cellbank.cli.verbs import acts
from cellbank.commands.command import Answer, Command, asked, declared, made
from cellbank.commands.kinds import FLAG, INSTANT

if TYPE_CHECKING:
    from cellbank.cli.run import Also


Complete = Callable[[dict[str, Any]], Mapping[str, Any]]
"""Adds to what was typed what a file says; the answer of a file is its path until then."""


def commands_of(
    app: typer.Typer,
    station: str,
    also: "Mapping[str, Also] | None" = None,
    complete: Mapping[str, Complete] | None = None,
) -> None:
    """Add every acting verb that `cellbank.commands` declares for a station.

    `also` is what the answer of an act adds, by the command's name (`lot.fill`), read after it was recorded; `complete`
    reads what stands elsewhere than on the line, a file for one, likewise by the command's name.
    """
    for command in declared(import_module(f"cellbank.commands.{station}")):
        about = command.about
        verb = _verb(command, (also or {}).get(about.name), (complete or {}).get(about.name))
        happened = about.happened and about.when is None
        acts(app, about.word, about.example, happened=happened, signed=about.signed, because=about.because)(verb)


def _verb(command: type[Command], also: "Also | None", complete: Complete | None) -> Callable[..., None]:
    """What a verb does, with a signature from which typer makes its options."""
    about = command.about

    def verb(**given: Any) -> None:
        typed = {answer.name: _value(answer, given[answer.name]) for answer in asked(command)}
        done = made(command, typed if complete is None else complete(typed))
        if about.signed:
            here().sign(done)
        else:
            here().act(done, about.done, also=also)

    needed_first = sorted(asked(command), key=lambda answer: answer.optional)
    verb.__signature__ = Signature([_parameter(answer) for answer in needed_first])  # type: ignore[attr-defined]
    verb.__doc__ = command.__doc__
    return verb


def _value(answer: Answer, given: Any) -> Any:
    """What was not yet read with the line: several values, and moments, which are read in the zone of the bank."""
    if given is None:
        return None
    if _is_pair(answer) and answer.kind.among:
        return answer.kind.among[0 if given else 1]
    if answer.kind.several:
        return answer.kind.read(",".join(given))
    return answer.kind.read(given, here().bank.zone) if answer.kind.zoned else given


def _is_pair(answer: Answer) -> bool:
    """Whether two flags say its two values: `--accepted/--refused`, `--eligible/--ineligible`."""
    return any("/" in option for option in answer.says.options)


def _parameter(answer: Answer) -> Parameter:
    kind, words = answer.kind, answer.says
    metavar = words.metavar or kind.metavar
    reads = None if kind.several or kind.zoned or kind.file else kind.read
    held: Any = list[str] if kind.several else str
    if kind == FLAG or _is_pair(answer):
        held, said = bool, flag(*words.options, help=words.help)
    elif kind == INSTANT:
        said = timed(*words.options, help=words.help)
    elif words.options:
        said = option(*words.options, help=words.help, reads=reads, metavar=metavar)
    else:
        said = argument(metavar, words.help, reads=reads)
    default = Parameter.empty if not answer.optional else bool(answer.default) if kind == FLAG else None
    held = held if default is Parameter.empty or kind == FLAG else held | None
    return Parameter(answer.name, Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[held, said])
