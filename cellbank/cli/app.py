"""The whole command line: the stations, loaded only when one is named, and the options that every verb has."""

from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cellbank.cli import passwords
from cellbank.cli.options import flag, option
from cellbank.cli.run import here
from cellbank.cli.verbs import Verbs
from cellbank.languages import Language, known_languages

STATIONS: Mapping[str, tuple[str, str]] = {
    "demo": ("bank", "Build a fictional but complete demo bank and open it."),
    "init": ("bank", "Found a new bank with its first admin."),
    "check": ("bank", "Open the bank, verify its record, say where it is."),
    "serve": ("serve", "The terminal UI in a browser."),
    "backup": ("bank", "Copy the bank to another file, and verify the copy."),
    "restore": ("bank", "Bring a verified copy back where no bank is."),
    "user": ("user", "People: accounts, dated roles, passwords."),
    "trial": ("trial", "The trial file: load, approve, suspend, resume."),
    "donor": ("donor", "Donors: register, test, select, determine, withdraw."),
    "tissue": ("tissue", "Tissue: receive, accept, reject."),
    "material": ("material", "Material lots: receive, accept, block."),
    "culture": ("culture", "Cultures: isolate, harvest, seed, passage, thaw, discard."),
    "lot": ("lot", "Lots: fill, check, attest, release, reject, recall, extend."),
    "result": ("result", "Results: record, review, invalidate."),
    "deviation": ("deviation", "Deviations: report, close."),
    "hold": ("hold", "Holds: put, lift."),
    "vial": ("vial", "Vials: verify by scan, use, discard."),
    "storage": ("storage", "Storage: tanks, racks, boxes; place, move, map, count."),
    "transfer": ("transfer", "Transfers between custodians: send, receive."),
    "subject": ("subject", "Subjects: screen, enrol, withdraw."),
    "visit": ("visit", "Visits: plan, move, confirm."),
    "prescription": ("prescription", "Prescriptions: record, validate."),
    "dose": ("dose", "Doses: reserve, pull, thaw, prepare, dispense, administer or waste."),
    "label": ("label", "Labels: print, list, stocks."),
    "document": ("document", "Documents on paper: certificate, pick list, accountability log."),
    "trace": ("trace", "From any code, everything upstream and downstream."),
    "recall": ("recall", "A recall, tried: what would be fetched, who got a dose of it."),
    "audit": ("audit", "The record: read, verify, export."),
}
"""Every first word, the module that holds it, and its help: `--help` imports none of them."""


class Stations(Verbs):
    """The first words. A station's module is imported when it is named."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The first words in the order of the flow."""
        return list(STATIONS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A station's verbs, or a verb that stands alone."""
        if cmd_name not in STATIONS:
            return None
        module = import_module(f"cellbank.cli.{STATIONS[cmd_name][0]}")
        found = typer.main.get_command(module.app)
        return found.commands[cmd_name] if isinstance(found, TyperGroup) and cmd_name in found.commands else found

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The first words with their help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, help) for name, (_, help) in STATIONS.items()])


app = typer.Typer(cls=Stations, add_completion=False, rich_markup_mode=None)

EPILOG = """\b
Examples:
  cellbank demo
  cellbank --bank /srv/bank.db lot list
  cellbank lot check L-260001-E --json

\b
Exit codes: 0 done, 1 fault, 2 wrong usage, 3 refused by a rule, 4 not found,
5 not allowed, 6 the record is not intact, 7 the bank cannot be written."""


LANGUAGES = "|".join(known_languages())


@app.callback(invoke_without_command=True, epilog=EPILOG)
def cellbank(
    context: typer.Context,
    bank: Annotated[
        str | None, option("--bank", help="The bank's file or postgresql:// address [CELLBANK_BANK].", metavar="PLACE")
    ] = None,
    user: Annotated[str | None, option("--as", help="Who acts [CELLBANK_USER].", metavar="USER")] = None,
    json: Annotated[bool, flag("--json", help="Answer with one JSON document on stdout.")] = False,
    lang: Annotated[
        str | None,
        option("--lang", help="Language [CELLBANK_LANG].", metavar=LANGUAGES),
    ] = None,
    act_id: Annotated[
        str | None, option("--act-id", help="The act's own identity: the same again is not done twice.")
    ] = None,
    version: Annotated[bool, flag("--version", help="Say the version and end.")] = False,
) -> None:
    """Cell bank inventory and lot release: donor tissue to released, labelled vials.

    Alone, it opens the terminal UI. The options here may stand before or after the verb. Reading needs no sign-in;
    every act does: the password is asked on the terminal, else taken from CELLBANK_PASSWORD or CELLBANK_PASSWORD_FILE.
    """
    run = here()
    run.place_given, run.user_given, run.language_given = bank, user, lang
    run.json, run.act_id = json, act_id
    if version:
        number = _version()
        run.answer({"version": number}, lambda paper: [f"cellbank {number}"])
    elif context.invoked_subcommand is None:
        _open_desk(context)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version as installed

    try:
        return installed("cellbank")
    except PackageNotFoundError:
        return "not installed"


def _open_desk(context: typer.Context) -> None:
    if passwords.has_both_terminals():
        open_tui(here().place, here().language)
    else:
        print(context.get_help())  # noqa: T201 — stdout is where answers go


def open_tui(place: str, language: Language) -> None:
    """The terminal UI on a bank."""
    from tui.app.app import run

    run(place, language)


def command() -> Any:
    """The root command."""
    return typer.main.get_command(app)


VALUED = frozenset({"--bank", "--as", "--lang", "--act-id"})
ALONE = frozenset({"--json"})


def hoisted(arguments: list[str]) -> list[str]:
    """The line with the options that every verb has put first, wherever they stood. Refused: such an option without its
    value.
    """
    first: list[str] = []
    rest: list[str] = []
    position = 0
    while position < len(arguments):
        token = arguments[position]
        position += 1
        if token == "--":  # noqa: S105 — what ends the options, not a password
            rest += [token, *arguments[position:]]
            break
        if token in VALUED:
            first += [token, *_value_of(token, arguments[position : position + 1])]
            position += 1
        elif token in ALONE or token.partition("=")[0] in VALUED:
            first.append(token)
        else:
            rest.append(token)
    return [*first, *rest]


def _value_of(token: str, following: list[str]) -> list[str]:
    if not following:
        from cellbank.errors import WrongInput

        raise WrongInput("cli.usage.value_missing", option=token)
    return following
