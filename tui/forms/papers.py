"""The pharmacy's papers: the pick list of a day, the accountability log; read and written to a file, not recorded."""

from collections.abc import Sequence
from typing import ClassVar

from cellbank.bank import Reading
from cellbank.documents import accountability, visit
from cellbank.domain.identifiers import Station
from cellbank.domain.person import Verb
from cellbank.wording import Wording
from tui.forms import ask
from tui.forms.ask import Ask, Choice, Given
from tui.forms.form import Form, PaperForm

FORMS = ("pdf", "csv")


class PickList(PaperForm):
    """The vials of every visit that may be served on a day, with maps of the boxes to open."""

    code: ClassVar[str] = "paper.pick_list"
    verb: ClassVar[Verb] = Verb.PRINT_LABEL

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The day: today."""
        return (ask.day("day_of_visits", given=reading.today.isoformat()),)

    def paper(self, reading: Reading, given: Given, words: Wording) -> bytes:
        """The list as PDF."""
        return visit.pick_list(reading, given["day_of_visits"], words)

    def file_name(self, given: Given) -> str:
        """By the day."""
        return f"pick-list-{given['day_of_visits'].isoformat()}.pdf"


class Accountability(PaperForm):
    """The accountability log with its running balance and identities."""

    code: ClassVar[str] = "paper.accountability"
    verb: ClassVar[Verb] = Verb.PRINT_LABEL

    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """Which form, and of one lot or of all."""
        forms = (Choice(form, form.upper()) for form in FORMS)
        return (ask.one_of("paper_form", forms, given=FORMS[0]), ask.code("of_lot", Station.LOT, optional=True))

    def paper(self, reading: Reading, given: Given, words: Wording) -> bytes:
        """The log."""
        if given["paper_form"] == "csv":
            return accountability.accountability_csv(reading, given["of_lot"])
        return accountability.accountability_log(reading, given["of_lot"], words)

    def file_name(self, given: Given) -> str:
        """By the lot, when it is of one."""
        of = f"-{given['of_lot'].upper()}" if given["of_lot"] else ""
        return f"accountability{of}.{given['paper_form']}"


NEW: tuple[type[Form], ...] = (PickList, Accountability)
