"""People on the command line: listed, and what asks for a password; else see `cellbank.commands.user`."""

from typing import Annotated

from cellbank.cli import passwords
from cellbank.cli.acting import commands_of
from cellbank.cli.run import here
from cellbank.cli.typed import argument, choice, option
from cellbank.cli.verbs import acts, reads, station

app = station("People: accounts, dated roles, passwords.")

Name = Annotated[str, argument("NAME", "The sign-in name.")]
LINE = ("name", "printed_name", "roles", "disabled", "locked_until", "must_change_password")


def _first_password(name: str) -> tuple[str, str | None]:
    """A newcomer's password, theirs or a generated one; the second is what must be handed over."""
    from cellbank.services.person import check_new_password, first_password

    say = here().wording.say
    given = passwords.new_password(
        say("cli.ask.new", name=name), say("cli.ask.again"), "CELLBANK_NEW_PASSWORD", "CELLBANK_SECOND_PASSWORD"
    )
    if given is not None:
        check_new_password(given, name)
        return given, None
    made = first_password()
    return made, made


@acts(app, "add", 'cellbank user add t.marin --role technician --printed-name "T. Marin" --as admin')
def add(
    name: Name,
    role: Annotated[list[str], option("--role", help="A role; several.", metavar="ROLE")],
    printed_name: Annotated[str | None, option("--printed-name", help="As it stands under signatures.")] = None,
) -> None:
    """A new person. They type their password twice; else CELLBANK_NEW_PASSWORD, else one is made and printed once."""
    from cellbank.domain.person import Role
    from cellbank.services.person import add_person

    run = here()
    roles = frozenset(choice(Role, text) for text in role)
    actor = run.sign_in()
    password, made = _first_password(name)
    hashed = run.bank.hash_password(password)
    run.act(
        lambda work: add_person(work, name, printed_name or name, roles, hashed, must_change=made is not None),
        "person.added",
        actor=actor,
        also=lambda reading, outcome: {} if made is None or outcome.repeated else {"initial_password": made},
    )


@reads(app, "list", "cellbank user list")
def list_people() -> None:
    """Everyone, with the roles of today."""
    from cellbank.views import person

    here().listing(here().read(person.people), *LINE)


commands_of(app, "user")


@acts(app, "password", "cellbank user password --as t.marin")
def password() -> None:
    """Change your own password: the old one, then the new one twice, or CELLBANK_NEW_PASSWORD.

    Refused: a new one that is too short or holds the name, or that was typed differently the second time.
    """
    from cellbank.errors import NotAllowed
    from cellbank.services.person import change_password, check_new_password

    run = here()
    given = run.credentials()
    actor = run.sign_in_as(given)
    say = run.wording.say
    new = passwords.new_password(say("cli.ask.new", name=given.name), say("cli.ask.again"), "CELLBANK_NEW_PASSWORD")
    if new is None:
        raise NotAllowed("cli.password.missing", variable="CELLBANK_NEW_PASSWORD")
    check_new_password(new, given.name)
    hashed = run.bank.hash_password(new)
    run.act(lambda work: change_password(work, hashed), "person.password_changed", actor=actor, password=given.password)


@acts(app, "reset", "cellbank user reset t.marin --as admin")
def reset(name: Name) -> None:
    """A first password for someone who forgot theirs, printed once; it signs nothing until they have changed it."""
    from cellbank.services.person import reset_password

    run = here()
    actor = run.sign_in()
    first, made = _first_password(name)
    hashed = run.bank.hash_password(first)
    run.act(
        lambda work: reset_password(work, name, hashed),
        "person.password_reset",
        actor=actor,
        also=lambda reading, outcome: {} if made is None or outcome.repeated else {"initial_password": made},
    )
