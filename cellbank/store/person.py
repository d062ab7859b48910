"""People and their roles, as rows."""

from datetime import date

from sqlmodel import Session, col, select

from cellbank.domain.person import Person, Role, RoleGrant


def person_named(session: Session, name: str) -> Person | None:
    """The person of that sign-in name."""
    return session.exec(select(Person).where(Person.name == name)).first()


def person_by_id(session: Session, person_id: str) -> Person | None:
    """The person of that id."""
    return session.get(Person, person_id)


def grants_of(session: Session, person_id: str) -> list[RoleGrant]:
    """Every role ever granted to a person, oldest first."""
    statement = select(RoleGrant).where(RoleGrant.person_id == person_id).order_by(col(RoleGrant.valid_from))
    return list(session.exec(statement))


def roles_on(session: Session, person_id: str, day: date) -> frozenset[Role]:
    """The roles a person holds on a day of the site."""
    return frozenset(grant.role for grant in grants_of(session, person_id) if grant.holds_on(day))


def people(session: Session) -> list[Person]:
    """Everyone, by name."""
    return list(session.exec(select(Person).order_by(col(Person.name))))
