"""People: added, given dated roles and relieved of them, disabled, unlocked, given another first password."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar
from zoneinfo import ZoneInfo

from cellbank.bank import Bank, Deed, Reading
from cellbank.domain.person import Role, Verb
from cellbank.services import person as services
from cellbank.views import person as view
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Choice, Given
from tui.forms.form import Form

_NOT_KEPT = "-"
"""In place of a hash while an act is only rehearsed."""


def roles_offered(words: Wording) -> tuple[Choice, ...]:
    """Every role in words."""
    return tuple(Choice(role, words.term("role", role)) for role in Role)


class PersonForm(Form):
    """What every act on a person shares; `first` is the password made for them, told once."""

    verb: ClassVar[Verb] = Verb.ADMINISTER_BANK
    first: str | None = None

    def secret(self) -> Sequence[str]:
        """The first password, when one was made."""
        return () if self.first is None else ("tui.password.once", self.first)

    def hashed(self, bank: Bank) -> str:
        """The hash of a new first password."""
        self.first = services.first_password()
        return bank.hash_password(self.first)


class AddPerson(PersonForm):
    """A new person with their first roles."""

    code: ClassVar[str] = "person.add"

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
            services.add_person,
            name=given["person_name"],
            printed_name=given["printed_name"],
            roles=given["person_roles"],
            password_hash=password_hash,
            must_change=True,
        )


class ResetPassword(PersonForm):
    """Another first password for someone who forgot theirs."""

    code: ClassVar[str] = "person.reset"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """A confirmation."""
        return (sure(words, self.of),)

    def deed(self, given: Given) -> Deed:
        """The reset as it is rehearsed."""
        return partial(services.reset_password, name=self.of, password_hash=_NOT_KEPT)

    def made(self, bank: Bank, given: Given) -> Deed:
        """The reset, with the hash of a first password."""
        return partial(services.reset_password, name=self.of, password_hash=self.hashed(bank))


class GrantRole(PersonForm):
    """A role from a day until a day."""

    code: ClassVar[str] = "person.grant"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Which role, from when, until when."""
        return (
            ask.one_of("person_role", roles_offered(words)),
            ask.day("role_from", given=reading.today.isoformat()),
            ask.day("role_until", optional=True),
        )

    def deed(self, given: Given) -> Deed:
        """The grant."""
        start, end = given["role_from"], given["role_until"]
        return partial(services.grant_role, name=self.of, role=given["person_role"], valid_from=start, valid_until=end)


class RevokeRole(PersonForm):
    """End a role; what was done under it stays."""

    code: ClassVar[str] = "person.revoke"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Which of the roles held now or later."""
        grants = view.named(reading, self.of).grants
        held = {one.role for one in grants if one.valid_until is None or one.valid_until >= reading.today}
        offered = tuple(one for one in roles_offered(words) if one.value in held)
        return (ask.one_of("person_role", offered or roles_offered(words)),)

    def deed(self, given: Given) -> Deed:
        """The end of the role."""
        return partial(services.revoke_role, name=self.of, role=given["person_role"])


class Disable(PersonForm):
    """Nobody signs in as this person any more."""

    code: ClassVar[str] = "person.disable"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """A confirmation: a disabled person stays disabled."""
        return (sure(words, self.of),)

    def deed(self, given: Given) -> Deed:
        """The end of the account."""
        return partial(services.disable_person, name=self.of)


class Unlock(PersonForm):
    """End a lockout early."""

    code: ClassVar[str] = "person.unlock"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """A confirmation."""
        return (sure(words, self.of),)

    def deed(self, given: Given) -> Deed:
        """The end of the lockout."""
        return partial(services.unlock_person, name=self.of)


def sure(words: Wording, name: str) -> Ask:
    """One choice that must be made: an arrow, so that no single key does what cannot be undone."""
    return ask.one_of("sure", (Choice(True, words.say("tui.choice.sure", name=name)),))


OF_PERSON: tuple[type[PersonForm], ...] = (GrantRole, RevokeRole, Unlock, ResetPassword, Disable)
