"""A form: one verb, what it asks, the act it makes of the answers, and what it tells while they are typed.

`preview` is read from a rehearsal: the act is done, looked at and undone (`Bank.rehearse`), so that the numbers and the
limits announced before saving are those that the act itself will record.
"""

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

from cellbank.bank import Bank, Deed, Outcome, Reading
from cellbank.domain.person import Verb
from cellbank.errors import Finding
from cellbank.wording import Wording
from tui.forms.ask import Ask, Given

AT = "at"
"""The question that a form asks by itself: when it was done."""
LATE_REASON = "because_late"
"""Why it is recorded late: asked by every form of something that happened, unless the verb asks why by itself."""


@dataclass(frozen=True)
class PreviewLine:
    """One number or word that follows from what was typed: the code of its name, and its value.

    `params` fill the name; what is `loud` must not be overlooked, though it breaks no limit.
    """

    name: str
    value: object
    params: Mapping[str, object] = field(default_factory=dict)
    loud: bool = False


class Form:
    """One verb for one thing (`of` is its code), or for a new one.

    `code` names its words: `tui.form.<code>` and `tui.form.<code>.tip`. A form of something that `happened` asks when
    it was done. `opens` is the action whose subject is opened once the act is kept.
    """

    code: ClassVar[str]
    verb: ClassVar[Verb]
    happened: ClassVar[bool] = False
    when: ClassVar[str] = AT
    """The question that says when it was done, where the verb has one of its own."""
    reason: ClassVar[str] = LATE_REASON
    """The question whose answer is the reason of the act."""
    counts_from: ClassVar[str | None] = None
    """A moment among the answers from which the seconds are counted on the screen."""
    second: bool = False
    """Whether another person signs in beside the first; what the trial file says of it is read with the questions."""
    opens: ClassVar[str | None] = None
    stays: ClassVar[frozenset[str]] = frozenset()
    """Answers that the next one of the same kind will have too: where there are any, the form stays for it."""
    done_at: ClassVar[str] = "tui.ask.at"
    """The code of the words that ask when it was done."""
    reads_here: ClassVar[bool] = False
    """Whether it reads a file of the machine that the UI runs on: not offered to a browser, which is elsewhere."""

    def __init__(self, of: str = "") -> None:
        self.of = of

    @classmethod
    def about(cls, code: str, view: object) -> Self:
        """The form for a thing with this code that looks like this."""
        return cls(code)

    @classmethod
    def fits(cls, view: object) -> bool:
        """Whether it makes sense for a thing that looks like this; the service decides."""
        return True

    @classmethod
    def is_unusual(cls, view: object) -> bool:
        """Whether it fits, but is not what one does to a thing that looks like this: offered after the others."""
        return False

    @abstractmethod
    def asks(self, reading: Reading, words: Wording) -> Sequence[Ask]:
        """The questions, with what can be known beforehand filled in."""

    @abstractmethod
    def deed(self, given: Given) -> Deed:
        """The act of these answers."""

    def made(self, bank: Bank, given: Given) -> Deed:
        """The act, made in a thread before the lock is taken: the place for what takes long, a password's hash."""
        return self.deed(given)

    def secret(self) -> Sequence[str]:
        """What is told once, on a card of its own, when the act is kept: the code of its words, and the secret."""
        return ()

    def preview(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[PreviewLine]:
        """What follows from the answers, read from the rehearsal."""
        return ()

    def warnings(self, reading: Reading, outcome: Outcome, given: Given) -> Iterable[Finding]:
        """What will be recorded, and stand against a later step."""
        return ()

    def field_of(self, finding: Finding) -> str | None:
        """The question that a finding is about, so that it is said there too."""
        return None


class SignedForm(Form):
    """A verb that is signed: after the questions what the act would sign is shown whole, and the password signs it."""

    def notes(self, reading: Reading, given: Given, words: Wording) -> Iterable[str]:
        """What the person should know beside what they sign."""
        return ()


class PaperForm(Form):
    """A document that is read and written to a file; nothing is recorded."""

    @abstractmethod
    def paper(self, reading: Reading, given: Given, words: Wording) -> bytes:
        """The document."""

    @abstractmethod
    def file_name(self, given: Given) -> str:
        """What the file is called when nobody says."""

    def deed(self, given: Given) -> Deed:
        """There is no act."""
        raise NotImplementedError
