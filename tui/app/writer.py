"""Acts in hand: performed by the app in threads of their own, never cancelled; whoever asked may be gone by then."""

from functools import partial

from cellbank.bank import Actor, Outcome
from cellbank.errors import CannotPrint, CannotWrite, CellbankError
from tui.app.polling import PollingApp
from tui.work.write import Answer, Write


class Writer:
    """The acts of one app."""

    def __init__(self, app: PollingApp) -> None:
        self._app = app

    def perform(self, actor: Actor, write: Write) -> None:
        """Perform one act."""
        work = partial(self._perform, actor, write)
        self._app.in_thread(work, partial(self._kept, write), failed=partial(self._refused, write), group="write")

    def _perform(self, actor: Actor, write: Write) -> Outcome:
        try:
            outcome = self._app.bank.perform(
                actor,
                write.deed if write.make is None else write.make(self._app.bank),
                second=write.second,
                password=write.password,
                to_sign=write.to_sign,
                performed_at=write.performed_at,
                reason=write.reason,
            )
        except BaseException as error:
            if write.on_rollback is not None:
                write.on_rollback()
            if isinstance(error, OSError):
                raise CannotWrite("tui.file.unwritable", why=error.strerror or str(error)) from error
            raise
        if write.on_commit is not None:
            try:
                write.on_commit()
            except OSError as error:
                raise CannotPrint("tui.file.unplaced", why=error.strerror or str(error)) from error
        return outcome

    def _kept(self, write: Write, outcome: Outcome) -> None:
        """Say that it is done, and tell whoever asked."""
        if not write.quiet:
            self._notify(write, outcome)
        self._app.set_head(outcome.number)
        if write.on_answer is not None:
            write.on_answer(Answer(outcome=outcome))

    def _refused(self, write: Write, error: CellbankError) -> None:
        """Tell whoever asked; who is gone, or does not show it, leaves it to the app."""
        shown = write.on_answer is not None and write.on_answer(Answer(error=error))
        if not shown:
            self._app.refuse(error)

    def _notify(self, write: Write, outcome: Outcome) -> None:
        words = self._app.wording
        params = {"action": words.term("action", outcome.actions[0].action), "code": outcome.code} | write.params
        self._app.notify(words.say(write.said, **params), title=f"№ {outcome.number}", markup=False)
        opened = outcome.codes("deviation.opened")
        if opened:
            said = words.say("tui.form.deviations", codes=", ".join(opened))
            self._app.notify(said, severity="warning", timeout=20, markup=False)
