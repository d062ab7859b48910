"""Results as a reader sees them, and the specification that judges them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from cellbank.domain.identifiers import Station
from cellbank.domain.lot import Lot
from cellbank.domain.protocol import Protocol, outcome_of, recipient_limit
from cellbank.domain.record import Record
from cellbank.domain.testing import Criterion, Outcome, Result, Stage
from cellbank.facts.testing import criterion_for, result_facts, specification_for
from cellbank.languages import BASE
from cellbank.store import codes, testing
from cellbank.store.stations import ROWS
from cellbank.store.unit_of_work import Reading
from cellbank.store.vial import vials_of


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
    """The tests that can be recorded on a thing: those of its stage that are required and lack a result first. An
    unknown code is refused.

    Of a tissue or a culture nothing is judged: every test of the trial file, without limits.
    """
    found = codes.resolve(reading, code)
    protocol, stage = specification_for(reading, found.row)
    criteria = protocol.specification.criteria if stage is None else protocol.specification.at(stage)
    results = testing.results_of(reading.session, _subjects(reading, found.row))
    counts = Counter(one.test for one in results if one.invalidated_at is None)
    by_test = {one.test: _asked(one, protocol, stage, counts[one.test], language) for one in criteria}
    required = {one.test for one in criteria if one.required and not counts[one.test]}
    return sorted(by_test.values(), key=lambda one: one.test not in required)


def _asked(criterion: Criterion, protocol: Protocol, stage: Stage | None, count: int, language: str) -> TestAsked:
    return TestAsked(
        criterion.test,
        criterion.name.said(language),
        "" if stage is None else criterion.limit_text(recipient_limit(protocol), language),
        (*criterion.conforming, *criterion.interim),
        criterion.methods,
        count,
    )


def results(reading: Reading, code: str | None = None, language: str = BASE) -> list[ResultView]:
    """Every result, or those of one thing (a lot's include its vials'); an unknown code is refused."""
    return [_view(reading, result, language) for result in _rows(reading, code)]


def _rows(reading: Reading, code: str | None) -> list[Result]:
    if code is None:
        return testing.results(reading.session)
    found = codes.resolve(reading, code)
    if found.station is Station.RESULT:
        return [codes.get_by_code(reading, Result, code)]
    return testing.results_of(reading.session, _subjects(reading, found.row))


def _subjects(reading: Reading, row: Record) -> list[str]:
    vials = vials_of(reading.session, row.id) if isinstance(row, Lot) else []
    return [row.id, *(vial.id for vial in vials)]


def result_view(reading: Reading, code: str, language: str = BASE) -> ResultView:
    """One result by its code; an unknown one is refused."""
    return _view(reading, codes.get_by_code(reading, Result, code), language)


def _view(reading: Reading, result: Result, language: str) -> ResultView:
    row = reading.session.get_one(ROWS[Station(result.subject_table)], result.subject_id)
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
        criterion.limit_text(recipient_limit(protocol), language) if judged else "",
        Outcome.INFORMATIVE if stage is None else outcome_of(protocol, stage, result_facts(result)),
        result.recorded_by,
        result.recorded_at,
        result.reviewed_by,
        result.reviewed_at,
        result.invalidated_by,
        result.invalidated_cause,
    )
