"""The pull of a visit as the pharmacist does it: what to fetch from where, and whether a vial scanned is one of it."""

from dataclasses import dataclass

from cellbank.domain import dose_gate
from cellbank.domain.gate import Step
from cellbank.domain.vial import Vial, VialStatus
from cellbank.errors import Finding
from cellbank.store import codes
from cellbank.store.unit_of_work import Reading
from cellbank.views import vial as view_vial
from cellbank.views import visit as view
from cellbank.views import visit_facts as facts_of

OF_A_VIAL = frozenset(
    {
        dose_gate.nothing_holds_it.__name__,
        dose_gate.vials_are_verified.__name__,
        dose_gate.vials_are_for_patients.__name__,
        dose_gate.vials_are_the_reserved_ones.__name__,
        dose_gate.vials_are_in_stock.__name__,
        dose_gate.in_date_today.__name__,
    }
)
"""The requirements of the pull that one vial alone can meet or not."""


@dataclass(frozen=True)
class PickLine:
    """One vial set aside for a visit: where it stands."""

    code: str
    lot: str
    position: str | None
    status: VialStatus


@dataclass(frozen=True)
class ScanAtPull:
    """What a scan at the pull is: the vial's own code, and all that stands against taking it."""

    code: str
    findings: tuple[Finding, ...]


def pick_lines(reading: Reading, subject_code: str, number: int) -> tuple[PickLine, ...]:
    """The vials set aside for a visit, by position; those without one last."""
    seen = view.visit_view(reading, view.named(reading, subject_code, number))
    vials = [view_vial.vial_view(reading, code) for code in seen.reserved]
    vials.sort(key=lambda one: (one.position is None, one.position or "", one.code))
    return tuple(PickLine(one.code, one.lot, one.position, one.status) for one in vials)


def scan_at_pull(reading: Reading, subject_code: str, number: int, scanned: str) -> ScanAtPull:
    """One vial scanned for the pull of a visit, asked of the gate; refused when the code is no vial's."""
    visit = view.named(reading, subject_code, number)
    vial = codes.named(reading, Vial, scanned)
    facts = facts_of.visit_facts(reading, visit, [vial])
    answers = dose_gate.ask(Step.PULL, facts)
    found = (finding for answer in answers if answer.requirement in OF_A_VIAL for finding in answer.findings)
    return ScanAtPull(vial.code, tuple(found))
