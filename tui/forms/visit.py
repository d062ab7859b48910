"""Visits: moved, cancelled, confirmed by the investigator, prescribed, validated; what is set aside set free."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from cellbank.bank import Outcome, Reading
from cellbank.commands import prescription, visit as commands
from cellbank.commands.command import Answer
from cellbank.commands.dose import Cancel, Reserve
from cellbank.domain.dose import dose_findings
from cellbank.domain.gate import Step
from cellbank.domain.person import Verb
from cellbank.errors import Finding
from cellbank.facts.protocol import protocol_in_force
from cellbank.facts.visit import get_visit
from cellbank.views import visit as view
from cellbank.views.visit import VisitView
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms import criteria
from tui.forms.ask import Ask, Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form, PreviewLine, SignedForm
from tui.forms.subject import cells_limits, freed, set_aside


class AtVisit(CommandForm):
    """What every act at a visit shares: `of` is the visit's code, its subject and number, which are not asked."""

    verb: ClassVar[Verb] = Verb.TREAT

    @property
    def subject(self) -> str:
        """Whose visit."""
        return self.of.rpartition("/")[0]

    @property
    def number(self) -> int:
        """The visit's number in the course."""
        return int(self.of.rpartition("/")[2])

    def visit(self, reading: Reading) -> VisitView:
        """The visit as it stands."""
        return view.visit_view(reading, get_visit(reading, self.subject, self.number))

    def asked(self) -> Iterator[Answer]:
        """The answers that the visit in front does not give."""
        return (one for one in super().asked() if one.name not in {"subject_code", "number"})

    def answered(self, given: Given) -> Mapping[str, Any]:
        """The answers, with the visit's subject and number."""
        return {**given, "subject_code": self.subject, "number": self.number}

    @classmethod
    def fits(cls, seen: object) -> bool:
        """Until the injection, unless it was cancelled."""
        return isinstance(seen, VisitView) and seen.injected_at is None and seen.cancelled_on is None


def _waits(seen: object) -> bool:
    """Whether no attempt is under way and none has succeeded."""
    return isinstance(seen, VisitView) and seen.injected_at is None and not any(one.under_way for one in seen.doses)


def _to_validate(seen: VisitView) -> bool:
    return seen.prescribed_cells is not None and seen.validated_by is None


class RecordPrescription(AtVisit, of=prescription.Record):
    """What the physician prescribed; it must be validated."""

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The usual dose as an example, the prescribers typed before; only the day is filled in."""
        usual = protocol_in_force(reading).dose.cells_per_dose
        return {
            "cells": Offer(hint=words.number(usual)),
            "prescriber": Offer(suggested=recorded(reading, Words.PRESCRIBER)),
            "prescribed_on": Offer(given=reading.today.isoformat(), needed=True),
        }

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The file's smallest and largest dose."""
        return cells_limits(reading)

    def warnings(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[Finding]:
        """What a pharmacist could not validate."""
        dose = protocol_in_force(reading).dose
        return dose_findings(dose, self.of, Decimal(given["cells"]), dose.maximum_volume_ml)


class ValidatePrescription(AtVisit, SignedForm, of=prescription.Validate):
    """The pharmacist's signed validation."""

    @classmethod
    def fits(cls, seen: object) -> bool:
        """A visit with a prescription not validated yet."""
        return super().fits(seen) and isinstance(seen, VisitView) and _to_validate(seen)


class Confirm(AtVisit, of=commands.Confirm, without=("answers",)):
    """The investigator's answers, for this visit, to what is asked again at each injection."""

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Each contraindication, then by whom they were answered when."""
        return (*criteria.questions(reading, words, at_visit=True), *super().asks(reading, words))

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """Today, and the subject's investigator."""
        investigator = view.subject_view(reading, self.subject).investigator
        return {
            "answered_on": Offer(given=reading.today.isoformat(), needed=True),
            "investigator": Offer(given=investigator, needed=True),
        }

    def answered(self, given: Given) -> Mapping[str, Any]:
        """The answers by criterion."""
        return {**super().answered(given), "answers": criteria.answered(given)}

    def warnings(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[Finding]:
        """Answers that are recorded, and for which the pull will be refused."""
        answers = view.visit_check(reading, self.subject, self.number, Step.PULL)
        return criteria.of_criteria(found for answer in answers for found in answer.findings)

    def field_of(self, finding: Finding) -> str | None:
        """A criterion that is not met is marked at its question."""
        return criteria.concerned(finding)


class MoveVisit(AtVisit, of=commands.Move):
    """Another day; everything planned on it is checked again."""

    @classmethod
    def fits(cls, seen: object) -> bool:
        """While nothing was pulled for it."""
        return _waits(seen)

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The day, beginning with the one planned."""
        return {"to": Offer(given=self.visit(reading).planned_on.isoformat())}

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The new window, what is kept, and how far the visits lie apart."""
        course = view.subject_view(reading, self.subject).visits
        for before, after in zip((None, *course), course, strict=False):
            params = {"visit": after.number, "first": after.first_on, "last": after.last_on}
            if after.number == self.number:
                yield PreviewLine("visit_on", after.planned_on, params)
            if before is not None and self.number in {before.number, after.number}:
                apart = (after.planned_on - before.planned_on) // timedelta(days=1)
                yield PreviewLine("days_between", apart, {"before": before.number, "after": after.number})
        yield from set_aside(reading, self.subject)


class CancelVisit(AtVisit, of=commands.Cancel):
    """The visit did not or will not take place; what is set aside for it is free."""

    @classmethod
    def fits(cls, seen: object) -> bool:
        """While nothing was pulled for it, once."""
        return _waits(seen) and super().fits(seen)

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The vials that are free again."""
        return freed(reading, self.subject)


class ReserveHere(AtVisit, of=Reserve):
    """The course of this visit's subject: every visit to come, all or none."""

    code: ClassVar[str] = "dose.reserve_here"

    @classmethod
    def fits(cls, seen: object) -> bool:
        """A visit for which no vial is set aside."""
        return _waits(seen) and isinstance(seen, VisitView) and not seen.reserved and seen.cancelled_on is None

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """Which vials of which lot for which visit."""
        return set_aside(reading, self.subject)


class CancelHere(AtVisit, of=Cancel):
    """What is set aside for this visit is free again."""

    @classmethod
    def fits(cls, seen: object) -> bool:
        """A visit for which vials are set aside."""
        return isinstance(seen, VisitView) and bool(seen.reserved)

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The vials that are free again."""
        return freed(reading, self.subject)


OF_VISIT: tuple[type[Form], ...] = (
    RecordPrescription,
    ValidatePrescription,
    Confirm,
    ReserveHere,
    MoveVisit,
    CancelHere,
    CancelVisit,
)
