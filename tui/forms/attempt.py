"""What every act on the attempt under way at a visit shares: how it is found, who checks it, how long it keeps."""

from collections.abc import Iterator, Sequence
from typing import ClassVar, Self

from cellbank.bank import Outcome, Reading
from cellbank.domain.dose import VisitStep
from cellbank.domain.visit import DoseStatus
from cellbank.facts.protocol import protocol_in_force
from cellbank.views.dose import DoseView, dose_by_code
from cellbank.views.visit import VisitView
from cellbank.wording import Wording
from tui.forms.ask import Ask
from tui.forms.form import PreviewLine
from tui.forms.visit import AtVisit


def attempt_of(seen: object) -> DoseView | None:
    """The attempt under way: of a visit, or the dose itself."""
    if isinstance(seen, VisitView):
        return next((one for one in seen.doses if one.under_way), None)
    return seen if isinstance(seen, DoseView) and seen.under_way else None


class AtDose(AtVisit):
    """What every act on the attempt under way at a visit shares; from a dose's own record too."""

    follows: ClassVar[frozenset[DoseStatus]]
    """Where the attempt must stand."""
    checked_at: ClassVar[VisitStep | None] = None
    """The step of the trial file that says whether a second person checks."""

    @classmethod
    def about(cls, code: str, seen: object) -> Self:
        """Of a dose, the visit that it is for."""
        return cls(f"{seen.subject}/{seen.visit}" if isinstance(seen, DoseView) else code)

    @classmethod
    def fits(cls, seen: object) -> bool:
        """While the attempt is where this can follow."""
        attempt = attempt_of(seen)
        return attempt is not None and attempt.status in cls.follows

    def attempt(self, reading: Reading) -> DoseView | None:
        """The attempt as it stands."""
        return attempt_of(self.visit(reading))

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The answers of the act; the trial file is asked whether a second person checks this step."""
        self.second = self.checked_at in protocol_in_force(reading).dose.second_person_at
        return super().asks(reading, words)

    def clock(self, reading: Reading, outcome: Outcome) -> Iterator[PreviewLine]:
        """Until when the dose may be given."""
        until = dose_by_code(reading, outcome.code).usable_until
        if until is not None:
            yield PreviewLine("usable_until", until, loud=True)
