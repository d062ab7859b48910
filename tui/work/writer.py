"""Writes in hand: performed by the app in threads of their own, never cancelled; whoever asked may be gone by then."""

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.worker import Worker, WorkerState

from cellbank.bank import Actor, Outcome
from cellbank.errors import CannotWrite, CellbankError
from tui.work.write import Answer, Write

if TYPE_CHECKING:
    from tui.app.app import CellbankApp

GROUP = "write"


class Writer:
    """The writes of one app."""

    def __init__(self, app: "CellbankApp") -> None:
        self._app = app
        self._asked: dict[Worker[Outcome], Write] = {}

    def perform(self, actor: Actor, write: Write) -> None:
        """Perform one act."""
        work = partial(self._write, actor, write)
        worker = self._app.run_worker(work, thread=True, group=GROUP, exit_on_error=False)
        self._asked[worker] = write

    def _write(self, actor: Actor, write: Write) -> Outcome:
        try:
            outcome = self._app.bank.perform(
                actor,
                write.deed if write.make is None else write.make(self._app.bank),
                second=write.second,
                password=write.password,
                shown=write.shown,
                performed_at=write.performed_at,
                reason=write.reason,
            )
        except BaseException as error:
            if write.undone is not None:
                write.undone()
            if isinstance(error, OSError):
                raise CannotWrite("tui.file.unwritable", why=error.strerror or str(error)) from error
            raise
        if write.after is not None:
            write.after()
        return outcome

    def written(self, worker: Worker[Outcome], state: WorkerState) -> None:
        """An act has ended: say so, and tell whoever asked."""
        write = self._asked.pop(worker)
        if state is WorkerState.ERROR and not isinstance(worker.error, CellbankError):
            raise worker.error or RuntimeError("a write ended without an answer")
        if state is WorkerState.SUCCESS:
            answer = Answer(outcome=worker.result)
            self._tell(write, cast(Outcome, worker.result))
        else:
            answer = Answer(error=cast(CellbankError, worker.error))
        shown = write.then is not None and write.then(answer)
        if answer.error is not None and not shown:
            self._app.refuse(answer.error)

    def _tell(self, write: Write, outcome: Outcome) -> None:
        if not write.quiet:
            self._toast(write, outcome)
        self._app.head_is(outcome.number)

    def _toast(self, write: Write, outcome: Outcome) -> None:
        words = self._app.wording
        told = {"action": words.term("action", outcome.actions[0].action), "code": outcome.code} | write.params
        self._app.notify(words.say(write.said, **told), title=f"№ {outcome.number}", markup=False)
        opened = outcome.codes("deviation.opened")
        if opened:
            said = words.say("tui.form.deviations", codes=", ".join(opened))
            self._app.notify(said, severity="warning", timeout=20, markup=False)
