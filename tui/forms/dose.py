"""Doses: thawed, prepared, dispensed, administered; limits and the clock are told before anything is recorded."""

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from cellbank.bank import Outcome, Reading
from cellbank.commands import dose as commands
from cellbank.domain.dose import VisitStep
from cellbank.domain.gate import Step
from cellbank.domain.visit import DoseStatus
from cellbank.errors import Finding
from cellbank.views.dose import DoseView, dose_by_code
from cellbank.views.visit import subject_view, visit_check
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms.ask import Ask, Given, moment_text
from tui.forms.attempt import AtDose
from tui.forms.command import Offer
from tui.forms.form import PreviewLine
from tui.forms.subject import cells_limits

_AS_MEASURED = ("total", "viability_percent", "volume_ml", "syringe", "preparation", "materials", "method")


class Thaw(AtDose, of=commands.Thaw):
    """Two moments: the form is opened when the thaw begins, and told when it ends."""

    follows: ClassVar[frozenset[DoseStatus]] = frozenset({DoseStatus.PULLED})
    counts_from: ClassVar[str | None] = "started_at"

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The beginning is now, unless another moment is typed; the end is one key."""
        return {"started_at": Offer(given=moment_text(reading.now, reading.zone))}

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """How long it took, and until when the cells may be used."""
        seconds = int((given["ended_at"] - given["started_at"]).total_seconds())
        yield PreviewLine("thaw_lasted", f"{seconds // 60}:{seconds % 60:02}")
        yield from self.clock(reading, outcome)


class Prepare(AtDose, of=commands.Prepare, order=_AS_MEASURED):
    """Washed or diluted, counted, drawn up; outside its limits it is recorded all the same, and not dispensed."""

    follows: ClassVar[frozenset[DoseStatus]] = frozenset({DoseStatus.THAWED})
    checked_at: ClassVar[VisitStep | None] = VisitStep.PREPARE

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The syringes, the ways of preparing and of counting that were typed before."""
        typed = {"syringe": Words.SYRINGE, "preparation": Words.PREPARATION, "method": Words.DOSE_COUNTING}
        return {name: Offer(suggested=recorded(reading, kind)) for name, kind in typed.items()}

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The viable cells between the file's limits, and the earliest of all ends of use."""
        yield PreviewLine("dose_cells", dose_by_code(reading, outcome.code).viable_cells)
        yield from cells_limits(reading)
        yield from self.clock(reading, outcome)

    def warnings(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[Finding]:
        """What stands against dispensing it; that the second person's check is its review is still to come."""
        answers = visit_check(reading, self.subject, self.number, Step.DISPENSE)
        awaits_check = ("lot.test.unreviewed", outcome.code)
        return (one for answer in answers for one in answer.findings if (one.code, one.subject) != awaits_check)


class Dispense(AtDose, of=commands.Dispense):
    """The dose leaves the pharmacy: the whole gate again, a second person."""

    follows: ClassVar[frozenset[DoseStatus]] = frozenset({DoseStatus.PREPARED})
    checked_at: ClassVar[VisitStep | None] = VisitStep.DISPENSE

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """What leaves, until when it may be given, and on which condition."""
        seen = dose_by_code(reading, outcome.code)
        yield PreviewLine("dose", seen.code)
        yield PreviewLine("dose_cells", seen.viable_cells)
        yield PreviewLine("dose_volume_ml", seen.volume_ml)
        yield from self.clock(reading, outcome)
        if seen.conditional:
            yield PreviewLine("conditional", seen.awaiting, loud=True)


class Administer(AtDose, of=commands.Administer, order=("hold_known", "volume_ml", "investigator")):
    """The injection, as the investigator reports it."""

    follows: ClassVar[frozenset[DoseStatus]] = frozenset({DoseStatus.DISPENSED})

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Whether a hold was known is asked only under one."""
        held = _holds(self.attempt(reading))
        return [one for one in super().asks(reading, words) if held or one.name != "hold_known"]

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """The volume, beginning with the one prepared; who gave it; under a hold, whether it was known."""
        attempt = self.attempt(reading)
        volume = None if attempt is None else attempt.volume_ml
        label = words.say("tui.ask.hold_known", holds=", ".join(_holds(attempt)))
        return {
            "hold_known": Offer(label=label, needed=True),
            "volume_ml": Offer(given="" if volume is None else words.number(volume)),
            "investigator": Offer(given=subject_view(reading, self.subject).investigator),
        }

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """How long the dose could be used."""
        return self.clock(reading, outcome)


def _holds(attempt: DoseView | None) -> list[str]:
    """The holds on an attempt, each with its reason."""
    return [] if attempt is None else [f"{hold.code} ({hold.reason})" for hold in attempt.holds]
