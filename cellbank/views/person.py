"""People as a reader sees them."""

from dataclasses import dataclass
from datetime import date, datetime

from cellbank.domain.person import Person, Role
from cellbank.errors import NotFound
from cellbank.store import person as store
from cellbank.store.unit_of_work import Reading


@dataclass(frozen=True)
class GrantView:
    """A role in force from a day until a day."""

    role: Role
    valid_from: date
    valid_until: date | None


@dataclass(frozen=True)
class PersonView:
    """Someone who signs in: the roles in force today, and every grant."""

    name: str
    printed_name: str
    roles: tuple[Role, ...]
    grants: tuple[GrantView, ...]
    disabled: bool
    locked_until: datetime | None
    must_change_password: bool


def people(reading: Reading) -> list[PersonView]:
    """Everyone, by name."""
    return [_view(reading, person) for person in store.people(reading.session)]


def roles_of(reading: Reading, person_id: str) -> tuple[Role, ...]:
    """The roles of a person today, in the table's order."""
    held = store.roles_on(reading.session, person_id, reading.today)
    return tuple(role for role in Role if role in held)


def must_change_password(reading: Reading, person_id: str) -> bool:
    """Whether a person still has a first password, which signs nothing."""
    person = store.person_by_id(reading.session, person_id)
    return person is not None and person.must_change_password


def named(reading: Reading, name: str) -> PersonView:
    """One person by their sign-in name; an unknown name is refused."""
    person = store.person_named(reading.session, name.strip())
    if person is None:
        raise NotFound("person.not_found", name=name)
    return _view(reading, person)


def _view(reading: Reading, person: Person) -> PersonView:
    locked = person.locked_until if person.locked_until and person.locked_until > reading.now else None
    return PersonView(
        person.name,
        person.printed_name,
        roles_of(reading, person.id),
        tuple(GrantView(g.role, g.valid_from, g.valid_until) for g in store.grants_of(reading.session, person.id)),
        person.disabled,
        locked,
        person.must_change_password,
    )
