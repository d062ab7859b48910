"""The bank itself on the command line: found, check, copy, bring back, demo."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cellbank.cli import passwords
from cellbank.cli.run import here
from cellbank.cli.typed import argument, flag, option
from cellbank.cli.verbs import reads, station

if TYPE_CHECKING:
    from cellbank.bank import Bank

app = station("The bank itself.")


@reads(app, "init", 'cellbank --bank /srv/bank.db init --title "Cell bank, Rennes" --admin a.blanc')
def init(
    title: Annotated[str | None, option("--title", help="What the bank is called.")] = None,
    zone: Annotated[str | None, option("--zone", help="The site's IANA zone [CELLBANK_ZONE].", metavar="ZONE")] = None,
    admin: Annotated[str | None, option("--admin", help="The first admin; else --as.", metavar="USER")] = None,
    printed_name: Annotated[str | None, option("--printed-name", help="As it stands under signatures.")] = None,
) -> None:
    """Found a new bank with its first admin, whose password is asked twice, or CELLBANK_PASSWORD.

    Refused: where a bank is already, without the admin's name or password, an unknown zone.
    """
    from cellbank.bank import Bank, Credentials, Founding
    from cellbank.errors import NotAllowed
    from cellbank.settings import shown_place

    run = here()
    say = run.wording.say
    name = admin or run.user_given or run.settings.user
    if not name:
        raise NotAllowed("cli.user.missing")
    password = passwords.new_password(say("cli.ask.new", name=name), say("cli.ask.again"), "CELLBANK_PASSWORD")
    if password is None:
        raise NotAllowed("cli.password.missing", variable="CELLBANK_PASSWORD")
    founding = Founding(
        title or say("cli.init.title"), zone or run.settings.zone, Credentials(name, password), printed_name or name
    )
    with Bank.create(run.place, founding) as bank:
        number, chain = bank.head()
        data = {
            "place": shown_place(run.place),
            "title": bank.title,
            "zone": bank.zone.key,
            "admin": name,
            "entry": number,
            "head": chain,
        }
    run.answer(data, lambda paper: [paper.say("cli.init.done", place=data["place"], admin=name)])


def _state(bank: "Bank", place: str) -> dict[str, object]:
    from cellbank.settings import shown_place

    found = bank.verify()
    return {
        "place": shown_place(place),
        "title": bank.title,
        "zone": bank.zone.key,
        "demo": bank.demo,
        "entries": found.entries,
        "head": found.head,
        "intact": found.intact,
        "findings": found.findings,
    }


@reads(app, "check", "cellbank check")
def check() -> None:
    """Open the bank, verify its whole record, say where it is; exit 6 when it is not intact."""
    _tell_state(_state(here().bank, here().place))


def _tell_state(state: dict[str, object]) -> None:
    from cellbank.errors import Finding

    findings = [one for one in state["findings"] if isinstance(one, Finding)] if state["findings"] else []  # type: ignore[attr-defined]
    here().answer(
        state,
        lambda paper: [
            *(f"{paper.heading(name)}: {paper.word(value)}" for name, value in state.items() if name != "findings"),
            *paper.findings(findings),
        ],
    )
    if not state["intact"]:
        here().exit_code = 6


@reads(app, "backup", "cellbank backup /mnt/vault/bank-2026-03-02.db --as admin")
def backup(to: Annotated[str, argument("TO", "The file to write; it must not exist.")]) -> None:
    """Copy the bank to another file while it is in use, and verify the copy. An admin does it."""
    run = here()
    run.require_admin(run.bank)
    _tell_state(_copied(run.place, to))


@reads(app, "restore", "cellbank --bank /srv/bank.db restore /mnt/vault/bank-2026-03-02.db --as admin")
def restore(source: Annotated[str, argument("FROM", "The copy to bring back.")]) -> None:
    """Bring a verified copy back to where no bank is. An admin of the copied bank does it."""
    from cellbank.bank import Bank

    with Bank.open(source) as bank:
        here().require_admin(bank)
    _tell_state(_copied(source, here().place))


def _copied(place: str, to: str) -> dict[str, object]:
    from cellbank.bank import Bank
    from cellbank.errors import NotIntact

    state: dict[str, object] = {}

    def verified(copy: str) -> None:
        with Bank.open(copy) as bank:
            state.update(_state(bank, to))
        if not state["intact"]:
            raise NotIntact("bank.backup.not_intact", place=place)

    Bank.copy(place, to, verified)
    return state


@reads(app, "demo", "cellbank demo --to ./demo")
def demo(
    to: Annotated[str, option("--to", help="The directory; ./demo when left out.", metavar="DIR")] = "demo",
    no_tui: Annotated[bool, flag("--no-tui", help="Do not open the terminal UI.")] = False,
) -> None:
    """Build a fictional but complete demo bank and its documents, and open the terminal UI on it."""
    from cellbank.cli.app import open_tui
    from cellbank.demo import journey

    run = here()
    place = Path(to) / "bank.db"
    if place.exists():
        _say_demo(place, "cli.demo.exists", {"bank": str(place), "built": False})
    else:
        built = journey.build(Path(to), run.tell, language=run.language)
        _say_demo(place, "cli.demo.built", {**run.paper.data(built), "bank": str(place), "built": True})
    if not no_tui and passwords.has_both_terminals():
        open_tui(str(place), run.language)


def _say_demo(place: Path, code: str, data: dict[str, object]) -> None:
    users = ", ".join(str(user) for user in data["users"]) if "users" in data else ""  # type: ignore[attr-defined]
    params = {"place": str(place), "users": users, "password": data.get("password", "")}
    here().answer(data, lambda paper: [paper.say(code, **params)])
