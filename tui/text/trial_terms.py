"""The trial file's own words for its tests, markers and criteria, read again when the record has moved."""

from cellbank.bank import Bank
from cellbank.views import protocol
from cellbank.wording import Wording


class TrialTerms:
    """Gives the wording the trial file's own words."""

    def __init__(self, bank: Bank, wording: Wording) -> None:
        self._bank = bank
        self._wording = wording
        self._head = -1

    def as_of(self, head: int) -> None:
        """Have the words of a head; called by the threads that read, before what they read is said."""
        if head != self._head:
            with self._bank.read() as reading:
                self._wording.own_words = protocol.own_words(reading)
            self._head = head
