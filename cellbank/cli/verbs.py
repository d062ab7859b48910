"""How a verb is declared: with an example, and when it acts, with what every act takes."""

import inspect
import textwrap
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import wraps
from inspect import Parameter
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from cellbank.cli.light import lightened
from cellbank.cli.options import flag, option, timed
from cellbank.cli.run import here

Verb = Callable[..., None]

EXAMPLE_WIDTH = 72
REASONS = ("--because", "--reason")
WITNESS = Parameter(
    "witness",
    Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        str | None,
        option("--witness", "--checked-by", help="A second person, with their own password.", metavar="USER"),
    ],
)
BECAUSE = Parameter(
    "because",
    Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[str | None, option(*REASONS, help="Why; a late entry needs it, and a witness.")],
)
AT = Parameter(
    "at",
    Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[str | None, timed("--at", help="When it was done; now when left out.")],
)

REHEARSE = Parameter(
    "rehearse",
    Parameter.KEYWORD_ONLY,
    default=False,
    annotation=Annotated[bool, flag("--rehearse", help="Say what would be signed, and its digest; nothing is signed.")],
)
SHOWN = Parameter(
    "shown",
    Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[
        str | None,
        option("--shown", help="The digest of what was shown by --rehearse, without a terminal.", metavar="DIGEST"),
    ],
)


class VerbCommand(TyperCommand):
    """A verb. An option that may be given several times also takes several values: `--from C-1 C-2`."""

    allow_extra_args = True

    def get_params(self, ctx: Any) -> list[Any]:
        """Its parameters and `--help`."""
        return lightened(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Spread the values of repeatable options before the line is read; refuse what is left over after it, and an
        option that contradicts itself.
        """
        tokens = spread(args, self.params)
        refuse_contradiction(tokens, self.params)
        left = super().parse_args(ctx, tokens)
        if left:
            from cellbank.errors import WrongInput

            raise WrongInput("cli.usage.extra", values=left)
        return left


class Verbs(TyperGroup):
    """Several verbs, or several stations. One that is not known is answered with those that are."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Its parameters and `--help`."""
        return lightened(super().get_params(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse a station without a verb."""
        if not args and not self.invoke_without_command:
            from cellbank.errors import WrongInput

            raise WrongInput("cli.usage.no_verb", expected=", ".join(self.list_commands(ctx)))
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb named; refused, with what was probably meant, when there is none."""
        known = self.list_commands(ctx)
        if args[0] not in known:
            from cellbank.errors import WrongInput

            near = get_close_matches(args[0], known) or known
            raise WrongInput("cli.usage.verb", value=args[0], expected=", ".join(near))
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """The verbs in the order of the work."""
        return list(self.commands)


def spread(args: Sequence[str], params: Sequence[Any]) -> list[str]:
    """`--from A B` as `--from A --from B`, once the values without a name have been given before it."""
    options = {name: param for param in params if param.param_type_name == "option" for name in param.opts}
    wanted = sum(1 for param in params if param.param_type_name == "argument")
    found: list[str] = []
    repeated = ""
    position = 0
    while position < len(args):
        token = args[position]
        position += 1
        known = options.get(token)
        if token == "--":  # noqa: S105 — what ends the options, not a password
            return [*found, token, *args[position:]]
        if known is not None:
            values = [] if known.is_flag else list(args[position : position + 1])
            position += len(values)
            found += [token, *values]
            repeated = token if known.multiple else ""
        elif token.startswith("-") and len(token) > 1:
            found.append(token)
            repeated = ""
        elif repeated and not wanted:
            found += [repeated, token]
        else:
            found.append(token)
            wanted = max(wanted - 1, 0)
    return found


def refuse_contradiction(tokens: Sequence[str], params: Sequence[Any]) -> None:
    """Refuse (`WrongInput`) an option said twice with different values: `--accepted --refused`, `--cells 1 --cells 2`.

    Click takes the last and drops what stood before it, which nobody reading the record would know of.
    """
    once = [param for param in params if param.param_type_name == "option" and not param.multiple]
    options = {name: param for param in once for name in (*param.opts, *param.secondary_opts)}
    said: dict[str, tuple[str, object]] = {}
    left = iter(tokens)
    for token in left:
        if token == "--":  # noqa: S105 — what ends the options, not a password
            return
        name, has_value, value = token.partition("=") if token.startswith("--") else (token, "", "")
        if (param := options.get(name)) is None:
            continue
        told = name in param.opts if param.is_flag else value if has_value else next(left, "")
        first, before = said.setdefault(param.name, (name, told))
        if told != before:
            from cellbank.errors import WrongInput

            raise WrongInput("cli.usage.contradiction", options=" / ".join(dict.fromkeys((first, name))))


def reads(app: typer.Typer, name: str, example: str) -> Callable[[Verb], Verb]:
    """A verb that only reads."""
    lines = textwrap.wrap(example, EXAMPLE_WIDTH, break_long_words=False, break_on_hyphens=False)
    said = " \\\n      ".join(lines)
    return app.command(name, cls=VerbCommand, epilog=f"\b\nExample:\n  {said}")


def acts(
    app: typer.Typer,
    name: str,
    example: str,
    *,
    happened: bool = False,
    signed: bool = False,
    because: str | None = None,
) -> Callable[[Verb], Verb]:
    """A verb that acts: it also takes `--because` and `--witness`.

    And `--at` when it records what has happened; `--rehearse` and `--shown` when it is signed.

    `because` names the parameter that is the reason of the act as well; one called so always is.
    """

    def declare(function: Verb) -> Verb:
        signature = inspect.signature(function)
        own_reason = because or ("because" if "because" in signature.parameters else None)
        extra = [*([AT] if happened else []), *([] if own_reason else [BECAUSE]), WITNESS]
        extra += [REHEARSE, SHOWN] if signed else []
        parameters = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in signature.parameters.values()]

        @wraps(function)
        def verb(**given: Any) -> None:
            run = here()
            run.at, run.witness = given.pop("at", None), given.pop("witness")
            run.rehearsal, run.shown = given.pop("rehearse", False), given.pop("shown", None)
            run.because = given[own_reason] if own_reason else given.pop("because")
            function(**given)

        verb.__signature__ = signature.replace(parameters=[*parameters, *extra])  # type: ignore[attr-defined]
        reads(app, name, example)(verb)
        return function

    return declare


def station(help: str) -> typer.Typer:
    """The verbs of one station."""
    return typer.Typer(cls=Verbs, help=help, add_completion=False, rich_markup_mode=None)
