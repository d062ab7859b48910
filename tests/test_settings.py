"""Where a bank is, as it may be shown: never with a password."""

from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from cellbank.bank import Bank
from cellbank.cli.run import Run
from cellbank.passwords import cheap
from cellbank.settings import Settings, shown_place, without_password

SECRET = "hush-hush"
ADDRESSES = {
    f"postgresql://ada:{SECRET}@bank.example:5432/cells": "postgresql://bank.example:5432/cells",
    f"postgresql+psycopg://ada:{SECRET}?%2F@bank.example/cells": "postgresql+psycopg://bank.example/cells",
    f"postgresql://bank.example/cells?user=ada&password={SECRET}": "postgresql://bank.example/cells",
    f"postgresql://bank.example/cells?password=at@{SECRET}": "postgresql://bank.example/cells",
    f"postgresql://:{SECRET}@/cells": "postgresql:///cells",
    f"postgresql://ada:two@{SECRET}@bank.example/cells": "postgresql://bank.example/cells",
    "postgresql://bank.example/cells": "postgresql://bank.example/cells",
}


@pytest.mark.parametrize("address", sorted(ADDRESSES))
def test_an_address_is_shown_without_its_secrets(address: str) -> None:
    assert without_password(address) == shown_place(address) == ADDRESSES[address]


def test_a_path_is_shown_whole() -> None:
    assert without_password("a/b@c?d.db") == "a/b@c?d.db"
    assert shown_place("b.db") == str(Path("b.db").absolute())


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_an_open_bank_tells_no_front_end_its_password(place: str) -> None:
    url = make_url(place)
    assert url.password, "the control: the address opened holds one"
    with Bank.open(place, hasher=cheap()) as bank:
        assert bank.place == f"{url.drivername}://{url.host}:{url.port}/{url.database}"
        assert url.password not in repr(vars(bank))
        assert bank.verify().intact, "and the bank is that one"


def test_what_holds_an_address_does_not_print_it() -> None:
    address = next(iter(ADDRESSES))
    for holder in (Settings(bank=address), Run(place_given=address)):
        assert SECRET not in repr(holder)
    assert Settings(bank=address).place == Run(place_given=address).place == address
