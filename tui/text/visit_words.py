"""A visit's prescription, contraindications and standing in words, each with a mark; nothing is decided here."""

from cellbank.views.pull import PickLine
from cellbank.views.visit import VisitView
from cellbank.wording import Wording


def prescription(words: Wording, seen: VisitView) -> str:
    """Missing, recorded or validated."""
    if seen.prescribed_cells is None:
        return f"✗ {words.say('tui.visit.prescription.missing')}"
    if seen.validated_by is None:
        return f"◌ {words.say('tui.visit.prescription.recorded')}"
    return f"✓ {words.say('tui.visit.prescription.validated')}"


def place(words: Wording, one: PickLine) -> str:
    """The position of a vial to fetch; one without any says so, for it must be looked for."""
    return one.position or f"✗ {words.say('picklist.nowhere')}"


def contraindications(words: Wording, seen: VisitView) -> str:
    """Answered for this visit or not."""
    if seen.confirmed:
        return f"✓ {words.say('tui.visit.answered')}"
    return f"✗ {words.say('tui.visit.unanswered')}"


def attempt(words: Wording, seen: VisitView) -> str:
    """The last attempt of a visit: its status."""
    if not seen.doses:
        return "–"
    last = seen.doses[-1]
    return f"{'▶' if last.under_way else '·'} {words.term('dose_status', last.status)}"


def standing(words: Wording, seen: VisitView) -> str:
    """The day on which the dose was given, its time is at the visit; that it was cancelled; else where the last
    attempt stands.
    """
    if seen.cancelled_on is not None:
        return f"– {words.say('tui.visit.given_up')}"
    if seen.injected_at is None:
        return attempt(words, seen)
    return f"✓ {words.value(seen.injected_at.astimezone(words.zone).date())}"


def until(seen: VisitView) -> str:
    """The last day of the window where there is little room."""
    return f"{seen.last_on:%m-%d}"


def window(words: Wording, seen: VisitView) -> str:
    """From the first to the last day."""
    return f"{words.value(seen.first_on)} – {words.value(seen.last_on)}"
