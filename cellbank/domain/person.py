"""People, their roles, and who may do what (rules.md §8): one table, default deny."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Record


class Role(StrEnum):
    """What a person may be in the bank. `admin` excludes all others."""

    TECHNICIAN = "technician"
    REVIEWER = "reviewer"
    QA = "qa"
    QP = "qp"
    PHARMACIST = "pharmacist"
    ADMIN = "admin"


class Verb(StrEnum):
    """A kind of act that a role may be granted; one row of the table of rules.md §8."""

    RECORD_FACT = "record_fact"
    RECORD_STORAGE = "record_storage"
    PRINT_LABEL = "print_label"
    REVIEW_RESULT = "review_result"
    ACCEPT_INCOMING = "accept_incoming"
    CLOSE_DEVIATION = "close_deviation"
    LIFT_HOLD = "lift_hold"
    DETERMINE_DONOR = "determine_donor"
    ATTEST_BATCH = "attest_batch"
    APPROVE_TRIAL = "approve_trial"
    INVALIDATE_RESULT = "invalidate_result"
    RELEASE = "release"
    PUT_HOLD = "put_hold"
    CORRECT = "correct"
    TREAT = "treat"
    CHECK_AS_SECOND = "check_as_second"
    ADMINISTER_BANK = "administer_bank"


_BENCH = frozenset({Role.TECHNICIAN, Role.REVIEWER})
_QA = frozenset({Role.QA})
_ANYONE_AT_WORK = frozenset(Role) - {Role.ADMIN}

AUTHORITY: Mapping[Verb, frozenset[Role]] = {
    Verb.RECORD_FACT: _BENCH,
    Verb.RECORD_STORAGE: _BENCH | {Role.PHARMACIST},
    Verb.PRINT_LABEL: _BENCH | {Role.PHARMACIST},
    Verb.REVIEW_RESULT: frozenset({Role.REVIEWER}),
    Verb.ACCEPT_INCOMING: _QA,
    Verb.CLOSE_DEVIATION: _QA,
    Verb.LIFT_HOLD: _QA,
    Verb.DETERMINE_DONOR: _QA,
    Verb.ATTEST_BATCH: _QA,
    Verb.APPROVE_TRIAL: _QA,
    Verb.INVALIDATE_RESULT: _QA,
    Verb.RELEASE: frozenset({Role.QP}),
    Verb.PUT_HOLD: _ANYONE_AT_WORK,
    Verb.CORRECT: _ANYONE_AT_WORK,
    Verb.TREAT: frozenset({Role.PHARMACIST}),
    Verb.CHECK_AS_SECOND: _BENCH | {Role.PHARMACIST},
    Verb.ADMINISTER_BANK: frozenset({Role.ADMIN}),
}


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
FIRST_LOCKOUT_MINUTES = 15


def lockout_minutes(lockouts_before: int) -> int:
    """How long the next lockout lasts: 15 minutes, doubling (rules.md §8), at most a day."""
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
