"""People: added, given dated roles and relieved of them, disabled, unlocked, given another first password."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar
from zoneinfo import ZoneInfo

from cellbank.bank import Bank, Deed, Reading
from cellbank.commands import user as commands
from cellbank.domain.person import Role, Verb
from cellbank.services import person
from cellbank.views import person as view
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Choice, Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form

_NOT_KEPT = "-"
"""In place of a hash while an act is only rehearsed."""


def roles_offered(words: Wording) -> tuple[Choice, ...]:
    """Every role in words."""
    return tuple(Choice(role, words.term("role", role)) for role in Role)


class PersonForm(Form):
    """An act that makes a first password for a person: `first`, told once."""

    verb: ClassVar[Verb] = Verb.ADMINISTER_BANK
    first: str | None = None

    def secret(self) -> Sequence[str]:
        """The first password, when one was made."""
        return () if self.first is None else ("tui.password.once", self.first)

    def hashed(self, bank: Bank) -> str:
        """The hash of a new first password."""
        self.first = person.first_password()
        return bank.hash_password(self.first)


class AddPerson(PersonForm):
    """A new person with their first roles."""

    code: ClassVar[str] = "user.add"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Name, printed name, roles."""
        offered = roles_offered(words)

        def read(text: str, zone: ZoneInfo) -> object:
            return frozenset(ask.chosen(offered, part) for part in text.split(",") if part.strip())

        hint = ", ".join(one.words for one in offered)
        roles = Ask("person_roles", read, hint=hint)
        return (ask.line("person_name"), ask.line("printed_name"), roles)

    def deed(self, given: Given) -> Deed:
        """The addition as it is rehearsed."""
        return self._adding(given, _NOT_KEPT)

    def made(self, bank: Bank, given: Given) -> Deed:
        """The addition, with the hash of a first password."""
        return self._adding(given, self.hashed(bank))

    def _adding(self, given: Given, password_hash: str) -> Deed:
        return partial(
            person.add_person,
            name=given["person_name"],
            printed_name=given["printed_name"],
            roles=given["person_roles"],
            password_hash=password_hash,
            must_change=True,
        )


class ResetPassword(PersonForm):
    """Another first password for someone who forgot theirs."""

    code: ClassVar[str] = "user.reset"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """A confirmation."""
        return (sure(words, self.of),)

    def deed(self, given: Given) -> Deed:
        """The reset as it is rehearsed."""
        return partial(person.reset_password, name=self.of, password_hash=_NOT_KEPT)

    def made(self, bank: Bank, given: Given) -> Deed:
        """The reset, with the hash of a first password."""
        return partial(person.reset_password, name=self.of, password_hash=self.hashed(bank))


class GrantRole(CommandForm, of=commands.Grant, here="name"):
    """A role from a day until a day."""

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """From today until another day is typed."""
        return {"valid_from": Offer(given=reading.today.isoformat(), needed=True)}


class RevokeRole(CommandForm, of=commands.Revoke, here="name"):
    """End a role; what was done under it stays."""

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The roles held now or later; every role where there is none."""
        grants = view.named(reading, self.of).grants
        held = {one.role for one in grants if one.valid_until is None or one.valid_until >= reading.today}
        return {"role": Offer(choices=tuple(one for one in roles_offered(words) if one.value in held))}


class Confirmed(CommandForm):
    """An act on the account of a person that asks nothing but whether it is meant."""

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """A confirmation."""
        return (sure(words, self.of),)


class Disable(Confirmed, of=commands.Disable, here="name"):
    """Nobody signs in as this person any more; a disabled person stays disabled."""


class Unlock(Confirmed, of=commands.Unlock, here="name"):
    """End a lockout early."""


def sure(words: Wording, name: str) -> Ask:
    """One choice that must be made: an arrow, so that no single key does what cannot be undone."""
    return ask.one_of("sure", (Choice(True, words.say("tui.choice.sure", name=name)),))


OF_PERSON: tuple[type[Form], ...] = (GrantRole, RevokeRole, Unlock, ResetPassword, Disable)
