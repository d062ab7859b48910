"""Sensible protocols and facts for the tests of the domain; each test says only what matters to it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from cellbank.demo.made_up import shipped_trial
from cellbank.domain.donor import Asked, DonorProtocol, MarkerKind, MarkerOutcome, MarkerRule
from cellbank.domain.eligibility import DonorFacts, MarkerTest
from cellbank.domain.growth import CultureFacts, HarvestFacts, LotAtFreeze
from cellbank.domain.protocol import Protocol, parse_protocol
from cellbank.domain.section import Words

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DONATION = date(2025, 1, 15)
SEROLOGY = ("anti-hiv-1-2", "hbsag", "anti-hbc", "anti-hcv", "syphilis")
NAT = ("nat-hiv", "nat-hbv", "nat-hcv")


def second_text() -> str:
    return (Path(__file__).parent.parent / "data" / "second-trial.toml").read_text(encoding="utf-8")


@cache
def shipped() -> Protocol:
    return parse_protocol(shipped_trial())


@cache
def second() -> Protocol:
    return parse_protocol(second_text())


def words(text: str = "x") -> Words:
    return Words(fr=text, en=text)


def with_the_180_day_route() -> DonorProtocol:
    """The shipped panel with the repeat allowed in the place of nucleic acid tests, and HTLV asked by risk."""

    def changed(rule: MarkerRule) -> MarkerRule:
        if rule.kind == MarkerKind.NAT:
            return rule.model_copy(update={"asked": Asked.UNLESS_REPEATED})
        return rule.model_copy(update={"asked": Asked.BY_RISK}) if rule.marker == "htlv" else rule

    panel = shipped().donor
    return panel.model_copy(update={"repeat_allowed": True, "markers": tuple(map(changed, panel.markers))})


def sample(day: int, *markers: str, **outcomes: MarkerOutcome) -> tuple[MarkerTest, ...]:
    """Results of one sample, so many days from the donation; negative unless said otherwise (`anti_hbc=…`)."""
    on = DONATION + timedelta(days=day)
    said = {name.replace("_", "-"): outcome for name, outcome in outcomes.items()}
    names = [*markers, *(name for name in said if name not in markers)]
    return tuple(MarkerTest(name, said.get(name, MarkerOutcome.NEGATIVE), on) for name in names)


def a_donor(*tests: MarkerTest, htlv_risk: bool | None = False, **changes: Any) -> DonorFacts:
    """A donor who lacks nothing but the results given."""
    given: dict[str, Any] = {
        "code": "DON-1",
        "today": date(2026, 6, 1),
        "tests": tests,
        "donation_days": (DONATION,),
        "consented_on": date(2025, 1, 2),
        "selection_accepted": True,
        "risks": {"htlv": htlv_risk},
        "haemodiluted": False,
    }
    return DonorFacts(**(given | changes))


def a_culture(
    code: str = "C-1",
    *,
    passage: int = 1,
    seeded: int = 1_000_000,
    parents: tuple[str, ...] = (),
    thawed: tuple[LotAtFreeze, ...] = (),
    harvested: int | None = None,
    viability: str = "100",
    hours: int = 24,
    together: tuple[str, ...] = (),
    surface: str = "1000",
) -> CultureFacts:
    """A culture seeded at noon and, when `harvested`, harvested `hours` later."""
    harvest = None
    if harvested is not None:
        at = NOON + timedelta(hours=hours)
        harvest = HarvestFacts(f"H-{code}", at, harvested, Decimal(viability), together or (code,))
    return CultureFacts(code, passage, NOON, seeded, Decimal(surface), parents, thawed, harvest)


def frozen_at(cumulative: str | None, passage: int = 2, lot: str = "L-1", *, culture: str | None = None) -> LotAtFreeze:
    """A lot that froze with these cumulative doublings, filled from this culture."""
    return LotAtFreeze(lot, passage, None if cumulative is None else Decimal(cumulative), culture)
