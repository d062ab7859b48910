"""Doses: thawed, prepared, dispensed, administered; limits and the clock are told before anything is recorded."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from cellbank.bank import Deed, Outcome, Reading
from cellbank.domain.dose import VisitStep
from cellbank.domain.gate import Step
from cellbank.domain.visit import DoseStatus
from cellbank.errors import Finding
from cellbank.services import dose as services
from cellbank.services.dose import Preparation
from cellbank.views import dose as view, visit as view_visit
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Given, moment_text
from tui.forms.attempt import AtDose
from tui.forms.form import PreviewLine
from tui.forms.subject import cells_limits


class Thaw(AtDose):
    """Two moments: the form is opened when the thaw begins, and told when it ends."""

    code: ClassVar[str] = "dose.thaw"
    follows: ClassVar[frozenset[DoseStatus]] = frozenset({DoseStatus.PULLED})
    happened: ClassVar[bool] = True
    when: ClassVar[str] = "thaw_ended_at"
    counts_from: ClassVar[str | None] = "thaw_started_at"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The beginning is now, unless another moment is typed; the end is one key."""
        return (
            ask.instant("thaw_started_at", given=moment_text(reading.now, reading.zone)),
            ask.instant("thaw_ended_at"),
        )

    def deed(self, given: Given) -> Deed:
        """The thaw."""
        return partial(
            services.thaw,
            subject_code=self.subject,
            number=self.number,
            started_at=given["thaw_started_at"],
            ended_at=given["thaw_ended_at"],
        )

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """How long it took, and until when the cells may be used."""
        seconds = int((given["thaw_ended_at"] - given["thaw_started_at"]).total_seconds())
        yield PreviewLine("thaw_lasted", f"{seconds // 60}:{seconds % 60:02}")
        yield from self.clock(reading, outcome)


class Prepare(AtDose):
    """Washed or diluted, counted, drawn up; outside its limits it is recorded all the same, and not dispensed."""

    code: ClassVar[str] = "dose.prepare"
    follows: ClassVar[frozenset[DoseStatus]] = frozenset({DoseStatus.THAWED})
    checked_at: ClassVar[VisitStep | None] = VisitStep.PREPARE
    happened: ClassVar[bool] = True

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """How it was prepared with which materials, and what was measured."""
        self.reads_second(reading)
        return (
            ask.count("dose_cells_counted"),
            ask.decimal("viability_percent"),
            ask.decimal("volume_drawn_ml"),
            ask.line("syringe", suggested=recorded(reading, Words.SYRINGE)),
            ask.line("preparation", suggested=recorded(reading, Words.PREPARATION)),
            ask.materials("materials", optional=True),
            ask.line("method", optional=True, suggested=recorded(reading, Words.DOSE_COUNTING)),
        )

    def deed(self, given: Given) -> Deed:
        """The preparation."""
        made = Preparation(
            given["preparation"],
            given["dose_cells_counted"],
            given["viability_percent"],
            given["volume_drawn_ml"],
            given["syringe"],
            given["materials"] or (),
            given["method"],
        )
        return partial(services.prepare, subject_code=self.subject, number=self.number, made=made)

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The viable cells between the file's limits, and the earliest of all ends of use."""
        yield PreviewLine("dose_cells", view.dose_by_code(reading, outcome.code).viable_cells)
        yield from cells_limits(reading)
        yield from self.clock(reading, outcome)

    def warnings(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[Finding]:
        """What stands against dispensing it; that the second person's check is its review is still to come."""
        answers = view_visit.visit_check(reading, self.subject, self.number, Step.DISPENSE)
        awaits_check = ("lot.test.unreviewed", outcome.code)
        return (one for answer in answers for one in answer.findings if (one.code, one.subject) != awaits_check)


class Dispense(AtDose):
    """The dose leaves the pharmacy: the whole gate again, a second person."""

    code: ClassVar[str] = "dose.dispense"
    follows: ClassVar[frozenset[DoseStatus]] = frozenset({DoseStatus.PREPARED})
    checked_at: ClassVar[VisitStep | None] = VisitStep.DISPENSE
    happened: ClassVar[bool] = True

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Nothing but when."""
        self.reads_second(reading)
        return ()

    def deed(self, given: Given) -> Deed:
        """The dispensing."""
        return partial(services.dispense, subject_code=self.subject, number=self.number)

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """What leaves, until when it may be given, and on which condition."""
        seen = view.dose_by_code(reading, outcome.code)
        yield PreviewLine("dose", seen.code)
        yield PreviewLine("dose_cells", seen.viable_cells)
        yield PreviewLine("dose_volume_ml", seen.volume_ml)
        yield from self.clock(reading, outcome)
        if seen.conditional:
            yield PreviewLine("conditional", seen.awaiting, loud=True)


class Administer(AtDose):
    """The injection, as the investigator reports it."""

    code: ClassVar[str] = "dose.administer"
    follows: ClassVar[frozenset[DoseStatus]] = frozenset({DoseStatus.DISPENSED})
    happened: ClassVar[bool] = True

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The volume, beginning with the one prepared; who gave it; under a hold, whether it was known."""
        attempt = self.attempt(reading)
        volume = None if attempt is None else attempt.volume_ml
        investigator = view_visit.subject_view(reading, self.subject).investigator
        asked = [
            ask.decimal("volume_given_ml", given="" if volume is None else words.number(volume)),
            ask.line("investigator", given=investigator),
        ]
        if attempt is not None and attempt.holds:
            held = ", ".join(f"{hold.code} ({hold.reason})" for hold in attempt.holds)
            label = words.say("tui.ask.hold_known", holds=held)
            asked.insert(0, ask.yes_no("hold_known", words.say("tui.yes"), words.say("tui.no"), label=label))
        return asked

    def deed(self, given: Given) -> Deed:
        """The injection."""
        return partial(
            services.administer,
            subject_code=self.subject,
            number=self.number,
            volume_ml=given["volume_given_ml"],
            investigator=given["investigator"],
            hold_known=given.get("hold_known"),
        )

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """How long the dose could be used."""
        return self.clock(reading, outcome)
