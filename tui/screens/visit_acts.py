"""Acts at a visit: what opens for each (its form, the pull, the labels), and which are offered beside the next."""

from collections.abc import Mapping

from textual.screen import Screen

from cellbank.domain.visit import DoseStatus
from cellbank.views.visit_steps import Act
from tui.forms import dose, dose_ends, visit
from tui.forms.attempt import AtDose
from tui.forms.form import Form
from tui.screens.dose_labels import DoseLabelsScreen
from tui.screens.form import FormScreen
from tui.screens.pull import PullScreen
from tui.screens.visit_seen import VisitSeen

FORMS: Mapping[Act, type[Form]] = {
    Act.RESERVE: visit.ReserveHere,
    Act.PRESCRIBE: visit.RecordPrescription,
    Act.VALIDATE: visit.ValidatePrescription,
    Act.CONFIRM: visit.Confirm,
    Act.SEND: dose_ends.SendVials,
    Act.THAW: dose.Thaw,
    Act.PREPARE: dose.Prepare,
    Act.DISPENSE: dose.Dispense,
    Act.ADMINISTER: dose.Administer,
}
"""The form of each act that has one; the pulls have a screen of their own, a shipment is received on its record."""
WORDS: Mapping[Act, str] = {
    Act.PULL: "tui.act.pull",
    Act.REPLACE: "tui.act.replace",
    Act.RECEIVE: "tui.act.receive",
}
OTHERS: Mapping[str, type[AtDose]] = {
    "put_back": dose_ends.PutBack,
    "waste": dose_ends.Waste,
    "return": dose_ends.ReturnDose,
}
"""What an attempt under way may come to instead."""
LABELLED = frozenset({DoseStatus.PREPARED, DoseStatus.DISPENSED})


def words_of(act: Act) -> str:
    """The code of an act's words; `.tip` behind it is the code of what it does."""
    return WORDS[act] if act in WORDS else f"tui.form.{FORMS[act].code}"


def fits(name: str, seen: VisitSeen | None) -> bool:
    """Whether an act beside the next one can follow now; the service decides."""
    if seen is None:
        return False
    if name == "replace":
        return seen.way.next is Act.PULL
    if name == "labels":
        return seen.under_way is not None and seen.under_way.status in LABELLED
    return OTHERS[name].fits(seen.visit)


def next_screen(act: Act, code: str) -> Screen[None]:
    """The screen of the act that comes next at a visit."""
    subject, _, number = code.rpartition("/")
    if act in {Act.PULL, Act.REPLACE}:
        return PullScreen(subject, int(number), replacing=act is Act.REPLACE)
    return FormScreen(FORMS[act](code))


def other_screen(name: str, code: str) -> Screen[None]:
    """The screen of another act at a visit."""
    return next_screen(Act.REPLACE, code) if name == "replace" else FormScreen(OTHERS[name](code))


def labels(dose_code: str, visit_code: str) -> Screen[None]:
    """The labels of the dose under way."""
    return DoseLabelsScreen(dose_code, visit_code)
