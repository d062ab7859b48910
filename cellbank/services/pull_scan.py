"""A vial scanned for a pull that is not one of it: refused at once, and the refusal kept in the record."""

from cellbank.domain.characters import shown
from cellbank.domain.person import Verb
from cellbank.errors import NotFound, WrongInput, WrongScan, refuse
from cellbank.facts.pull import scan_at_pull
from cellbank.services.acts import verb
from cellbank.store.unit_of_work import UnitOfWork


@verb(Verb.TREAT)
def refuse_scan(work: UnitOfWork, subject_code: str, number: int, scanned: str, *, replacing: bool = False) -> None:
    """Refuse a scan that the gate refuses; one that stands changes nothing and is for the pull itself."""
    try:
        found = scan_at_pull(work, subject_code, number, scanned, replacing=replacing)
    except (NotFound, WrongInput) as error:
        raise WrongScan("dose.vial.unknown", scanned=shown(scanned)) from error
    refuse(found.findings)
