"""Settings: the place of the bank, the language, the zone; read from the environment, overridden by options."""

import re
from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

import platformdirs
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cellbank.errors import WrongInput
from cellbank.languages import Language, language_here, language_of


class Settings(BaseSettings):
    """What `CELLBANK_BANK`, `_USER`, `_LANG`, `_ZONE`, `_WORKSTATION` and `_PRINTERS` say."""

    model_config = SettingsConfigDict(env_prefix="CELLBANK_", extra="ignore")

    bank: str = Field(default="", repr=False)
    user: str = ""
    lang: Language | None = None
    zone: str = "Europe/Paris"
    workstation: str = ""
    printers: str = ""

    @field_validator("lang")
    @classmethod
    def _known(cls, value: Language | None) -> Language | None:
        if value is not None and language_of(value) is None:
            raise ValueError(f"not a language of the bank: {value}")
        return value

    @property
    def place(self) -> str:
        """The bank's path or address; by default a file in the user's data directory."""
        return self.bank or str(Path(platformdirs.user_data_dir("cellbank", appauthor=False)) / "bank.db")

    @property
    def language(self) -> Language:
        """The language asked for, or the one of the locale where the bank speaks it, else the base language."""
        return self.lang or language_here()


@cache
def known_zones() -> frozenset[str]:
    """Every IANA zone that this machine knows."""
    return frozenset(available_timezones())


def checked_zone(name: str) -> str:
    """An IANA zone, refused when unknown."""
    if name not in known_zones():
        raise WrongInput("input.zone", value=name)
    return name


_ADDRESS = re.compile(r"(?P<scheme>[^:]*://)(?:[^:/]*(?::[^@]*)?@)?(?P<rest>[^?]*)")


def without_password(place: str) -> str:
    """A place as it may be shown: a path as it is, an address without user, password and parameters.

    An address may hold its password before the host or among its parameters.
    """
    found = _ADDRESS.match(place)
    return place if found is None else found["scheme"] + found["rest"].rpartition("@")[2]


def shown_place(place: str) -> str:
    """A place as it may be shown: a path made whole, an address without its secrets."""
    return without_password(place) if "://" in place else str(Path(place).absolute())
