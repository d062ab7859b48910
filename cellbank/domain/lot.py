"""Lot: one filling of vials from one harvest; its disposition."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from cellbank.domain import record
from cellbank.domain.dates import months_after
from cellbank.domain.person import AUTHORITY, Role, Verb
from cellbank.domain.record import Instant, Line, Quantity, Record
from cellbank.domain.section import Counted, Section, Whole, Words, refuse_twice, wrong
from cellbank.domain.signature import Meaning
from cellbank.domain.terms import Disposition as Disposition, Tier as Tier
from cellbank.errors import Finding

MOVES: Mapping[Disposition, frozenset[Disposition]] = {
    Disposition.QUARANTINED: frozenset({Disposition.RELEASED, Disposition.REJECTED}),
    Disposition.RELEASED: frozenset({Disposition.RECALLED}),
}
"""Which disposition may follow which; what is absent is final (rules.md §2)."""


class Lot(Record, table=True):
    """Vials filled at once from one harvest.

    `viable_per_vial` in cells, `volume_ml` in mL a vial, `expires_on` usable through that day in the site's zone.
    """

    __tablename__ = "lot"
    __table_args__ = record.strict(record.one_of("tier", Tier, "lot"), record.one_of("disposition", Disposition, "lot"))
    code_column: ClassVar[str] = "number"

    number: Line = record.text(unique=True, max_length=16)
    culture_id: str = record.key("culture.id")
    tier: Tier = record.choice(Tier)
    filled_at: Instant = record.instant()
    filled_by: Line = record.text()
    viable_per_vial: int = record.count(ge=1)
    volume_ml: Quantity = record.quantity(gt=Decimal(0))
    vials_filled: int = record.count(ge=1, le=9999)
    expires_on: date = record.day()
    disposition: Disposition = record.choice(Disposition, default=Disposition.QUARANTINED)
    decided_at: Instant | None = record.instant(default=None)
    decided_because: Line | None = record.text(default=None)
    green_light: Line | None = record.text(default=None)
    green_light_on: date | None = record.day(default=None)
    trial_version_id: str = record.key("trial_version.id")


class ReleaseSignature(Section):
    """One signature that a release asks for, in the order of the file."""

    role: Annotated[Role, Field(strict=False)]
    meaning: Annotated[Meaning, Field(strict=False)]


class LotProtocol(Section):
    """What a lot is called, how long it keeps, and who must sign its release.

    `shelf_life_months` from the day of filling. `product_name` and `strength` stand in full on certificates.
    `minimum_retained_vials` counts the stock class `retained`. The last release signature means *released* and is the
    qualified person's (rules.md §8; Directive 2001/83/EC, article 51); the file may ask more, never less.
    """

    product_name: Words
    strength: Words
    shelf_life_months: Counted
    stock_classes: tuple[Literal["dispensable", "retained", "stability", "quality_control"], ...]
    minimum_retained_vials: Whole
    batch_record_attested: bool
    environmental_monitoring_attested: bool
    sponsor_green_light: bool
    release_signatures: tuple[ReleaseSignature, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_twice(self.stock_classes, "stock_classes")
        if "dispensable" not in self.stock_classes:
            raise wrong("protocol.lot.stock_classes", key="stock_classes")
        refuse_twice((f"{one.role.value} {one.meaning.value}" for one in self.release_signatures), "release_signatures")
        last = self.release_signatures[-1] if self.release_signatures else None
        if last is None or last.meaning != Meaning.RELEASED or last.role not in AUTHORITY[Verb.RELEASE]:
            raise wrong("protocol.lot.last_signature", key="release_signatures")
        if any(one.role not in AUTHORITY[Verb.PUT_HOLD] for one in self.release_signatures):
            raise wrong("protocol.lot.signing_role", key="release_signatures")
        return self


def is_in_date(expires_on: date, day: date) -> bool:
    """Usable through the end of the expiry day at the site (rules.md §9).

    >>> is_in_date(date(2031, 4, 30), date(2031, 4, 30)), is_in_date(date(2031, 4, 30), date(2031, 5, 1))
    (True, False)
    """
    return day <= expires_on


def fill_limit_findings(
    protocol: LotProtocol, number: str, filled_on: date, expires_on: date, retained_vials: int
) -> Iterator[Finding]:
    """The limits that a filling breaks: an expiry past the shelf life, too few retained vials."""
    latest = months_after(filled_on, protocol.shelf_life_months)
    if expires_on > latest:
        params = {"expires_on": expires_on, "latest": latest}
        yield Finding("lot.expiry.beyond_shelf_life", number, params)
    if retained_vials < protocol.minimum_retained_vials:
        few = {"retained": retained_vials, "minimum": protocol.minimum_retained_vials}
        yield Finding("lot.retained.few", number, few)


def thaw_limit_findings(lot: Lot, *, use_at_risk: bool, holds: Iterable[str]) -> Iterator[Finding]:
    """What thawing a lot's vials into culture breaks: a product lot, one that is not released and for which QA had not
    signed use at risk beforehand (rules.md §2), and each hold, by its code.
    """
    if lot.tier is Tier.PRODUCT:
        yield Finding("culture.thaw.product", lot.number, {"lot": lot.number})
    if lot.disposition is not Disposition.RELEASED and not (lot.disposition is Disposition.QUARANTINED and use_at_risk):
        yield Finding("culture.thaw.unreleased", lot.number, {"lot": lot.number, "disposition": lot.disposition.value})
    for hold in holds:
        yield Finding("culture.thaw.held", lot.number, {"lot": lot.number, "hold": hold})


def thawed_cells_findings(subject: str, plated: int, frozen: int) -> Iterator[Finding]:
    """Whether more viable cells were plated than the vials held: a count has its error, cells do not come from nothing.

    `frozen`: viable cells in those vials when they were filled.
    """
    if plated > frozen:
        yield Finding("culture.thaw.more_than_frozen", subject, {"plated": plated, "frozen": frozen})


def fill_refusals(
    protocol: LotProtocol, number: str, vials: int, classes: Mapping[str, int], day: tuple[date, date]
) -> Iterator[Finding]:
    """Why a filling is impossible: classes that do not add up to the vials filled, a class that the trial has not,
    an expiry before the filling (`day` is filled on, expires on).
    """
    if sum(classes.values()) != vials:
        yield Finding("lot.classes.sum", number, {"vials": vials, "classes": sum(classes.values())})
    for stock_class in classes:
        if stock_class not in protocol.stock_classes:
            expected = ", ".join(protocol.stock_classes)
            yield Finding("lot.class.unknown", number, {"stock_class": stock_class, "expected": expected})
    filled_on, expires_on = day
    if expires_on < filled_on:
        params = {"filled_on": filled_on, "expires_on": expires_on}
        yield Finding("lot.expiry.before_filling", number, params)
