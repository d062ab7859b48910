"""Results as a reader sees them, and the specification that judges them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import ClassVar

from cellbank.domain.culture import Culture
from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot
from cellbank.domain.protocol import Protocol
from cellbank.domain.record import Record
from cellbank.domain.signature import Content
from cellbank.domain.testing import Criterion, Outcome, Result, Stage, folded
from cellbank.domain.tissue import Tissue
from cellbank.domain.vial import Vial
from cellbank.domain.visit import Dose
from cellbank.errors import WrongInput
from cellbank.languages import BASE
from cellbank.store import codes
from cellbank.store import testing as store
from cellbank.store import vial as store_vial
from cellbank.store.unit_of_work import Reading, content
from cellbank.views import lot_facts, release
from cellbank.views import protocol as view_protocol

TESTABLE = frozenset({Station.TISSUE, Station.CULTURE, Station.LOT, Station.VIAL, Station.DOSE})
"""The stations on which a result can be recorded; donors have their own laboratory panel."""


@dataclass(frozen=True)
class ResultView:
    """One result with its outcome against the criterion of its stage."""

    code: str
    station: str
    subject: str
    test: str
    value: str
    unit: str | None
    method: str | None
    laboratory: str | None
    performed_on: date
    limit: str
    outcome: Outcome
    recorded_by: str
    recorded_at: datetime
    reviewed_by: str | None
    reviewed_at: datetime | None
    invalidated_by: str | None
    invalidated_cause: str | None


def specification_for(reading: Reading, row: Record) -> tuple[Protocol, Stage | None]:
    """The protocol under which a thing was made, and its stage: a lot's by tier, none for tissue and culture."""
    if isinstance(row, Vial):
        row = reading.session.get_one(Lot, row.lot_id)
    if isinstance(row, Lot):
        return view_protocol.by_id(reading, row.trial_version_id), Stage(row.tier.value)
    if isinstance(row, Dose):
        return view_protocol.by_id(reading, row.trial_version_id), Stage.DOSE
    if isinstance(row, Culture | Tissue):
        return view_protocol.by_id(reading, row.trial_version_id), None
    return view_protocol.parsed(view_protocol.version_in_force(reading)), None


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


@dataclass(frozen=True)
class TestAsked:
    """A criterion as it is offered to who records a result: its limit, and the texts that are read."""

    __test__: ClassVar[bool] = False
    test: str
    name: str
    limit: str
    texts: tuple[str, ...]
    methods: tuple[str, ...]
    results: int
    """Results in force that it has already."""


def tests_for(reading: Reading, code: str, language: str) -> list[TestAsked]:
    """The tests that can be recorded on a thing: those of its stage that are required and lack a result first.

    Of a tissue or a culture nothing is judged: every test of the trial file, without limits.
    """
    found = codes.resolve(reading, code)
    protocol, stage = specification_for(reading, found.row)
    criteria = protocol.specification.criteria if stage is None else protocol.specification.at(stage)
    results = store.results_of(reading.session, _subjects(reading, found.row))
    counts = Counter(one.test for one in results if one.invalidated_at is None)
    by_test = {one.test: _asked(one, protocol, stage, counts[one.test], language) for one in criteria}
    required = {one.test for one in criteria if one.required and not counts[one.test]}
    return sorted(by_test.values(), key=lambda one: one.test not in required)


def _asked(criterion: Criterion, protocol: Protocol, stage: Stage | None, count: int, language: str) -> TestAsked:
    return TestAsked(
        criterion.test,
        criterion.name.said(language),
        "" if stage is None else criterion.limit_text(release.recipient_limit(protocol), language),
        (*criterion.conforming, *criterion.interim),
        criterion.methods,
        count,
    )


def lots_concerned(reading: Reading, result: Result) -> list[Lot]:
    """The lot that a result speaks of, directly or through a vial."""
    if result.subject_table == Station.LOT:
        return [reading.session.get_one(Lot, result.subject_id)]
    if result.subject_table == Station.VIAL:
        vial = reading.session.get_one(Vial, result.subject_id)
        return [reading.session.get_one(Lot, vial.lot_id)]
    return []


def results(reading: Reading, code: str | None = None, language: str = BASE) -> list[ResultView]:
    """Every result, or those of one thing (a lot's include its vials')."""
    return [_view(reading, result, language) for result in _rows(reading, code)]


def _rows(reading: Reading, code: str | None) -> list[Result]:
    if code is None:
        return store.results(reading.session)
    found = codes.resolve(reading, code)
    if found.station is Station.RESULT:
        return [codes.get_by_code(reading, Result, code)]
    return store.results_of(reading.session, _subjects(reading, found.row))


def _subjects(reading: Reading, row: Record) -> list[str]:
    vials = store_vial.vials_of(reading.session, row.id) if isinstance(row, Lot) else []
    return [row.id, *(vial.id for vial in vials)]


def result_view(reading: Reading, code: str, language: str = BASE) -> ResultView:
    """One result."""
    return _view(reading, codes.get_by_code(reading, Result, code), language)


def _view(reading: Reading, result: Result, language: str) -> ResultView:
    row = reading.session.get_one(codes.KINDS[Station(result.subject_table)], result.subject_id)
    protocol, stage = specification_for(reading, row)
    criterion = criterion_for(protocol, stage, result.test)
    judged = stage is not None and stage in criterion.stages
    return ResultView(
        result.code,
        result.subject_table,
        result.subject_code,
        result.test,
        result.value,
        result.unit,
        result.method,
        result.laboratory,
        result.performed_on,
        criterion.limit_text(release.recipient_limit(protocol), language) if judged else "",
        Outcome.INFORMATIVE if stage is None else release.outcome_of(protocol, stage, lot_facts.result_facts(result)),
        result.recorded_by,
        result.recorded_at,
        result.reviewed_by,
        result.reviewed_at,
        result.invalidated_by,
        result.invalidated_cause,
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


def reviewing(reading: Reading, code: str) -> Content:
    """What the reviewer is shown."""
    return review_content(codes.get_by_code(reading, Result, code))


def invalidation_content(result: Result, cause: str) -> Content:
    """What QA signs to invalidate a result."""
    return {**review_content(result), "cause": cause.strip()}


def invalidating(reading: Reading, code: str, cause: str) -> Content:
    """What QA is shown before invalidating."""
    return invalidation_content(codes.get_by_code(reading, Result, code), cause)
