"""Results as the gate sees them, the criterion that reads each, and what is signed about them."""

from datetime import date
from difflib import get_close_matches

from cellbank.domain.culture import Culture
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot
from cellbank.domain.protocol import Protocol
from cellbank.domain.record import Record
from cellbank.domain.signature import Content
from cellbank.domain.testing import Criterion, Result, ResultFacts, Stage, folded
from cellbank.domain.tissue import Tissue
from cellbank.domain.vial import Vial
from cellbank.domain.visit import Dose
from cellbank.errors import WrongInput
from cellbank.facts.protocol import protocol_by_id, protocol_in_force
from cellbank.store.unit_of_work import Reading, content


def specification_for(reading: Reading, row: Record) -> tuple[Protocol, Stage | None]:
    """The protocol under which a thing was made, and its stage: a lot's by tier, none for tissue and culture."""
    if isinstance(row, Vial):
        row = reading.session.get_one(Lot, row.lot_id)
    if isinstance(row, Lot):
        return protocol_by_id(reading, row.trial_version_id), Stage(row.tier.value)
    if isinstance(row, Dose):
        return protocol_by_id(reading, row.trial_version_id), Stage.DOSE
    if isinstance(row, Culture | Tissue):
        return protocol_by_id(reading, row.trial_version_id), None
    return protocol_in_force(reading), None


def criterion_for(protocol: Protocol, stage: Stage | None, test: str) -> Criterion:
    """The criterion that reads a test: of its stage, else of any stage; a test nowhere specified is refused."""
    typed = folded(test).replace(" ", "-").replace("_", "-")
    of_stage = [c for c in protocol.specification.criteria if c.test == typed and stage in c.stages]
    anywhere = [c for c in protocol.specification.criteria if c.test == typed]
    if not anywhere:
        known = sorted({c.test for c in protocol.specification.criteria})
        near = get_close_matches(typed, known, n=3) or known
        raise WrongInput(
            "result.test.unknown", test=test, stage="" if stage is None else stage, expected=", ".join(near)
        )
    return (of_stage or anywhere)[0]


def existed_on(reading: Reading, row: Record) -> date:
    """The first day on which a thing could be tested."""
    if isinstance(row, Vial):
        row = reading.session.get_one(Lot, row.lot_id)
    if isinstance(row, Lot):
        return reading.day_of(row.filled_at)
    if isinstance(row, Culture):
        return reading.day_of(row.seeded_at)
    if isinstance(row, Tissue):
        return reading.day_of(row.procured_at)
    if isinstance(row, Dose):
        return reading.day_of(row.prepared_at or row.pulled_at)
    return date.min


def lots_concerned(reading: Reading, result: Result) -> list[Lot]:
    """The lot that a result speaks of, directly or through a vial."""
    if result.subject_table == Station.LOT:
        return [reading.session.get_one(Lot, result.subject_id)]
    if result.subject_table == Station.VIAL:
        vial = reading.session.get_one(Vial, result.subject_id)
        return [reading.session.get_one(Lot, vial.lot_id)]
    return []


def result_facts(result: Result) -> ResultFacts:
    """A result as the gate sees it."""
    return ResultFacts(
        result.code,
        result.test,
        result.value,
        result.unit,
        result.method,
        result.reviewed_at is not None,
        result.invalidated_at is not None,
        result.performed_on,
    )


def review_content(result: Result) -> Content:
    """What the reviewer signs."""
    return content(
        {
            "result": result.code,
            "subject": result.subject_code,
            "test": result.test,
            "value": result.value,
            "unit": result.unit,
            "method": result.method,
            "laboratory": result.laboratory,
            "performed_on": result.performed_on,
            "recorded_by": result.recorded_by,
        }
    )


def invalidation_content(result: Result, cause: str) -> Content:
    """What QA signs to invalidate a result."""
    return {**review_content(result), "cause": cause.strip()}
