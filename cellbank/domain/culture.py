"""Culture: cells seeded, grown, harvested; passages and population doublings (rules.md §4)."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

import sqlalchemy as sa
from pydantic import Field, model_validator

from cellbank.domain import record
from cellbank.domain.record import Instant, Line, Quantity, Record
from cellbank.domain.section import Exact, Percent, Positive, Section, Whole, refuse_reversed, wrong


class SourceKind(StrEnum):
    """What a culture was started from."""

    TISSUE = "tissue"
    CULTURE = "culture"
    VIAL = "vial"


class Harvest(Record, table=True):
    """One harvest of one culture, or of several harvested together into one suspension."""

    __tablename__ = "harvest"
    __table_args__ = record.strict()
    code_column = "id"

    at: Instant = record.instant()
    total_cells: int = record.count()
    viability_percent: Quantity = record.quantity(ge=Decimal(0), le=Decimal(100))
    method: Line | None = record.text(default=None)
    harvested_by: Line = record.text()


class Culture(Record, table=True):
    """Cells growing on a surface: what was seeded, and once, what was harvested.

    `viable_seeded` in cells; `surface_cm2` in cm²; `total_isolated` and `viability_percent` describe the
    fresh isolate (stromal vascular fraction) of a P0 culture.
    """

    __tablename__ = "culture"
    __table_args__ = record.strict()

    code: Line = record.text(unique=True, max_length=16)
    passage: int = record.count(le=99)
    seeded_at: Instant = record.instant()
    seeded_by: Line = record.text()
    viable_seeded: int = record.count(ge=1)
    surface_cm2: Quantity = record.quantity(gt=Decimal(0))
    total_isolated: int | None = record.count(default=None)
    viability_percent: Quantity | None = record.quantity(default=None, ge=Decimal(0), le=Decimal(100))
    harvest_id: str | None = record.key("harvest.id", default=None)
    discarded_at: Instant | None = record.instant(default=None)
    discarded_because: Line | None = record.text(default=None)
    trial_version_id: str = record.key("trial_version.id")


class CultureSource(Record, table=True):
    """One edge of the lineage: a culture came from this tissue, culture or vial."""

    __tablename__ = "culture_source"
    __table_args__ = record.strict(
        record.one_of("kind", SourceKind, "culture_source"),
        sa.CheckConstraint(
            "CASE WHEN tissue_id IS NULL THEN 0 ELSE 1 END + CASE WHEN parent_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN vial_id IS NULL THEN 0 ELSE 1 END = 1",
            name="culture_source_exactly_one",
        ),
        sa.CheckConstraint("parent_id <> culture_id", name="culture_source_not_itself"),
    )

    culture_id: str = record.key("culture.id")
    kind: SourceKind = record.choice(SourceKind)
    tissue_id: str | None = record.key("tissue.id", default=None)
    parent_id: str | None = record.key("culture.id", default=None)
    vial_id: str | None = record.key("vial.id", default=None)


class P0Convention(StrEnum):
    """How the unknown seeding of a P0 culture is counted (rules.md §4); printed wherever doublings are."""

    ZERO_AT_END_OF_P0 = "zero_at_end_of_p0"
    CFU_F = "cfu_f"


class CultureProtocol(Section):
    """Limits of growth. Densities in viable cells per cm²; doublings cumulative; passages counted from P0.

    `cfu_f_percent`: share of the plated cells that found a colony, asked by the convention `cfu_f`.
    """

    passage_limit: Whole
    cumulative_doublings_limit: Positive
    seeding_density_min_per_cm2: Positive
    seeding_density_max_per_cm2: Positive
    p0_seeding_density_min_per_cm2: Positive
    p0_seeding_density_max_per_cm2: Positive
    minimum_viability_percent: Percent
    thaw_counts_as_passage: bool
    p0_convention: Annotated[P0Convention, Field(strict=False)]
    cfu_f_percent: Annotated[Exact, Field(gt=0, le=100)] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        low, high = self.seeding_density_min_per_cm2, self.seeding_density_max_per_cm2
        refuse_reversed(low, high, "seeding_density_min_per_cm2")
        low, high = self.p0_seeding_density_min_per_cm2, self.p0_seeding_density_max_per_cm2
        refuse_reversed(low, high, "p0_seeding_density_min_per_cm2")
        if self.p0_convention == P0Convention.CFU_F and self.cfu_f_percent is None:
            raise wrong("protocol.culture.cfu_f", key="p0_convention")
        return self
