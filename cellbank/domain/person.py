"""People, their roles, and who may do what (rules.md §8): one table, default deny."""

from datetime import date, datetime
from typing import ClassVar

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Record
from cellbank.domain.terms import AUTHORITY as AUTHORITY, Role as Role, Verb as Verb


class Person(Record, table=True):
    """Someone who signs in. The password's argon2id hash enters the record only as a commitment."""

    __tablename__ = "person"
    __table_args__ = record.strict()
    secret_columns: ClassVar[frozenset[str]] = frozenset({"password_hash"})
    code_column: ClassVar[str] = "name"

    name: Line = record.text(unique=True, max_length=40)
    printed_name: Line = record.text(max_length=80)
    password_hash: str = record.prose()
    must_change_password: bool = record.flag(default=False)
    disabled: bool = record.flag(default=False)
    failures: int = record.count(default=0)
    lockouts: int = record.count(default=0)
    locked_until: Instant | None = record.instant(default=None)


class RoleGrant(Record, table=True):
    """A role given to a person, from a day until a day (both included; open when None)."""

    __tablename__ = "role_grant"
    __table_args__ = record.strict(record.one_of("role", Role, "role_grant"))

    person_id: str = record.key("person.id")
    role: Role = record.choice(Role)
    valid_from: date = record.day()
    valid_until: date | None = record.day(default=None)

    def holds_on(self, day: date) -> bool:
        """Whether the role is in force on that day of the site."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


FAILURES_BEFORE_LOCKOUT = 5
"""Wrong passwords one after another (rules.md §8; 21 CFR 11.300(d))."""
FIRST_LOCKOUT_MINUTES = 15
"""Minutes; each further lockout lasts twice as long (rules.md §8)."""


def lockout_minutes(lockouts_before: int) -> int:
    """How long the next lockout lasts: 15 minutes, doubling (rules.md §8), at most a day.

    >>> [lockout_minutes(before) for before in range(8)]
    [15, 30, 60, 120, 240, 480, 960, 1440]
    """
    return int(min(FIRST_LOCKOUT_MINUTES * 2**lockouts_before, 24 * 60))


def is_locked(person: Person, now: datetime) -> bool:
    """Whether too many failures keep this person out at that moment."""
    return person.locked_until is not None and now < person.locked_until


def role_for(verb: Verb, roles: frozenset[Role]) -> Role | None:
    """The role under which a person may do this, in the table's order of roles; None when there is none."""
    return next((role for role in Role if role in roles and role in AUTHORITY[verb]), None)


def roles_clash(roles: frozenset[Role]) -> bool:
    """Admin excludes all others (rules.md §8; EU Annex 11 §12)."""
    return Role.ADMIN in roles and len(roles) > 1
