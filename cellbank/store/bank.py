"""The bank's own row."""

from sqlmodel import Session, select

from cellbank.domain.bank import BankInfo
from cellbank.errors import NotIntact


def info(session: Session) -> BankInfo:
    """What the bank says of itself; a bank without that row was never founded."""
    found = session.exec(select(BankInfo)).first()
    if found is None:
        raise NotIntact("bank.not_founded")
    return found
