"""The stage of the demo: a demo bank, its people, and a clock that the story moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from cellbank.bank import Actor, Bank, Credentials, Founding, Outcome, UnitOfWork
from cellbank.domain.bank import BankKind
from cellbank.domain.person import Role
from cellbank.errors import CellbankError
from cellbank.passwords import Hasher
from cellbank.services.acts import refusing
from cellbank.services.person import add_person

PASSWORD = "frost-and-vapour"  # noqa: S105 — printed on purpose: everyone may sign in to a demo
ADMIN = "admin"
ZONE = "Europe/Paris"

NAMES: Mapping[Role, str] = {
    Role.TECHNICIAN: "T. Demo-Technician",
    Role.REVIEWER: "R. Demo-Reviewer",
    Role.QA: "Q. Demo-Assurance",
    Role.QP: "P. Demo-Qualified-Person",
    Role.PHARMACIST: "F. Demo-Pharmacist",
}
"""Pseudonyms that no one could take for a colleague's name."""


@dataclass(frozen=True)
class Days:
    """Days of the story, counted from the donation; working hours at the site."""

    first: datetime

    def at(self, day: int, hour: int = 9, minute: int = 0) -> datetime:
        """A moment of the story."""
        start = self.first.replace(hour=0, minute=0, second=0, microsecond=0)
        return start + timedelta(days=day, hours=hour, minutes=minute)

    def on(self, day: int) -> date:
        """A day of the story."""
        return self.at(day).date()


@dataclass
class StoryClock:
    """A clock that stands still until the story moves it, always forward."""

    now: datetime

    def __call__(self) -> datetime:
        """The moment in the story; a second passes with every look, so that no two acts share an instant."""
        self.now += timedelta(seconds=1)
        return self.now

    def move_to(self, moment: datetime) -> None:
        """Go on to a later moment."""
        self.now = max(self.now, moment)


@dataclass
class Stage:
    """Everything the story needs: the bank, who acts, the clock, and where to say what happened."""

    bank: Bank
    clock: StoryClock
    actors: Mapping[Role, Actor]
    say: Callable[[str], None]
    codes: dict[str, str] = field(default_factory=dict)
    papers: dict[str, bytes] = field(default_factory=dict)

    def at(self, moment: datetime) -> None:
        """Move the story on."""
        self.clock.move_to(moment)

    def act(self, role: Role, deed: Callable[..., object], *args: object, **named: object) -> Outcome:
        """One act of a person, at the story's moment."""
        return self.bank.perform(self.actors[role], lambda work: deed(work, *args, **named))

    def sign(self, role: Role, deed: Callable[..., object], *args: object, **named: object) -> Outcome:
        """One signed act: a person is shown what it would sign, and signs that; a refusal is recorded."""
        actor = self.actors[role]

        def act(work: UnitOfWork) -> None:
            deed(work, *args, **named)

        try:
            shown = self.bank.to_sign(actor, act)
        except CellbankError as error:
            return self.bank.perform(actor, refusing(error))
        return self.bank.perform(actor, act, password=PASSWORD, to_sign=shown)

    def checked(self, role: Role, second: Role, deed: Callable[..., object], *args: object, **named: object) -> Outcome:
        """One act of a person that another person checks with their own sign-in."""
        return self.bank.perform(
            self.actors[role],
            lambda work: deed(work, *args, **named),
            second=Credentials(second.value, PASSWORD),
        )


def set_stage(directory: Path, begins: datetime, say: Callable[[str], None], hasher: Hasher) -> Stage:
    """A new demo bank in a directory, with one person for each role."""
    clock = StoryClock(begins)
    founding = Founding(
        title="Demonstration cell bank",
        zone=ZONE,
        admin=Credentials(ADMIN, PASSWORD),
        printed_name="A. Demo-Admin",
        kind=BankKind.DEMO,
    )
    bank = Bank.create(str(directory / "bank.db"), founding, clock=clock, hasher=hasher)
    admin = bank.sign_in(ADMIN, PASSWORD)
    for role, printed in NAMES.items():
        hashed = bank.hash_password(PASSWORD)
        bank.perform(
            admin,
            lambda work, role=role, printed=printed, hashed=hashed: add_person(  # type: ignore[misc]
                work, role.value, printed, frozenset({role}), hashed, must_change=False
            ),
        )
    actors = {role: bank.sign_in(role.value, PASSWORD) for role in NAMES}
    return Stage(bank, clock, actors, say)
