"""A write in hand: what the app performs for a screen, and what it answers when it is done."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cellbank.bank import Bank, Credentials, Deed, Outcome, ToSign
from cellbank.errors import CellbankError

OnAnswer = Callable[["Answer"], bool]
"""Told of the answer on the app's own loop; true when it showed the answer itself."""


@dataclass(frozen=True)
class Answer:
    """How a write ended: an outcome, or the refusal or fault that stopped it."""

    outcome: Outcome | None = None
    error: CellbankError | None = None


def nothing(work: object) -> None:
    """No deed yet: `make` makes it."""


@dataclass(frozen=True)
class Write:
    """One act to perform: the deed, the password typed to sign it, and the sentence that says it is done."""

    deed: Deed = nothing
    said: str = "tui.form.done"
    """The code of the sentence; it may speak of `{action}` and `{code}`, what was done first and to what."""
    params: dict[str, object] = field(default_factory=dict)
    password: str | None = None
    to_sign: ToSign | None = None
    """What was shown to be signed, beside which nothing is: a refusal says what has changed in it."""
    second: Credentials | None = None
    """The other person, where two are needed."""
    performed_at: datetime | None = None
    """When it was done, where that is not now."""
    reason: str | None = None
    """Why it is recorded late."""
    on_commit: Callable[[], None] | None = None
    """Runs in the worker's thread once the act is kept, for example to give a file its name."""
    on_rollback: Callable[[], None] | None = None
    """Runs in the worker's thread when the act was not kept."""
    on_answer: OnAnswer | None = None
    quiet: bool = False
    """Whether the screen itself says that it is done: one of many acts in a row."""
    make: Callable[[Bank], Deed] | None = None
    """Makes the deed in the worker's thread, before the lock: the place for what takes long, a password's hash."""
