"""The bank's own row."""

from sqlmodel import Session, select

from cellbank.domain.bank import BankInfo
from cellbank.errors import NotIntact


def info(session: Session) -> BankInfo:
    """The bank's own row; refused where it is missing (`NotIntact`): such a database was never founded as a bank."""
    found = session.exec(select(BankInfo)).first()
    if found is None:
        raise NotIntact("bank.not_founded")
    return found
