"""A form on the screen: questions one below another, what follows from the answers beneath them, F5 records."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from cellbank.bank import Actor, Bank, Credentials
from tui.forms import ask
from tui.forms.announced import announced
from tui.forms.ask import Answers, Ask, Given
from tui.forms.form import AT, LATE_REASON, Form, SignedForm
from tui.forms.rehearsal import Rehearsed, rehearse
from tui.screens.one_time_secret import OneTimeSecretModal
from tui.screens.questions import QuestionsScreen
from tui.screens.second_person import SecondPersonModal
from tui.screens.signing import Signing, SigningModal
from tui.text.markup_safe import lines, plain, shortened
from tui.widgets.question import ROOM, ChoiceRow, Question
from tui.widgets.scan_bar import ScanBar
from tui.work.write import Answer, Write

PAUSE_SECONDS = 0.2
"""So long after the last key the answers are rehearsed."""
MOST_NAMED = 4
"""So many questions still to answer are named."""


class FormScreen(QuestionsScreen):
    """One form; what was typed stays until it is recorded or given up."""

    AUTO_FOCUS = ""
    help_code: ClassVar[str] = "tui.help.form"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "record", "tui.key.record", tooltip="tui.tip.record"),
        Binding("tab", "app.focus_next", "tui.key.next"),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    def __init__(self, form: Form) -> None:
        super().__init__(form)
        self.rehearsed = Rehearsed()
        self.writing = False
        self._leaving = False
        self._asked_to_sign = False
        self._timer: Timer | None = None

    def gather(self, bank: Bank) -> tuple[Ask, ...]:
        """The questions, with what is known beforehand."""
        with bank.read() as reading:
            asks = list(self.form.asks(reading, self.host.wording))
        if self.form.happened:
            if self.form.when == AT:
                asks.append(ask.instant(AT, optional=True, label=self.say(self.form.done_at)))
            if self.form.reason == LATE_REASON:
                asks.append(ask.line(LATE_REASON, optional=True))
        return tuple(asks)

    async def show(self, seen: tuple[Ask, ...]) -> None:
        """Lay the questions out once; a later reading adds what must now be asked too, and rehearses again."""
        self.show_title()
        if not seen and isinstance(self.form, SignedForm):
            self._sign_at_once()
            return
        await self._lay_out(seen)
        self._rehearse()

    async def _lay_out(self, seen: tuple[Ask, ...]) -> None:
        first, known = not self.questions, {one.ask.name for one in self.questions}
        asked = [Question(one, *self.words_of(one)) for one in seen if one.name not in known]
        if asked:
            await self.query_one("#questions").mount(*asked, before=None if first else 0)
        for gone in known - {one.name for one in seen}:
            await next(one for one in self.questions if one.ask.name == gone).remove()
        for at, one in enumerate(self.questions):
            one.lead_to(partial(self._answer_after, at))
        if first and asked:
            self._late(False)
            self._focus_first_empty()
        elif asked:
            self.app.bell()
            self.query_one(ScanBar).say(self.say("tui.form.asked_now", what=self.words_of(asked[0].ask)[0]))

    def _sign_at_once(self) -> None:
        """A signed verb without questions goes on to the signature at once."""
        if not self._asked_to_sign:
            self._asked_to_sign = True
            self.action_record()

    def _focus_first_empty(self) -> None:
        next((one for one in self.questions if not one.text), self.questions[0]).focus_answer()

    # While it is typed.

    def on_input_changed(self, event: Input.Changed) -> None:
        """Rehearse again once the hands rest."""
        self._rehearse_soon()

    def on_choice_row_changed(self, event: ChoiceRow.Changed) -> None:
        """Rehearse again when another choice was made."""
        self._rehearse_soon()

    def _rehearse_soon(self) -> None:
        self._leaving = False
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE_SECONDS, self._rehearse)

    def _rehearse(self) -> None:
        found = self.answers()
        for one in self.questions:
            error = found.wrong.get(one.ask.name)
            one.show_complaint(None if error is None else self.host.wording.error(error))
        if not found.whole or self.writing:
            self._announce(self._missing(found))
            return
        work = partial(self.work_of, found.given)
        self.in_thread(work, self._show_rehearsed, group="rehearse", exclusive=True)

    def work_of(self, given: Given) -> Rehearsed:
        """The rehearsal of these answers; runs in a thread."""
        actor = self.host.actor
        return Rehearsed() if actor is None else rehearse(self.host.bank, actor, self.form, given)

    def _missing(self, found: Answers) -> list[Content]:
        named = [one for one in self.questions if one.ask.name in found.missing]
        if not named:
            return []
        listed = ", ".join(shortened(self.words_of(one.ask)[0], ROOM) for one in named[:MOST_NAMED])
        if len(named) > MOST_NAMED:
            listed = f"{listed} … (+{len(named) - MOST_NAMED})"
        return [plain(self.say("tui.form.missing", what=listed), "$muted")]

    def _show_rehearsed(self, found: Rehearsed) -> None:
        self.rehearsed = found
        self._late(found.late)
        for one in self.questions:
            said = next((against for against in found.findings if self.form.field_of(against) == one.ask.name), None)
            if said is not None:
                one.show_complaint(self.host.wording.finding(said))
        self._announce(list(announced(self.host.wording, found)))

    def _announce(self, shown: Sequence[Content]) -> None:
        self.query_one("#announced", Static).update(lines(shown))

    def _late(self, late: bool) -> None:
        for one in self.questions:
            if one.ask.name == LATE_REASON:
                one.display = late

    # Going from answer to answer.

    def _after(self, at: int) -> Question | None:
        return next((one for one in self.questions[at + 1 :] if one.display), None)

    def _answer_after(self, at: int) -> Widget | None:
        following = self._after(at)
        return None if following is None else following.answer

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter where several are scanned goes on once nothing more came; after the last question nothing follows."""
        at = next(index for index, one in enumerate(self.questions) if event.input in one.query(Input))
        following = self._after(at)
        if following is None:
            self.on_question_finished()
        else:
            following.focus_answer()

    def on_question_finished(self) -> None:
        """Say how it is recorded."""
        self.query_one(ScanBar).say(self.say("tui.form.last"))

    def on_scan_bar_scanned(self, event: ScanBar.Scanned) -> None:
        """A scan while no line has the keyboard answers the first question that takes codes."""
        event.stop()
        waiting = [one for one in self.questions if one.ask.stations]
        if not waiting:
            self.query_one(ScanBar).refuse(self.say("tui.form.no_scan"))
            return
        answering = next((one for one in waiting if not one.text), waiting[-1])
        answering.add_codes(answering.correct_codes(event.text))

    def action_back(self) -> None:
        """Leave; what was typed is given up only when Escape is pressed twice."""
        typed = any(one.text != one.ask.given for one in self.questions)
        if typed and not self._leaving:
            self._leaving = True
            self.query_one(ScanBar).say(self.say("tui.form.leave"))
            return
        super().action_back()

    # The act.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """F5 is dim for roles that may not do the verb."""
        if action == "record" and not self.host.may(self.form.verb):
            return None
        return super().check_action(action, parameters)

    def action_record(self) -> None:
        """Record, sign, or ask the second person first."""
        found, actor = self.answers(), self.host.actor
        if self.writing or self.seen is None or actor is None:
            return
        if not found.whole:
            self.point_at(found)
        elif isinstance(self.form, SignedForm):
            prepare = partial(self._signing, self.form, actor, found.given)
            self.app.push_screen(SigningModal(self.title_shown, prepare), self._kept)
        elif self.form.second or self.rehearsed.late:
            self.app.push_screen(SecondPersonModal(self.title_shown, self._write))
        else:
            self.writing = True
            self.host.perform(self._write(None))

    def point_at(self, found: Answers) -> None:
        """Show which question must be answered first."""
        self._rehearse()
        first = next(one for one in self.questions if one.ask.name in {*found.wrong, *found.missing})
        first.focus_answer()
        self.query_one(ScanBar).refuse(self.say("tui.form.incomplete", what=self.words_of(first.ask)[0]))

    def _write(self, second: Credentials | None) -> Write:
        given = self.answers().given
        make = partial(self.form.made, given=given)
        at, because = given.get(self.form.when), given.get(self.form.reason)
        return Write(make=make, second=second, performed_at=at, reason=because, on_answer=self._answered)

    def _signing(self, form: SignedForm, actor: Actor, given: Given) -> Signing:
        """What the answers would sign, and what is told beside it; in a thread."""
        bank = self.host.bank
        with bank.read() as reading:
            notes = tuple(form.notes(reading, given, self.host.wording))
        return Signing.of(bank, actor, form.made(bank, given), others=notes)

    def _answered(self, answer: Answer) -> bool:
        self.writing = False
        if not self.is_attached or answer.outcome is None:
            return False
        opened = answer.outcome.codes(self.form.opens) if self.form.opens else ()
        self._kept(True, *opened)
        if self.form.secret():
            self.app.push_screen(OneTimeSecretModal(self.title_shown, *self.form.secret()))
        return True

    def _kept(self, kept: bool | None, *opened: str) -> None:
        """Gone once it is kept, and what it made opens in its place; or emptied for the next of its kind."""
        if self.app.screen is not self or not (kept or not self.seen):
            return
        if kept and self.form.stays:
            self._begin_again()
            return
        self.host.go_back()
        if opened:
            self.host.open_code(opened[0])

    def _begin_again(self) -> None:
        for one in self.questions:
            if one.ask.name not in self.form.stays:
                one.text = one.ask.given
        self._focus_first_empty()
