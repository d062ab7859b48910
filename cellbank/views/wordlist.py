"""Words typed before, for a form to complete: never demanded, never decided on."""

from cellbank.store import wordlist
from cellbank.store.unit_of_work import Reading
from cellbank.store.wordlist import Words

__all__ = ["Words", "recorded"]


def recorded(reading: Reading, words: Words) -> tuple[str, ...]:
    """Words recorded before, the most frequent first."""
    return tuple(wordlist.recorded(reading.session, words))
