"""One vial scanned for a pull, asked of the gate; the facts of the whole pull are `facts/visit.py:visit_facts`."""

from cellbank.domain import dose_gate
from cellbank.domain.gate import Step
from cellbank.domain.vial import Vial
from cellbank.domain.visit_facts import ScanAtPull
from cellbank.facts.visit import get_visit, visit_facts
from cellbank.store import codes
from cellbank.store.unit_of_work import Reading

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


def scan_at_pull(
    reading: Reading, subject_code: str, number: int, scanned: str, *, replacing: bool = False
) -> ScanAtPull:
    """One vial scanned for the pull of a visit, asked of the gate; refused when the code is no vial's."""
    visit = get_visit(reading, subject_code, number)
    vial = codes.get_by_code(reading, Vial, scanned)
    facts = visit_facts(reading, visit, [vial], replacing=replacing)
    answers = dose_gate.ask(Step.PULL, facts)
    found = (finding for answer in answers if answer.requirement in OF_A_VIAL for finding in answer.findings)
    return ScanAtPull(vial.code, tuple(found))
