"""All that a visit's screen shows, read in one snapshot."""

from dataclasses import dataclass

from cellbank.bank import Bank
from cellbank.domain.requirement import Answer
from cellbank.facts.visit import get_visit
from cellbank.views import pull, visit
from cellbank.views.dose import DoseView
from cellbank.views.pull import PickLine
from cellbank.views.visit import VisitView
from cellbank.views.visit_steps import Act, Way, way


@dataclass(frozen=True)
class VisitSeen:
    """One visit, how far it is on its way, and the answers of the gate at what comes next."""

    visit: VisitView
    way: Way
    answers: tuple[Answer, ...]
    picks: tuple[PickLine, ...]

    @property
    def under_way(self) -> DoseView | None:
        """The attempt that must still come to an end."""
        return next((one for one in self.visit.doses if one.under_way), None)


def read_visit(bank: Bank, subject: str, number: int) -> VisitSeen:
    """The visit, its way and the gate, in one snapshot; an unknown visit is refused."""
    with bank.read() as reading:
        seen = visit.visit_view(reading, get_visit(reading, subject, number))
        found = way(reading, seen)
        replacing = found.next is Act.REPLACE
        answers = pull.check(reading, seen, found.gate, replacing=replacing)
        picks = pull.pick_lines(reading, subject, number, replacing=replacing)
        return VisitSeen(seen, found, answers, picks)
