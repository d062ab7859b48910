"""A bank with a released product lot, and a subject ready to be treated, by command lines."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from cellbank.demo import bank_half
from cellbank.demo.answers import conforming
from cellbank.demo.made_up import shipped_trial
from cellbank.demo.stage import PASSWORD, Days, set_stage
from cellbank.domain.protocol import parse_protocol
from cellbank.passwords import cheap
from tests.cli.shell import Ended, Shell, today

SUBJECT = "S-901"
INVESTIGATOR = "Dr Investigator"
PREPARED = (
    *("--total", "34.8M", "--viability", "88,4", "--volume-ml", "2.4", "--syringe", "5 mL, SYR-2210"),
    *("--preparation", "washed, in saline"),
)
CHECKED = ("--checked-by", "technician")


def answers(*, at_visit: bool = False, **changed: str) -> dict[str, str]:
    """Answers that meet every criterion asked, but for those changed (`_` for `-`)."""
    met = conforming(parse_protocol(shipped_trial()).subject, date.fromisoformat(today()), at_visit=at_visit)
    return met | {key.replace("_", "-"): value for key, value in changed.items()}


@dataclass
class Clinic(Shell):
    """Command lines on a demo bank, whose people are named as their roles."""

    def run(self, *words: object, user: str = "", **variables: str) -> Ended:
        """One command line; both passwords are there."""
        return super().run(*words, user=user, **({"PASSWORD": PASSWORD, "SECOND_PASSWORD": PASSWORD} | variables))

    def treat(self, *words: object, **variables: str) -> Any:
        """One act of the pharmacist that succeeds."""
        return self.ok(*words, user="pharmacist", **variables)

    def not_treated(self, code: int, *words: object, **variables: str) -> list[str]:
        """One act of the pharmacist that ends with this exit code; the codes of what stands against it."""
        error = self.refused(code, *words, user="pharmacist", **variables)
        return [finding["code"] for finding in error["findings"]] or [error["code"]]

    def file(self, name: str, given: Mapping[str, object]) -> str:
        """A file of answers, TOML."""
        lines = [f"{key} = {json.dumps(value)}" for key, value in given.items()]
        (self.place.parent / name).write_text("\n".join(lines), encoding="utf-8")
        return name

    @property
    def lot(self) -> str:
        """The released product lot."""
        return next(str(lot["number"]) for lot in self.ok("lot", "list") if lot["tier"] == "product")

    def vials(self, status: str = "filled") -> list[str]:
        """The product lot's dispensable vials in a status."""
        listed = self.ok("vial", "list", "--lot", self.lot)
        return [v["code"] for v in listed if v["status"] == status and v["stock_class"] == "dispensable"]

    def visit(self, number: int = 1, subject: str = SUBJECT) -> Any:
        """A visit as it is listed."""
        return self.ok("visit", "list", "--subject", subject)[number - 1]

    def reserved(self, number: int = 1, subject: str = SUBJECT) -> list[str]:
        """The vials set aside for a visit, as many as a dose needs; the reserve stays in the tank."""
        return list(self.visit(number, subject)["reserved"])[:4]

    def refusals(self) -> list[Any]:
        """The refusal entries of the record."""
        return [entry for entry in self.ok("audit", "log") if "act.refused" in json.dumps(entry)]


def enrol(clinic: Clinic, subject: str = SUBJECT) -> None:
    """Enrolled, and the visits planned from today on."""
    given = clinic.file(f"{subject}.toml", answers() | {"investigator": INVESTIGATOR})
    clinic.treat("subject", "enrol", subject, "--born", "1984-02", "--consented-on", today(), "--criteria", given)
    clinic.treat("visit", "plan", subject, "--first-on", today())


def prescribe(clinic: Clinic, subject: str = SUBJECT) -> None:
    """The first visit prescribed, validated and confirmed by the investigator."""
    prescribed = ("--cells", "30M", "--weight-kg", "68,5", "--prescriber", "Dr Prescriber")
    clinic.treat("prescription", "record", subject, 1, *prescribed)
    clinic.signs("prescription", "validate", subject, 1, user="pharmacist")
    given = clinic.file("visit.toml", answers(at_visit=True))
    clinic.treat("visit", "confirm", subject, 1, "--criteria", given, "--investigator", INVESTIGATOR)


def stock(folder: Path) -> Path:
    """A demo bank with a released product lot, its story long past; the folder is made."""
    folder.mkdir()
    stage = set_stage(folder, datetime.now(UTC) - timedelta(days=350), lambda said: None, cheap())
    days = Days(datetime.now(UTC) - timedelta(days=345))

    def tell(code: str, **params: object) -> None:
        """Nobody listens."""

    bank_half.approve_trial(stage, shipped_trial(), tell)
    bank_half.donor_and_tissue(stage, days, tell)
    bank_half.master_bank(stage, days, tell)
    bank_half.product_lot(stage, days, tell)
    stage.bank.close()
    return folder / "bank.db"


def ready(place: Path) -> None:
    """The same with a subject whose course is reserved and whose first visit is due today."""
    clinic = Clinic(place)
    enrol(clinic)
    clinic.treat("dose", "reserve", SUBJECT)
    prescribe(clinic)
