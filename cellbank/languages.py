"""The languages that the bank speaks, and which of them this machine asks for; nothing heavy is imported."""

import os
from typing import Literal

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")


def language_of(name: str | None) -> Language | None:
    """The language of that name, none when there is no such language."""
    return next((one for one in LANGUAGES if one == name), None)


def language_here() -> Language:
    """What `CELLBANK_LANG` says; else the language of the locale where the bank speaks it, else English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return language_of(os.environ.get("CELLBANK_LANG")) or language_of(spoken[:2].lower()) or LANGUAGES[0]
