"""The two jobs that a patient depends on, done by keys in a real terminal of 80 × 24: a release and a pull."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cellbank.bank import Bank
from cellbank.demo.stage import PASSWORD as DEMO_PASSWORD
from cellbank.domain.lot import Disposition
from cellbank.passwords import cheap
from cellbank.views.lot import lot_view
from tests.banks import PASSWORD, Ticking
from tests.cli.clinic import SUBJECT, Clinic
from tests.cli.conftest import clinic as clinic, readied as readied, stocked as stocked
from tests.conftest import Template
from tests.journey import Scene, a_ready_lot
from tests.tui.terminal import at_a_terminal

WAY_OF_A_LOT = timedelta(days=70)
"""So long ago the story of the lot began, so that it is ready today."""


@pytest.fixture
def ready_today(sqlite_template: Template, tmp_path: Path) -> tuple[Path, str]:
    """A closed bank with a lot that only the qualified person's signature is missing, and its number."""
    place = Path(shutil.copyfile(sqlite_template.place, tmp_path / "bank.db"))
    clock = Ticking((datetime.now(UTC) - WAY_OF_A_LOT).replace(hour=9))  # In daylight, whatever the hour now.
    with Bank.open(str(place), clock=clock, hasher=cheap()) as bank:
        return place, a_ready_lot(Scene(bank, clock, sqlite_template.people))


def test_a_lot_is_released_by_keys_alone(ready_today: tuple[Path, str], tmp_path: Path) -> None:
    place, number = ready_today
    with at_a_terminal(place, tmp_path) as terminal:
        terminal.sign_in("qp", PASSWORD)
        terminal.sees("Quality", number)
        terminal.type(number)
        terminal.sees("quarantined", "nothing stands against it", "F6 Release")
        terminal.press("F6")
        terminal.sees("Your signature means", "SHA-256")
        terminal.type("wrong password")
        terminal.sees("The password is wrong")
        terminal.type(PASSWORD)
        terminal.sees("✓ released")
        terminal.press("C-q")
    with Bank.open(str(place)) as bank, bank.read() as reading:
        assert lot_view(reading, number).disposition is Disposition.RELEASED
        assert bank.verify().intact


def test_a_vial_is_pulled_by_scans_and_a_wrong_one_refused(clinic: Clinic, tmp_path: Path) -> None:
    right = clinic.reserved()
    wrong = next(code for code in reversed(clinic.vials()) if code not in right)
    with at_a_terminal(clinic.place, tmp_path) as terminal:
        terminal.sign_in("pharmacist", DEMO_PASSWORD)
        terminal.sees("Pharmacy", SUBJECT)
        terminal.press("Enter")
        terminal.sees("F5 Pull")
        terminal.press("F5")
        terminal.sees(f"Pull for {SUBJECT}/1")
        terminal.type(wrong)
        terminal.sees(f"REFUSED: {wrong}")
        for vial in right:
            terminal.type(vial)
        terminal.sees(f"Scanned: {len(right)}")
        terminal.press("F5")
        terminal.sees("a second person checks")
        terminal.type("technician")
        terminal.type(DEMO_PASSWORD)
        terminal.sees("vials pulled")
        terminal.press("C-q")
    assert sorted(clinic.vials("pulled")) == sorted(right)
    refused = [one for one in clinic.ok("audit", "log", "--limit", "20") if "act.refused" in str(one)]
    assert wrong in str(refused)
