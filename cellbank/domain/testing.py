"""Testing: specifications, criteria, results and their outcome."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import Annotated, Self

import sqlalchemy as sa
from pydantic import Field, model_validator

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Record
from cellbank.domain.section import Exact, Name, Said, Section, Unit, Words, wrong
from cellbank.languages import BASE


class Outcome(StrEnum):
    """What a result is against its criterion. Only `pass` is a pass."""

    PASS = "pass"  # noqa: S105 — an outcome, not a password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    INFORMATIVE = "informative"


class Result(Record, table=True):
    """One result as the laboratory reported it; kept for ever. Invalidated only by QA, with an assignable cause."""

    __tablename__ = "result"
    __table_args__ = record.strict(sa.Index("result_subject", "subject_table", "subject_id"))

    code: Line = record.text(unique=True, max_length=16)
    subject_table: Line = record.text()
    subject_id: Line = record.text()
    subject_code: Line = record.text()
    test: Line = record.text(max_length=60)
    value: Line = record.text(max_length=120)
    unit: Line | None = record.text(default=None, max_length=40)
    method: Line | None = record.text(default=None, max_length=120)
    laboratory: Line | None = record.text(default=None, max_length=120)
    performed_on: date = record.day()
    recorded_by: Line = record.text()
    recorded_at: Instant = record.instant()
    reviewed_by: Line | None = record.text(default=None)
    reviewed_at: Instant | None = record.instant(default=None)
    invalidated_by: Line | None = record.text(default=None)
    invalidated_at: Instant | None = record.instant(default=None)
    invalidated_cause: Line | None = record.text(default=None)


class Stage(StrEnum):
    """What is tested: the vials of a bank, by its tier, or the thawed product at the visit."""

    MASTER = "master"
    WORKING = "working"
    PRODUCT = "product"
    DOSE = "dose"


class Kind(StrEnum):
    """What a criterion judges: a number against limits, a text against a list, or nothing."""

    NUMERIC = "numeric"
    TEXT = "text"
    INFORMATIVE = "informative"


class Comparator(StrEnum):
    """Published release limits use all four; they are kept apart. A range is two of them in one criterion."""

    ABOVE = ">"
    AT_LEAST = ">="
    BELOW = "<"
    AT_MOST = "<="


class Rounding(StrEnum):
    """Compare what was reported, or what it rounds to at the limit's precision (half away from zero, Ph. Eur. 1.2)."""

    AS_REPORTED = "as_reported"
    TO_LIMIT_PRECISION = "to_limit_precision"


class Measured(StrEnum):
    """What the preparation of a dose measures by itself."""

    VIABILITY_PERCENT = "viability_percent"
    VIABLE_CELLS = "viable_cells"


_MEASURED_IN: Mapping[Measured | None, str] = {Measured.VIABILITY_PERCENT: "%", Measured.VIABLE_CELLS: "cells"}
"""The unit in which the preparation of a dose gives a value itself."""


class Criterion(Section):
    """One line of a specification.

    `methods` names the only methods that count, any when empty. Criteria of one `group` are any-of (CD14 or
    CD11b); a criterion that `covers` others is the cocktail that may stand for them. `recipient_limit`: the limit
    follows from the recipient's weight and volume. `late`: the result comes after dispensing and attaches to the dose.
    `measured`: the preparation of a dose gives this value itself. `printed`: how the criterion reads on a document.
    `interim` are texts that are not yet a result. `possible_maximum`: no larger value can be true (100 for a share
    of cells, none for a potency relative to a reference). Refused: what a kind does not need, and what it lacks.
    """

    test: Name
    name: Words
    stages: tuple[Annotated[Stage, Field(strict=False)], ...]
    kind: Annotated[Kind, Field(strict=False)]
    required: bool
    comparator: Annotated[Comparator, Field(strict=False)] | None = None
    limit: Exact | None = None
    second_comparator: Annotated[Comparator, Field(strict=False)] | None = None
    second_limit: Exact | None = None
    recipient_limit: bool = False
    unit: Unit | None = None
    possible_maximum: Exact | None = None
    conforming: tuple[Said, ...] = ()
    interim: tuple[Said, ...] = ()
    methods: tuple[Said, ...] = ()
    group: Name | None = None
    covers: tuple[Name, ...] = ()
    rounding: Annotated[Rounding, Field(strict=False)] = Rounding.AS_REPORTED
    late: bool = False
    measured: Annotated[Measured, Field(strict=False)] | None = None
    printed: Words | None = None
    illustrative: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.stages:
            raise wrong("protocol.criterion.stage", key="stages")
        if (self.kind == Kind.TEXT) != bool(self.conforming):
            raise wrong("protocol.criterion.texts", key="kind", test=self.test)
        if self.kind == Kind.INFORMATIVE and (self.required or self.comparator):
            raise wrong("protocol.criterion.informative", key="kind", test=self.test)
        if self.kind == Kind.NUMERIC:
            self._check_number()
        return self

    def _check_number(self) -> None:
        if self.unit is None:
            raise wrong("protocol.criterion.unit", key="kind", test=self.test)
        if self.comparator is None or (self.limit is None) != self.recipient_limit:
            raise wrong("protocol.criterion.limit", key="kind", test=self.test)
        if (self.second_comparator is None) != (self.second_limit is None):
            raise wrong("protocol.criterion.second_limit", key="kind", test=self.test)
        computed = "EU/mL" if self.recipient_limit else _MEASURED_IN.get(self.measured, self.unit)
        if self.unit != computed:
            raise wrong("protocol.criterion.computed", key="unit", test=self.test, unit=self.unit, expected=computed)

    def limits(self, recipient: Decimal | None = None) -> tuple[tuple[Comparator, Decimal], ...]:
        """The comparisons that a number must satisfy; none when the recipient's limit is asked and unknown."""
        first = recipient if self.recipient_limit else self.limit
        if self.comparator is None or first is None:
            return ()
        if self.second_comparator is None or self.second_limit is None:
            return ((self.comparator, first),)
        return ((self.comparator, first), (self.second_comparator, self.second_limit))

    def limit_text(self, recipient: Decimal | None = None, language: str = BASE) -> str:
        """What conforms: `>= 95 %`, or a text's printed words (`no growth`); empty when nothing is judged.

        A text criterion without printed words names each text that conforms.
        """
        if self.kind == Kind.TEXT:
            return " | ".join(self.conforming) if self.printed is None else self.printed.said(language)
        said = ", ".join(f"{comparator.value} {_plain(limit)}" for comparator, limit in self.limits(recipient))
        return f"{said} {self.unit}" if said and self.unit != "1" else said


_WIDE = Context(prec=60)


def _plain(limit: Decimal) -> str:
    """A limit as written in the file; a computed one with at most three decimals, never shown above itself."""
    if int(limit.as_tuple().exponent) < -6:
        limit = limit.quantize(Decimal("0.001"), rounding=ROUND_DOWN)
    return f"{limit:f}"


@dataclass(frozen=True)
class ResultFacts:
    """One result, as reported, and what became of it."""

    code: str
    test: str
    value: str
    unit: str | None
    method: str | None
    reviewed: bool
    invalidated: bool
    performed_on: date


@dataclass(frozen=True)
class Reported:
    """A reported number as the interval it stands for: a bound is None when there is none, `open_*` when excluded."""

    low: Decimal | None
    high: Decimal | None
    open_low: bool = False
    open_high: bool = False


_NUMBER = re.compile(r"(<=|>=|<|>|≤|≥)?\s*(-?[0-9]{1,18}(?:\.[0-9]{1,15})?(?:[eE][+-]?[0-9]{1,2})?)")


def reported_number(text: str) -> Reported | None:
    """Read a value as the laboratory reported it (`96.5`, `< 0.05`, `≥ 95`); None when it is no number."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    sign, digits = match.groups()
    number = Decimal(digits)
    if sign is None:
        return Reported(number, number)
    if sign in ("<", "<=", "≤"):
        return Reported(None, number, open_high=sign == "<")
    return Reported(number, None, open_low=sign == ">")


def _surely(reported: Reported, comparator: Comparator, limit: Decimal) -> bool:
    """Whether everything the reported value may stand for satisfies the comparison."""
    if comparator in (Comparator.ABOVE, Comparator.AT_LEAST):
        bound, is_open, beyond = reported.low, reported.open_low, 1
    else:
        bound, is_open, beyond = reported.high, reported.open_high, -1
    if bound is None:
        return False
    side = (bound - limit) * beyond
    return side > 0 or (side == 0 and (is_open or comparator in (Comparator.AT_LEAST, Comparator.AT_MOST)))


_OPPOSITE: Mapping[Comparator, Comparator] = {
    Comparator.ABOVE: Comparator.AT_MOST,
    Comparator.AT_LEAST: Comparator.BELOW,
    Comparator.BELOW: Comparator.AT_LEAST,
    Comparator.AT_MOST: Comparator.ABOVE,
}


def _rounded(reported: Reported, limit: Decimal) -> Reported:
    """An uncensored value at the precision of the limit, half away from zero; a censored one is left as it is."""
    if reported.low is None or reported.low != reported.high:
        return reported
    precision = Decimal(1).scaleb(int(limit.as_tuple().exponent))
    value = reported.low.quantize(precision, rounding=ROUND_HALF_UP, context=_WIDE)
    return Reported(value, value)


def _against(criterion: Criterion, text: str, recipient: Decimal | None) -> Outcome:
    reported, limits = reported_number(text), criterion.limits(recipient)
    if reported is None or not limits:
        return Outcome.INCONCLUSIVE
    rounds = criterion.rounding == Rounding.TO_LIMIT_PRECISION
    judged = [(_rounded(reported, limit) if rounds else reported, how, limit) for how, limit in limits]
    if any(_surely(value, _OPPOSITE[how], limit) for value, how, limit in judged):
        return Outcome.FAIL
    return Outcome.PASS if all(_surely(*one) for one in judged) else Outcome.INCONCLUSIVE


def folded(text: str) -> str:
    """A text as it is compared: compatibility form, one space between words, without case."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def method_counts(criterion: Criterion, method: str | None) -> bool:
    """Whether the method is one that the specification names; any is, when it names none."""
    named = {folded(one) for one in criterion.methods}
    return not named or (method is not None and folded(method) in named)


def evaluate(
    criterion: Criterion, value: str, unit: str | None, method: str | None, recipient: Decimal | None = None
) -> Outcome:
    """A result against its criterion, as reported; `recipient` is the limit where it follows from the recipient.

    Inconclusive, so never a pass: a censored value that may lie on either side (`< 5` against ≤ 4), another unit
    or method than specified, an interim text, what cannot be read, a recipient's limit not known.

    >>> two = Criterion.model_construct(kind=Kind.NUMERIC, comparator=Comparator.AT_MOST, limit=Decimal(2), unit="%")
    >>> [evaluate(two, value, "%", None).value for value in ("2.0", "2.1", "< 2", "< 5")]
    ['pass', 'fail', 'pass', 'inconclusive']
    """
    if criterion.kind == Kind.INFORMATIVE:
        return Outcome.INFORMATIVE
    if folded(unit or "") != folded(criterion.unit or "") or not method_counts(criterion, method):
        return Outcome.INCONCLUSIVE
    if criterion.kind == Kind.NUMERIC:
        return _against(criterion, value, recipient)
    said = folded(value)
    if not said or said in map(folded, criterion.interim):
        return Outcome.INCONCLUSIVE
    return Outcome.PASS if said in map(folded, criterion.conforming) else Outcome.FAIL
