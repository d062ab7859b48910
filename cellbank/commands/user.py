"""People: grant, revoke, disable, unlock."""

from typing import Annotated

from cellbank.commands.command import Command, says
from cellbank.commands.kinds import Day, Line
from cellbank.domain.terms import Role, Verb


class Grant(
    Command,
    verb=Verb.ADMINISTER_BANK,
    done="person.role_granted",
    example="cellbank user grant t.marin reviewer --from 2026-07-01 --until 2026-07-31 --as admin",
):
    """A role from a day until a day."""

    name: Annotated[Line, says("The sign-in name.", metavar="NAME")]
    role: Annotated[Role, says("technician, reviewer, qa, qp, pharmacist or admin.", metavar="ROLE")]
    valid_from: Annotated[Day | None, says("The first day; today when left out.", "--from")] = None
    valid_until: Annotated[Day | None, says("The last day; open when left out.", "--until")] = None


class Revoke(
    Command,
    verb=Verb.ADMINISTER_BANK,
    done="person.role_revoked",
    example="cellbank user revoke t.marin reviewer --as admin",
):
    """End a role; what was done under it stays."""

    name: Annotated[Line, says("The sign-in name.", metavar="NAME")]
    role: Annotated[Role, says("technician, reviewer, qa, qp, pharmacist or admin.", metavar="ROLE")]


class Disable(
    Command, verb=Verb.ADMINISTER_BANK, done="person.disabled", example="cellbank user disable t.marin --as admin"
):
    """Nobody signs in as this person any more; their record stays."""

    name: Annotated[Line, says("The sign-in name.", metavar="NAME")]


class Unlock(
    Command, verb=Verb.ADMINISTER_BANK, done="person.unlocked", example="cellbank user unlock t.marin --as admin"
):
    """End a lockout early."""

    name: Annotated[Line, says("The sign-in name.", metavar="NAME")]
