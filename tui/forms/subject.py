"""Subjects: enrolled by the investigator's answers, their visits planned, their course reserved, withdrawn."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from cellbank.bank import Outcome, Reading
from cellbank.commands import subject as commands
from cellbank.commands.dose import Cancel, Reserve
from cellbank.commands.visit import Plan
from cellbank.errors import Finding
from cellbank.facts.protocol import protocol_in_force
from cellbank.views import reservations
from cellbank.views.reservations import Reserved
from cellbank.views.visit import SubjectView, subject_view
from cellbank.views.wordlist import Words, recorded
from cellbank.wording import Wording
from tui.forms import criteria
from tui.forms.ask import Ask, Given
from tui.forms.command import CommandForm, Offer
from tui.forms.form import Form, PreviewLine


def freed(reading: Reading, subject: str) -> Iterator[PreviewLine]:
    """What the act sets free, visit by visit."""
    gone = reservations.set_free(reading, subject)
    yield PreviewLine("freed", sum(len(one.vials) for one in gone))
    yield from (_line("freed_of", one) for one in gone)


def set_aside(reading: Reading, subject: str) -> Iterator[PreviewLine]:
    """What is set aside for each visit, and how long it keeps against the last day of the course."""
    found = reservations.course(reading, subject)
    yield from (_line("reserved_for", one) for one in found.visits if one.vials)
    yield from (
        PreviewLine("keeps_until", one.expires_on, {"lot": one.lot, "until": found.last_day}) for one in found.lots
    )


def _line(name: str, one: Reserved) -> PreviewLine:
    return PreviewLine(name, one.vials, {"visit": one.number, "day": one.planned_on})


class Enrol(CommandForm, of=commands.Enrol, without=("answers",)):
    """A subject takes part: every criterion answered by the investigator."""

    opens: ClassVar[str | None] = "subject.enrolled"

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Who, the consent, each criterion, and by whom they were answered when."""
        *own, answered_on, investigator = super().asks(reading, words)
        return (*own, *criteria.questions(reading, words), answered_on, investigator)

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """Today, and the investigators typed before."""
        return {
            "answered_on": Offer(given=reading.today.isoformat(), needed=True),
            "investigator": Offer(suggested=recorded(reading, Words.INVESTIGATOR), needed=True),
        }

    def answered(self, given: Given) -> Mapping[str, Any]:
        """The answers by criterion."""
        return {**given, "answers": criteria.answered(given)}

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """Until when the subject is followed up."""
        yield PreviewLine("follow_up_until", subject_view(reading, outcome.code).follow_up_until)

    def field_of(self, finding: Finding) -> str | None:
        """A criterion that is not met is marked at its question."""
        return criteria.concerned(finding)


class SubjectForm(CommandForm):
    """What every act on a subject who takes part shares."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A subject who takes part."""
        return isinstance(view, SubjectView) and view.withdrawn_on is None


class PlanVisits(SubjectForm, of=Plan, here="subject_code"):
    """The whole course from the day of the first injection."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """A subject without visits."""
        return isinstance(view, SubjectView) and view.withdrawn_on is None and not view.visits

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """Each visit with its window."""
        for one in subject_view(reading, self.of).visits:
            yield PreviewLine(
                "visit_on", one.planned_on, {"visit": one.number, "first": one.first_on, "last": one.last_on}
            )


class ReserveCourse(CommandForm, of=Reserve, here="subject_code"):
    """The vials of every visit still to come, all or none."""

    @classmethod
    def fits(cls, view: object) -> bool:
        """While a visit to come has nothing set aside."""
        if not isinstance(view, SubjectView) or view.withdrawn_on is not None:
            return False
        return any(not one.reserved and not one.doses for one in view.visits)

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """Which vials of which lot for which visit."""
        return set_aside(reading, self.of)


class CancelCourse(CommandForm, of=Cancel, here="subject_code", without=("number",)):
    """What is set aside for the course, or for one of its visits, is free again."""

    code: ClassVar[str] = "dose.cancel_course"

    @classmethod
    def fits(cls, view: object) -> bool:
        """A subject for whom vials are set aside."""
        return isinstance(view, SubjectView) and any(one.reserved for one in view.visits)

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The vials that are free again, visit by visit."""
        return freed(reading, self.of)


class Withdraw(SubjectForm, of=commands.Withdraw, here="subject_code", order=("because", "withdrawn_on")):
    """The subject leaves the trial; what was set aside is free again."""

    def offers(self, reading: Reading, words: Wording) -> Mapping[str, Offer]:
        """Since today, unless another day is typed."""
        return {"withdrawn_on": Offer(given=reading.today.isoformat(), needed=True)}

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """The vials that are free again, visit by visit."""
        return freed(reading, self.of)


def cells_limits(reading: Reading) -> Iterator[PreviewLine]:
    """The trial file's own smallest and largest dose."""
    dose = protocol_in_force(reading).dose
    yield PreviewLine("minimum_cells", dose.minimum_cells)
    yield PreviewLine("maximum_cells", dose.maximum_cells)


OF_SUBJECT: tuple[type[Form], ...] = (PlanVisits, ReserveCourse, CancelCourse, Withdraw)
NEW: tuple[type[Form], ...] = (Enrol,)
