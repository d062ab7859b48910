"""People: sign-in and its lockout, accounts, dated roles, passwords (rules.md §8; 21 CFR 11.100, 11.300)."""

import re
import secrets
from datetime import date, datetime, timedelta

from cellbank.commands import user as commands
from cellbank.domain.person import (
    FAILURES_BEFORE_LOCKOUT,
    Person,
    Role,
    RoleGrant,
    Verb,
    is_locked,
    lockout_minutes,
    roles_clash,
)
from cellbank.errors import Finding, NotAllowed, NotFound, Refused, WrongInput
from cellbank.services.acts import does, verb
from cellbank.store import person as store
from cellbank.store.unit_of_work import UnitOfWork

LEAST_PASSWORD = 10
"""Characters; length is what protects a password (NIST SP 800-63B asks at least 8)."""

_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")


def checked_name(name: str) -> str:
    """A sign-in name: 2 to 40 of `a-z 0-9 . _ -`, beginning with a letter; any other is refused."""
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise WrongInput("person.name.form", value=name)
    return name


def check_new_password(password: str, name: str) -> None:
    """Refuse a password that is too short or that holds the person's own name."""
    if len(password) < LEAST_PASSWORD:
        raise WrongInput("person.password.short", least=LEAST_PASSWORD)
    if name.lower() in password.lower():
        raise WrongInput("person.password.name")


def first_password() -> str:
    """A first password for someone else, made by chance: told once, signs nothing, is changed at the first sign-in."""
    return "-".join(secrets.token_hex(2) for _ in range(4))


def refuse_locked(person: Person, now: datetime) -> None:
    """Refuse a disabled person, and a person who failed too often until the lockout ends, with the minutes left."""
    if person.disabled:
        raise NotAllowed("person.disabled", name=person.name)
    if is_locked(person, now) and person.locked_until is not None:
        minutes = int((person.locked_until - now).total_seconds() // 60) + 1
        raise NotAllowed("person.locked", name=person.name, minutes=minutes)


def remember_sign_in(work: UnitOfWork, person_id: str, *, right: bool, renewed_hash: str | None) -> None:
    """Record a failure and lock after the fifth; a success clears the count and may renew the hash. An unknown person
    is refused.

    The person acts here under no role: it is the one act that needs none.
    """
    person = _by_id(work, person_id)
    work.role = next(iter(sorted(work.roles)), Role.TECHNICIAN)
    if not right:
        person.failures += 1
        if person.failures >= FAILURES_BEFORE_LOCKOUT:
            person.locked_until = work.now + timedelta(minutes=lockout_minutes(person.lockouts))
            person.lockouts += 1
            person.failures = 0
        work.record("person.sign_in_failed", person)
        return
    person.failures = 0
    person.lockouts = 0
    person.locked_until = None
    if renewed_hash is not None:
        person.password_hash = renewed_hash
    work.record("person.signed_in", person)


def _by_id(work: UnitOfWork, person_id: str) -> Person:
    person = store.person_by_id(work.session, person_id)
    if person is None:
        raise NotFound("person.not_found", name=person_id)
    return person


def _named(work: UnitOfWork, name: str) -> Person:
    person = store.person_named(work.session, name.strip())
    if person is None:
        raise NotFound("person.not_found", name=name)
    return person


@verb(Verb.ADMINISTER_BANK)
def add_person(
    work: UnitOfWork, name: str, printed_name: str, roles: frozenset[Role], password_hash: str, *, must_change: bool
) -> None:
    """A new person with their first roles; the hash was made before the lock was taken. Refused: a name taken or out of
    form, no role, admin beside another role.
    """
    name = checked_name(name)
    if store.person_named(work.session, name) is not None:
        raise Refused(Finding("person.name.taken", name, {"name": name}))
    if not roles:
        raise WrongInput("person.role.none", name=name)
    _refuse_clash(name, roles)
    person = Person(name=name, printed_name=printed_name, password_hash=password_hash, must_change_password=must_change)
    work.add(person)
    work.session.flush()
    grants = [RoleGrant(person_id=person.id, role=role, valid_from=work.today) for role in sorted(roles)]
    work.add(*grants)
    work.record("person.added", person, *grants, roles=sorted(roles))


def _refuse_clash(name: str, roles: frozenset[Role]) -> None:
    if roles_clash(roles):
        raise Refused(Finding("person.role.admin_excludes", name, {"name": name, "roles": sorted(roles)}))


@does(commands.Grant)
def grant_role(
    work: UnitOfWork, name: str, role: Role, valid_from: date | None = None, valid_until: date | None = None
) -> None:
    """A role from a day until a day. Refused: to oneself, an end before its beginning, admin beside another role at any
    time.
    """
    person = _named(work, name)
    _refuse_own(work, person)
    start = valid_from or work.today
    if valid_until is not None and valid_until < start:
        raise WrongInput("person.grant.dates", start=start, end=valid_until)
    held = frozenset(
        grant.role
        for grant in store.grants_of(work.session, person.id)
        if (grant.valid_until is None or grant.valid_until >= start)
        and (valid_until is None or grant.valid_from <= valid_until)
    )
    _refuse_clash(person.name, held | {role})
    grant = RoleGrant(person_id=person.id, role=role, valid_from=start, valid_until=valid_until)
    work.add(grant)
    work.record("person.role_granted", person, grant, role=role)


@does(commands.Revoke)
def revoke_role(work: UnitOfWork, name: str, role: Role) -> None:
    """End a role as of yesterday, one that was to begin later too; what was done under it stays. Refused: one's own, a
    role that the person has not.
    """
    person = _named(work, name)
    _refuse_own(work, person)
    granted = [grant for grant in store.grants_of(work.session, person.id) if grant.role is role]
    grants = [grant for grant in granted if grant.valid_until is None or grant.valid_until >= work.today]
    if not grants:
        raise Refused(Finding("person.role.not_held", person.name, {"name": person.name, "role": role.value}))
    for grant in grants:
        grant.valid_until = work.today - timedelta(days=1)
    work.record("person.role_revoked", person, *grants, role=role)


def _refuse_own(work: UnitOfWork, person: Person) -> None:
    if person.id == work.act.actor.person_id:
        raise NotAllowed("person.role.own", name=person.name)


@does(commands.Disable)
def disable_person(work: UnitOfWork, name: str) -> None:
    """Nobody signs in as this person any more; their record stays. Refused: an unknown name, oneself."""
    person = _named(work, name)
    _refuse_own(work, person)
    person.disabled = True
    work.record("person.disabled", person)


@does(commands.Unlock)
def unlock_person(work: UnitOfWork, name: str) -> None:
    """End a lockout early. Refused: one's own; another admin must do it."""
    person = _named(work, name)
    _refuse_own(work, person)
    person.failures = 0
    person.locked_until = None
    work.record("person.unlocked", person)


def change_password(work: UnitOfWork, password_hash: str) -> None:
    """The actor's own password; needs no role. Refused without the old one typed again for this act."""
    person = _by_id(work, work.act.actor.person_id)
    if not work.act.is_confirmed_by(person.id):
        raise NotAllowed("signature.password.missing", name=person.name)
    work.role = next(iter(sorted(work.roles)), Role.TECHNICIAN)
    person.password_hash = password_hash
    person.must_change_password = False
    work.record("person.password_changed", person)


@verb(Verb.ADMINISTER_BANK)
def reset_password(work: UnitOfWork, name: str, password_hash: str) -> None:
    """A first password for someone who forgot theirs; it signs nothing until they have changed it. Refused: an unknown
    name, oneself.
    """
    person = _named(work, name)
    _refuse_own(work, person)
    person.password_hash = password_hash
    person.must_change_password = True
    person.failures = 0
    person.locked_until = None
    work.record("person.password_reset", person)
