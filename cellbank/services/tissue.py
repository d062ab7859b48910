"""Tissue: received, accepted, rejected."""

from datetime import datetime
from decimal import Decimal

from cellbank.commands import tissue as commands
from cellbank.domain.donor import Donor
from cellbank.domain.identifiers import Station, donation_id
from cellbank.domain.signature import Meaning
from cellbank.domain.tissue import Acceptance, Tissue, TissueFacts, tissue_limit_findings
from cellbank.errors import Finding, Refused, WrongInput
from cellbank.facts.protocol import parsed, version_in_force
from cellbank.facts.tissue import decision_content
from cellbank.services.acts import does
from cellbank.services.hold import open_deviations
from cellbank.services.signing import sign
from cellbank.store import codes
from cellbank.store.tissue import by_donation
from cellbank.store.unit_of_work import UnitOfWork


@does(commands.Receive)
def receive_tissue(
    work: UnitOfWork,
    donor_code: str,
    donation: str,
    procured_at: datetime,
    received_at: datetime | None,
    procedure: str,
    mass_g: Decimal | None = None,
    volume_ml: Decimal | None = None,
    temperature_c: Decimal | None = None,
) -> None:
    """A tissue as it arrived, at the moment of the act unless another is named.

    A broken limit (transport temperature, hours already passed) is recorded and opens a deviation. Refused: impossible
    times, a donation identifier met before.
    """
    donor = codes.get_by_code(work, Donor, donor_code)
    received_at = received_at or work.act.performed_at
    version = version_in_force(work)
    donation = donation_id(donation)
    if by_donation(work.session, donation) is not None:
        raise Refused(Finding("tissue.donation.taken", donation, {"donation": donation}))
    _refuse_impossible(work, donor.code, procured_at, received_at)
    if work.day_of(procured_at) < donor.consented_on:
        raise Refused(Finding("tissue.before_consent", donor.code, {"consented_on": donor.consented_on}))
    tissue = Tissue(
        code=codes.next_code(work, Station.TISSUE),
        donor_id=donor.id,
        donation_id=donation,
        procured_at=procured_at,
        received_at=received_at,
        procedure=procedure,
        mass_g=mass_g,
        volume_ml=volume_ml,
        temperature_c=temperature_c,
        trial_version_id=version.id,
    )
    work.add(tissue)
    work.session.flush()
    work.record("tissue.received", tissue, donor=donor.code, donation=donation)
    facts = TissueFacts(tissue.code, procured_at, received_at, None, temperature_c)
    open_deviations(work, tissue, tissue_limit_findings(parsed(version).tissue, facts))


def _refuse_impossible(work: UnitOfWork, code: str, procured_at: datetime, received_at: datetime) -> None:
    if received_at > work.now or procured_at > work.now:
        raise Refused(Finding("tissue.future", code, {"at": max(received_at, procured_at)}))
    if received_at < procured_at:
        raise Refused(Finding("tissue.before_procurement", code, {"procured_at": procured_at, "at": received_at}))


@does(commands.Accept)
def accept_tissue(work: UnitOfWork, code: str, because: str | None = None) -> None:
    """QA accepts a tissue with a signature. Cells may be isolated before: that is a fact, and held until then. Refused:
    a tissue that QA has decided on already.
    """
    _decide(work, code, Acceptance.ACCEPTED, because)


@does(commands.Reject)
def reject_tissue(work: UnitOfWork, code: str, because: str) -> None:
    """QA rejects a tissue with a reason and a signature; final. Refused without a reason, and for a tissue that QA has
    decided on already.
    """
    if not because.strip():
        raise WrongInput("tissue.reason.missing", code=code)
    _decide(work, code, Acceptance.REJECTED, because)


def _decide(work: UnitOfWork, code: str, acceptance: Acceptance, because: str | None) -> None:
    tissue = codes.get_by_code(work, Tissue, code)
    if tissue.acceptance is not Acceptance.PENDING:
        raise Refused(Finding("tissue.already_decided", tissue.code, {"acceptance": tissue.acceptance}))
    content = decision_content(work, tissue, acceptance, because)
    action = f"tissue.{acceptance.value}"
    sign(work, Meaning.APPROVED, action, tissue, now=content)
    tissue.acceptance = acceptance
    tissue.decided_because = because
    work.record(action, tissue)
